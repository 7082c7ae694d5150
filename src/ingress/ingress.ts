// Takes commands in: nothing is acknowledged that Kafka has not confirmed on all in-sync replicas.
import { randomUUID } from 'node:crypto'
import type { RecordName, RecordTypes } from '../generated/records.ts'
import type { ContactWriter } from '../customers/contact-writer.ts'
import { commandIdOf, paymentIdOf, type CommandOperation } from '../identity.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { InputPosition } from '../position.ts'
import type { AskedCommand } from '../projections/payment-events/queries.ts'
import { transportHeaders, type CommandAnswer, type SettledAnswer } from '../replies.ts'
import type { TopicNames } from '../topics.ts'
import type { AddressDigest } from './address-digest.ts'
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
  /** What stands for a network address; null where nothing may. */
  readonly digestOf: AddressDigest
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
  /** Who acts for the merchant; null where the merchant does itself. */
  readonly requestedBy: string | null
  /** W3C trace context, well-formed. */
  readonly traceparent: string | undefined
  /** Do not wait for the answer. */
  readonly async: boolean
}

export interface Accepted {
  readonly paymentId: string
  readonly commandId: string
  /** What the read model has to show to be no older than the answer. */
  readonly position: InputPosition
  /** Null when there is none yet. */
  readonly answer: CommandAnswer | null
}

/** The records of the commands on a payment that is there, by the operation that enters the command's id. */
const operationRecords = {
  capture: 'aegispay.commands.CapturePayment',
  cancel: 'aegispay.commands.CancelPayment',
  refund: 'aegispay.commands.RefundPayment',
  retry: 'aegispay.commands.RetryPayment',
  'close-refunds': 'aegispay.commands.CloseRefunds',
  resolve: 'aegispay.outcomes.ResolveOutcome',
  review: 'aegispay.outcomes.ResolveReview'
} as const satisfies Partial<Record<CommandOperation, RecordName>>
type OperationRecords = typeof operationRecords
export type PaymentOperation = keyof OperationRecords

/** What such a command says besides whose payment it is about. */
export type OperationTerms<O extends PaymentOperation> = Omit<
  RecordTypes[OperationRecords[O]],
  'merchantId' | 'paymentId' | 'idempotencyKey'
>

type CommandRecord = 'aegispay.commands.InitiatePayment' | OperationRecords[PaymentOperation]

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
    const { address } = request.customer
    const addressDigest = address === undefined ? null : this.#ports.digestOf(merchantId, address)
    const command = initiatePayment(request, { merchantId, paymentId, idempotencyKey }, addressDigest)
    return this.#submit(submission, paymentId, 'initiate', 'aegispay.commands.InitiatePayment', command)
  }

  /**
   * Stores a command on a payment and, unless told otherwise, waits for what comes of it.
   * @throws ProducerUnavailableError as `startPayment`
   */
  operate<O extends PaymentOperation>(
    submission: Submission,
    paymentId: string,
    operation: O,
    terms: OperationTerms<O>
  ): Promise<Accepted> {
    const { merchantId, idempotencyKey } = submission
    const command = { merchantId, paymentId, idempotencyKey, ...terms } as RecordTypes[OperationRecords[O]]
    return this.#submit(submission, paymentId, operation, operationRecords[operation], command)
  }

  async #submit<N extends CommandRecord>(
    { merchantId, idempotencyKey, correlationId, requestedBy, traceparent, async }: Submission,
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
          ...(requestedBy === null ? {} : { [transportHeaders.requestedBy]: requestedBy }),
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
    const { answer = null, position: settledAt = position } = answered ?? {}
    return { paymentId, commandId, position: settledAt, answer }
  }

  async #send<N extends CommandRecord>(
    key: string,
    name: N,
    value: RecordTypes[N],
    { id, headers }: { id: string; headers: Record<string, string> }
  ): Promise<InputPosition> {
    const { send, encode, topics, partitions, controlOffset } = this.#ports
    const partition = partitionOf(key, partitions)
    // Operators decide on behalf of no merchant: what they find stands beside what the gateways say.
    const input = name.startsWith('aegispay.outcomes.') ? 'outcomes' : 'commands'
    const { offset } = await send({
      topic: topics[input],
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
    return { input, partition, offset }
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
