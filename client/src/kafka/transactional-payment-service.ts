import { checkAmount, checkKey, invalid } from '../checks.ts'
import { paymentIdOf } from '../payment-id.ts'
import type { CancelRequest, CaptureRequest, PaymentRequest, RefundRequest } from '../wire.ts'
import { Encoder, records, type RecordName } from './encoder.ts'
import { partitionOf } from './partition.ts'

/** What a kafkajs `Transaction` is to this service. A `Producer` is one, too, where no transaction is wanted. */
export interface SendsRecords {
  send(record: {
    readonly topic: string
    readonly acks: number
    readonly messages: {
      readonly key: string
      readonly value: Buffer
      readonly partition: number
      readonly headers: Record<string, string>
    }[]
  }): Promise<unknown>
}

/** What an `Admin` of kafkajs is to this service. */
export interface TopicMetadataSource {
  fetchTopicMetadata(options: { topics: string[] }): Promise<{
    topics: { name: string; partitions: unknown[] }[]
  }>
}

export interface TransactionalServiceOptions {
  /** In whose name commands are given. Whoever may write to the topic is trusted for all merchants. */
  readonly merchantId: string
  /** URL of the schema registry that `aegispay setup` has registered with. */
  readonly schemaRegistry: string
  /** A connected admin client, which is asked once how many partitions there are. */
  readonly admin: TopicMetadataSource
  /** Of the installation's topics (`AEGISPAY_PREFIX`); none unless given. */
  readonly prefix?: string
  /** Ends the connecting. */
  readonly signal?: AbortSignal
}

/** Of every command. */
export interface TransactionalOptions {
  /** One for each thing that is to be done once. The same key with the same content is the same command. */
  readonly idempotencyKey: string
  /** Refuse the command when the payment has another version. Not for one that starts a payment. */
  readonly ifVersion?: number
  /** Handed on to every record that follows from the command. */
  readonly correlationId?: string
  /** W3C trace context. */
  readonly traceparent?: string
}

/** What was written. It takes effect when the transaction is committed, and never when it is aborted. */
export interface ProducedCommand {
  readonly paymentId: string
  readonly topic: string
  readonly partition: number
}

interface Names {
  readonly merchantId: string
  readonly commands: string
  readonly customers: string
}

/** Of each topic that is written to. */
interface Partitions {
  readonly commands: number
  readonly customers: number
}

/**
 * Commands as records of a transaction that is the caller's own, together with the caller's own records and offsets: all of
 * it happens, or none.
 *
 * ```ts
 * const payments = await TransactionalPaymentService.connect({ merchantId: 'demo', schemaRegistry, admin })
 * const transaction = await producer.transaction()
 * try {
 *   await transaction.send({ topic: 'orders', messages: [{ key: 'order-1', value: 'placed' }] })
 *   const { paymentId } = await payments.create(transaction, request, { idempotencyKey: 'order-1' })
 *   await transaction.commit()
 * } catch (error) {
 *   await transaction.abort()
 *   throw error
 * }
 * ```
 *
 * What came of a command is on `payments.events`, at webhooks, and over HTTP. Every method throws an AegisPayError
 * `request_invalid` for what cannot be written, and what the transaction's `send` throws.
 */
export class TransactionalPaymentService {
  readonly #encoder: Encoder
  readonly #names: Names
  readonly #partitions: Partitions

  private constructor(encoder: Encoder, names: Names, partitions: Partitions) {
    this.#encoder = encoder
    this.#names = names
    this.#partitions = partitions
  }

  /**
   * Asks for schemas and partitions, once. Connect anew after the installation was given more partitions; until then
   * commands only take longer.
   * @throws AegisPayError schema_unavailable, request_invalid when there is no such topic
   */
  static async connect(options: TransactionalServiceOptions): Promise<TransactionalPaymentService> {
    const { merchantId, schemaRegistry, admin, prefix = '', signal } = options
    const names = {
      merchantId,
      commands: `${prefix}payments.commands`,
      customers: `${prefix}customers`
    }
    const [encoder, commands, customers] = await Promise.all([
      Encoder.connect(schemaRegistry, signal),
      countPartitions(admin, names.commands),
      countPartitions(admin, names.customers)
    ])
    return new TransactionalPaymentService(encoder, names, { commands, customers })
  }

  /** Starts a payment. Contact details go to `customers`, as over HTTP. A network address is for HTTP only. */
  async create(
    transaction: SendsRecords,
    request: PaymentRequest,
    options: Omit<TransactionalOptions, 'ifVersion'>
  ): Promise<ProducedCommand> {
    const { amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata } =
      request
    if (customer.address !== undefined) throw invalid('A network address can be given over HTTP only.')
    const { merchantId } = this.#names
    const paymentId = await paymentIdOf(merchantId, options.idempotencyKey)
    const command = {
      amount,
      currency,
      capture: capture === 'manual' ? 'MANUAL' : 'AUTOMATIC',
      captureDelayMs: captureDelayMs ?? null,
      customer: { id: customer.id, country: customer.country ?? null },
      paymentMethod: {
        type: 'CARD',
        token: paymentMethod.token,
        network: paymentMethod.network ?? null
      },
      description: description ?? null,
      metadata: metadata ?? {}
    }
    const record = this.#encoded(records.create, paymentId, command, options)
    await this.#sendContact(transaction, customer)
    return this.#send(transaction, record)
  }

  /** Takes the authorized money, or a part of it and releases the rest. */
  capture(
    transaction: SendsRecords,
    paymentId: string,
    { amount }: CaptureRequest,
    options: TransactionalOptions
  ): Promise<ProducedCommand> {
    return this.#operate(transaction, records.capture, paymentId, { amount: amount ?? null }, options)
  }

  /** Releases the authorized money. */
  cancel(
    transaction: SendsRecords,
    paymentId: string,
    { reason }: CancelRequest,
    options: TransactionalOptions
  ): Promise<ProducedCommand> {
    return this.#operate(transaction, records.cancel, paymentId, { reason: reason ?? null }, options)
  }

  /** Gives back what was captured, or a part of it. */
  refund(
    transaction: SendsRecords,
    paymentId: string,
    { amount, reason }: RefundRequest,
    options: TransactionalOptions
  ): Promise<ProducedCommand> {
    const terms = { amount: amount ?? null, reason: reason ?? null }
    return this.#operate(transaction, records.refund, paymentId, terms, options)
  }

  /** Tries a failed payment again; after a failed settlement or refund, that alone. */
  retry(
    transaction: SendsRecords,
    paymentId: string,
    options: TransactionalOptions
  ): Promise<ProducedCommand> {
    return this.#operate(transaction, records.retry, paymentId, {}, options)
  }

  /** Takes no more refunds. */
  closeRefunds(
    transaction: SendsRecords,
    paymentId: string,
    options: TransactionalOptions
  ): Promise<ProducedCommand> {
    return this.#operate(transaction, records.closeRefunds, paymentId, {}, options)
  }

  async #operate(
    transaction: SendsRecords,
    name: RecordName,
    paymentId: string,
    terms: Terms,
    options: TransactionalOptions
  ): Promise<ProducedCommand> {
    const command = { ...terms, expectedVersion: options.ifVersion ?? null }
    return this.#send(transaction, this.#encoded(name, paymentId, command, options))
  }

  /** Everything that can be refused is refused before the first record is sent. */
  #encoded(
    name: RecordName,
    paymentId: string,
    command: Terms,
    { idempotencyKey, correlationId, traceparent }: TransactionalOptions
  ): Outgoing {
    checkAmount(command.amount ?? undefined)
    checkKey(idempotencyKey)
    const { merchantId } = this.#names
    return {
      key: paymentId,
      value: this.#encoder.encode(name, { merchantId, paymentId, idempotencyKey, ...command }),
      headers: {
        ce_type: name,
        ...(correlationId === undefined ? {} : { 'aegispay-correlation-id': correlationId }),
        ...(traceparent === undefined ? {} : { traceparent })
      }
    }
  }

  async #send(transaction: SendsRecords, record: Outgoing): Promise<ProducedCommand> {
    const topic = this.#names.commands
    const partition = partitionOf(record.key, this.#partitions.commands)
    await transaction.send({ topic, acks: ALL, messages: [{ ...record, partition }] })
    return { paymentId: record.key, topic, partition }
  }

  /** Before the command, so that whoever acts on its events finds them. */
  async #sendContact(
    transaction: SendsRecords,
    { id: customerId, email, name, phone }: PaymentRequest['customer']
  ): Promise<void> {
    if (email === undefined && name === undefined && phone === undefined) return
    const { merchantId, customers: topic } = this.#names
    const key = `${merchantId}/${customerId}`
    const details = { email: email ?? null, name: name ?? null, phone: phone ?? null }
    const contact = { merchantId, customerId, ...details, updatedAt: Date.now() }
    const value = this.#encoder.encode(records.contact, contact)
    const partition = partitionOf(key, this.#partitions.customers)
    const headers = { ce_type: records.contact }
    await transaction.send({ topic, acks: ALL, messages: [{ key, value, partition, headers }] })
  }
}

/** What a command says besides whose it is. */
interface Terms {
  readonly amount?: number | null
  readonly [field: string]: unknown
}

interface Outgoing {
  readonly key: string
  readonly value: Buffer
  readonly headers: Record<string, string>
}

/** In-sync replicas that must have a record. */
const ALL = -1

async function countPartitions(admin: TopicMetadataSource, topic: string): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const count = topics.find(({ name }) => name === topic)?.partitions.length ?? 0
  if (count === 0) throw invalid(`There is no topic ${topic}.`)
  return count
}
