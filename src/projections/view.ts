import type { ClientBase } from 'pg'
import type { RecordedEvent } from '../domain/payment/events.ts'
import type { Decoded } from '../platform/avro/codec.ts'

type EventRecord = Extract<Decoded, { name: `aegispay.events.${string}` }>
type ShortName<N> = N extends `aegispay.events.${infer Short}` ? Short : never

/** A record of the event store and where it stands. Its type is the record's name without the namespace. */
export type StoredEvent = {
  [N in EventRecord['name']]: {
    readonly type: ShortName<N>
    readonly value: Extract<EventRecord, { name: N }>['value']
    readonly partition: number
    readonly offset: number
  }
}[EventRecord['name']]

/** An event that belongs to a payment; InputsHandled belongs to a partition. */
export type StoredPaymentEvent = Exclude<StoredEvent, { type: 'InputsHandled' }>

/** A read model: tables that are a function of the event store alone. */
export interface View {
  readonly name: ViewName
  /**
   * Applies consecutive events of one partition within the caller's transaction.
   * @throws UnprojectableError when an event does not fit what is there.
   */
  apply(db: ClientBase, events: readonly StoredEvent[]): Promise<void>
}

/** Every view that a position token has to be resolved in. */
export const viewNames = ['payments', 'payment_events'] as const

export type ViewName = (typeof viewNames)[number]

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
