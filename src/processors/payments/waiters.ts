import type { IHeaders } from 'kafkajs'
import type { PaymentState } from '../../domain/payment/state.ts'
import type { InputPosition } from '../../position.ts'
import { answerIn, transportHeaders, type CommandAnswer, type Reply } from '../../replies.ts'
import { harmless } from './withholding.ts'

/** Someone who waits for the answer to a command. */
export interface Waiter {
  readonly channel: string
  readonly replyId: string
  /** Epoch milliseconds. */
  readonly deadline: number
  readonly commandId: string
}

/** Reads the transport headers of a command; null when nobody waits, or not any more. */
export function waiterOf(headers: IHeaders, commandId: string, now: number): Waiter | null {
  const channel = textOf(headers[transportHeaders.replyTo])
  const replyId = textOf(headers[transportHeaders.replyId])
  const deadline = Number(textOf(headers[transportHeaders.deadline]) ?? NaN)
  if (channel === null || replyId === null || !(deadline > now)) return null
  return { channel, replyId, deadline: Math.min(deadline, now + MAX_WAIT_MS), commandId }
}

/** Of the request that began it all; null when the record has none that may be handed on and logged. */
export const correlationIdIn = (headers: IHeaders): string | null =>
  textOf(harmless(headers[transportHeaders.correlationId]))

/** Who gave a command on behalf of its merchant; null where the merchant did, or nobody may be named. */
export const requestedByIn = (headers: IHeaders): string | null =>
  textOf(harmless(headers[transportHeaders.requestedBy]))

/** The text of a header, if it has just one of a sane length. */
export function textOf(header: IHeaders[string]): string | null {
  if (header === undefined || Array.isArray(header)) return null
  const text = header.toString('utf8')
  return text.length <= MAX_HEADER_LENGTH ? text : null
}

const MAX_HEADER_LENGTH = 256
/** Longest that anyone is waited with: a deadline is a header, in which anything can stand. */
const MAX_WAIT_MS = 60_000
const LOOK_EVERY_MS = 1000

/**
 * The requests that wait for payments of one partition. Lost with the process, and nothing depends on it: an answer
 * that is not given here is found in the read model.
 */
export class Waiters {
  readonly #byPayment = new Map<string, Waiter[]>()
  readonly #publish: (channel: string, reply: Reply) => void
  #nextLook = 0

  constructor(publish: (channel: string, reply: Reply) => void) {
    this.#publish = publish
  }

  add(paymentId: string, waiter: Waiter): void {
    const waiting = this.#byPayment.get(paymentId)
    if (waiting === undefined) this.#byPayment.set(paymentId, [waiter])
    else waiting.push(waiter)
  }

  /** Answers whoever the payment's state has an answer for, as the input at the position has left it. */
  settle(paymentId: string, state: PaymentState, position: InputPosition): void {
    const waiting = this.#byPayment.get(paymentId)
    if (waiting === undefined) return
    const left = waiting.filter(waiter => {
      const answer = answerIn(state, waiter.commandId)
      if (answer !== null) this.reply(waiter, answer, position)
      return answer === null
    })
    if (left.length === 0) this.#byPayment.delete(paymentId)
    else this.#byPayment.set(paymentId, left)
  }

  reply({ channel, replyId }: Waiter, answer: CommandAnswer, position: InputPosition): void {
    this.#publish(channel, { replyId, answer, position })
  }

  /** Forgets whoever does not wait any more; looks at most once a second, since it looks at all of them. */
  expire(now: number): void {
    if (now < this.#nextLook) return
    this.#nextLook = now + LOOK_EVERY_MS
    for (const [paymentId, waiting] of this.#byPayment) {
      const left = waiting.filter(({ deadline }) => deadline > now)
      if (left.length === 0) this.#byPayment.delete(paymentId)
      else if (left.length < waiting.length) this.#byPayment.set(paymentId, left)
    }
  }
}
