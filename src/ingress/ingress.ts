// Takes commands in: nothing is acknowledged that Kafka has not confirmed on all in-sync replicas.
import { randomUUID } from 'node:crypto'
import type { CancelPayment, CapturePayment, RecordName, RecordTypes } from '../generated/records.ts'
import type { ContactWriter } from '../customers/contact-writer.ts'
import { commandIdOf, paymentIdOf, type CommandOperation } from '../identity.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { InputPosition } from '../position.ts'
import type { AskedCommand } from '../projections/payment-events/queries.ts'
import { transportHeaders, type CommandAnswer, type SettledAnswer } from '../replies.ts'
import type { TopicNames } from '../topics.ts'
import { contactIn, initiatePayment, type PaymentRequest } from './payment-request.ts'
import type { Answered, PendingAnswers } from './pending-answers.ts'

interface Outgoing {
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** What the role has to work with. */
export interface IngressPorts {
  /** Resolves when all in-sync replicas have the record. */
  readonly send: (record: Outgoing) => Promise<{ offset: number }>
  readonly encode: <N extends RecordName>(name: N, value: RecordTypes[N]) => Buffer
  readonly contacts: Pick<ContactWriter, 'put'>
  readonly findAnswer: (command: AskedCommand) => Promise<SettledAnswer | null>
  /** Offset of the last control record that this instance has seen. */
  readonly controlOffset: () => number
  readonly pending: PendingAnswers
  /** Channel on which this instance gets its replies. */
  readonly replyTo: string
  readonly topics: TopicNames
  readonly partitions: number
  /** Milliseconds that a command waits for its answer. */
  readonly answerWaitMs: number
  readonly metrics: Metrics
}

/** What the HTTP request says about a command, whichever it is. */
export interface Submission {
  readonly merchantId: string
  readonly idempotencyKey: string
  readonly correlationId: string
  /** W3C trace context, well-formed. */
  readonly traceparent: string | undefined
  /** Do not wait for the answer. */
  readonly async: boolean
}

export interface Accepted {
  readonly paymentId: string
  /** What the read model has to show to be no older than the answer. */
  readonly position: InputPosition
  /** Null when there is none yet. */
  readonly answer: CommandAnswer | null
}

type CommandRecord = Extract<RecordName, `aegispay.commands.${string}`>

/** What a capture or a cancellation says besides whose payment it is about. */
export type CaptureTerms = Pick<CapturePayment, 'amount' | 'expectedVersion'>
export type CancelTerms = Pick<CancelPayment, 'reason' | 'expectedVersion'>

export class Ingress {
  readonly #ports: IngressPorts

  constructor(ports: IngressPorts) {
    this.#ports = ports
  }

  /**
   * Stores the command that starts a payment and, unless told otherwise, waits for what comes of it.
   *
   * @throws ProducerUnavailableError when Kafka does not confirm it in time: it may have been stored all the same
   */
  async startPayment(submission: Submission, request: PaymentRequest): Promise<Accepted> {
    const { merchantId, idempotencyKey, traceparent } = submission
    // First, so that nobody who acts on the payment's events finds the contact missing.
    const contact = contactIn(request, merchantId, Date.now())
    if (contact !== null) {
      const { contacts, encode } = this.#ports
      await contacts.put(contact, encode('aegispay.customers.CustomerContact', contact), traceparent)
    }

    const paymentId = paymentIdOf(merchantId, idempotencyKey)
    const command = initiatePayment(request, { merchantId, paymentId, idempotencyKey })
    return this.#submit(submission, paymentId, 'initiate', 'aegispay.commands.InitiatePayment', command)
  }

  /**
   * Asks for the authorized money, or a part of it.
   * @throws ProducerUnavailableError as `startPayment`
   */
  capture(submission: Submission, paymentId: string, terms: CaptureTerms): Promise<Accepted> {
    const { merchantId, idempotencyKey } = submission
    const command = { merchantId, paymentId, idempotencyKey, ...terms }
    return this.#submit(submission, paymentId, 'capture', 'aegispay.commands.CapturePayment', command)
  }

  /**
   * Asks to release an authorized payment.
   * @throws ProducerUnavailableError as `startPayment`
   */
  cancel(submission: Submission, paymentId: string, terms: CancelTerms): Promise<Accepted> {
    const { merchantId, idempotencyKey } = submission
    const command = { merchantId, paymentId, idempotencyKey, ...terms }
    return this.#submit(submission, paymentId, 'cancel', 'aegispay.commands.CancelPayment', command)
  }

  async #submit<N extends CommandRecord>(
    { merchantId, idempotencyKey, correlationId, traceparent, async }: Submission,
    paymentId: string,
    operation: CommandOperation,
    name: N,
    command: RecordTypes[N]
  ): Promise<Accepted> {
    const { pending, answerWaitMs, findAnswer, metrics } = this.#ports
    const commandId = commandIdOf(merchantId, paymentId, operation, idempotencyKey)
    const replyId = randomUUID()
    const waiting = async ? null : pending.open(replyId)
    let position: InputPosition
    try {
      position = await this.#send(paymentId, name, command, {
        id: commandId,
        headers: {
          [transportHeaders.correlationId]: correlationId,
          ...(traceparent === undefined ? {} : { traceparent }),
          ...(waiting === null ? {} : this.#replyHeaders(replyId))
        }
      })
    } catch (error) {
      waiting?.close()
      throw error
    }
    metrics
      .counter('aegispay_commands_accepted_total')
      .inc({ command: name.slice(name.lastIndexOf('.') + 1) })

    const sent = { merchantId, paymentId, commandId, position }
    const answered = (await waiting?.wait(answerWaitMs, () => findAnswer(sent))) ?? null
    this.#count(answered)
    return { paymentId, position: answered?.position ?? position, answer: answered?.answer ?? null }
  }

  async #send<N extends CommandRecord>(
    key: string,
    name: N,
    value: RecordTypes[N],
    { id, headers }: { id: string; headers: Record<string, string> }
  ): Promise<InputPosition> {
    const { send, encode, topics, partitions, controlOffset } = this.#ports
    const partition = partitionOf(key, partitions)
    const { offset } = await send({
      topic: topics.commands,
      partition,
      key,
      value: encode(name, value),
      headers: {
        ce_specversion: '1.0',
        ce_id: id,
        ce_source: '/ingress',
        ce_type: name,
        ce_time: new Date().toISOString(),
        [transportHeaders.controlOffset]: String(controlOffset()),
        ...headers
      }
    })
    return { input: 'commands', partition, offset }
  }

  #replyHeaders(replyId: string): Record<string, string> {
    const { replyTo, answerWaitMs } = this.#ports
    return {
      [transportHeaders.replyTo]: replyTo,
      [transportHeaders.replyId]: replyId,
      [transportHeaders.deadline]: String(Date.now() + answerWaitMs)
    }
  }

  #count(answered: Answered | null): void {
    this.#ports.metrics.counter('aegispay_answers_total').inc({ way: answered?.way ?? 'accepted' })
  }
}
