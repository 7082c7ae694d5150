// A view that is made of the event store.
import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { ClientBase } from 'pg'
import { containsCardNumber } from '../domain/card-number.ts'
import { UndecodableError, type AvroCodec } from '../platform/avro/codec.ts'
import { transportHeaders } from '../replies.ts'
import { noteInputs } from './positions.ts'
import { UnprojectableError, type AuditViewName, type StoredEvent, type View, type ViewName } from './view.ts'

export interface EventView {
  readonly name: Exclude<ViewName, 'customers' | AuditViewName>
  /** The one with its name unless given. */
  readonly tables?: readonly string[]
  /**
   * Applies consecutive events of one partition within the caller's transaction.
   * @throws UnprojectableError when an event does not fit what is there.
   */
  readonly apply: (db: ClientBase, events: readonly StoredEvent[]) => Promise<void>
}

/** Events are applied together with the note of the inputs whose effects they are. */
export const eventView = ({ name, tables = [name], apply }: EventView): View<StoredEvent> => ({
  ...{ name, tables },
  topic: 'events',
  read: decodeEvent,
  async apply(db, events) {
    await apply(db, events)
    await noteInputs(db, name, events)
  },
  describe({ type, offset, value: { paymentId, correlationId } }) {
    return paymentId === null ? null : { paymentId, correlationId, event: type, offset }
  }
})

const EVENTS = 'aegispay.events.'

const KEY = /^key:[A-Za-z0-9_-]{1,64}$/

/** Whoever may write commands chooses their headers: what is no name of a key says nothing. */
function requestedBy(headers: IHeaders = {}): { readonly requestedBy?: string } {
  const text = headers[transportHeaders.requestedBy]?.toString() ?? ''
  return KEY.test(text) && !containsCardNumber(text) ? { requestedBy: text } : {}
}

/**
 * A record of the event store whose schema the codec has learnt.
 * @throws UnprojectableError when it is no event
 */
export function decodeEvent(
  { value, offset: text, headers }: KafkaMessage,
  partition: number,
  codec: AvroCodec
): StoredEvent {
  const offset = Number(text)
  try {
    if (value === null) throw new UndecodableError('an event without a value')
    const decoded = codec.decode(value)
    if (!decoded.name.startsWith(EVENTS)) throw new UndecodableError(`${decoded.name} is not an event`)
    const type = decoded.name.slice(EVENTS.length)
    return { type, value: decoded.value, partition, offset, ...requestedBy(headers) } as StoredEvent
  } catch (error) {
    throw new UnprojectableError(offset, error)
  }
}
