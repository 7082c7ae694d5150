import type { KafkaMessage } from 'kafkajs'
import type { ClientBase } from 'pg'
import type { RecordedEvent } from '../domain/payment/events.ts'
import type { AvroCodec, Decoded } from '../platform/avro/codec.ts'

type EventRecord = Extract<Decoded, { name: `aegispay.events.${string}` }>
type ShortName<N> = N extends `aegispay.events.${infer Short}` ? Short : never

/** A record of the event store and where it stands. Its type is the record's name without the namespace. */
export type StoredEvent = {
  [N in EventRecord['name']]: {
    readonly type: ShortName<N>
    readonly value: Extract<EventRecord, { name: N }>['value']
    readonly partition: number
    readonly offset: number
    /** Who gave the command that led to it, where it was not the merchant: `key:<id>`. */
    readonly requestedBy?: string
  }
}[EventRecord['name']]

/** An event that belongs to a payment; InputsHandled belongs to a partition. */
export type StoredPaymentEvent = Exclude<StoredEvent, { type: 'InputsHandled' }>

/** An event that has a place in its payment's history: one that changes it. */
export type StoredSequencedEvent = Exclude<StoredEvent, { type: 'InputsHandled' | 'CommandRejected' }>

export const isSequenced = (event: StoredEvent): event is StoredSequencedEvent =>
  event.type !== 'InputsHandled' && event.type !== 'CommandRejected'

/** What takes a topic into Postgres with a position of its own. `R` is what a record says to it. */
export interface Sink<R = unknown> {
  readonly name: SinkName
  readonly topic: 'events' | 'customers' | 'control'
  /** It takes some records of the topic; that others are passed over is nothing to be told. */
  readonly isSelective?: true
  /**
   * Decodes a record whose schema the codec has learnt. Null when nothing follows from it.
   * @throws UnprojectableError when a record is none that the topic may have
   */
  read(record: KafkaMessage, partition: number, codec: AvroCodec): R | null
  /**
   * Applies records, of each partition consecutive ones, within the caller's transaction.
   * @throws UnprojectableError when one does not fit what is there.
   */
  apply(db: ClientBase, read: readonly R[]): Promise<void>
  /** What there is to be said of a record, for the log; null when there is nothing. */
  describe(read: R): object | null
}

/** A read model: tables that are a function of one topic alone, and can be built anew from it. */
export interface View<R = unknown> extends Sink<R> {
  readonly name: ViewName
  /** All of its tables, each of which has a primary key. */
  readonly tables: readonly string[]
}

/** What one transaction came to. */
export interface Applied {
  readonly records: number
  /** How many of them had a value from which nothing follows. */
  readonly skipped: number
  readonly seconds: number
}

/** Every view that a position token has to be resolved in. */
export const eventViewNames = ['payments', 'payment_events'] as const

/** The tables of the audit trail. */
export type AuditViewName = 'audit' | 'control_audit'

export type ViewName =
  (typeof eventViewNames)[number] | 'analytics' | 'statement_entries' | 'customers' | AuditViewName

/** Deliveries are no view: what was sent cannot be built anew. */
export type SinkName = ViewName | 'webhooks'

/** An event that can never be applied: the view must stop before it and be seen to stop. */
export class UnprojectableError extends Error {
  override readonly name = 'UnprojectableError'
  readonly offset: number

  constructor(offset: number, cause: unknown) {
    super(`the event at offset ${offset} cannot be applied: ${String(cause)}`, { cause })
    this.offset = offset
  }
}

/** The event as the domain folds it. A variant that this version does not know stands in no event that it can read. */
export const recordedEventOf = ({ type, value }: StoredPaymentEvent): RecordedEvent =>
  ({ ...value, type }) as unknown as RecordedEvent
