// What the processor writes, as records: events, gateway requests, dead letters, forwarded commands.
import type { IHeaders } from 'kafkajs'
import type { RecordedEvent } from '../../domain/payment/events.ts'
import type { Payment } from '../../domain/payment/state.ts'
import type { GatewayRequest, RecordName } from '../../generated/records.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import type { PoisonReason } from '../../poison-reasons.ts'
import { transportHeaders } from '../../replies.ts'
import type { TopicNames } from '../../topics.ts'
import type { InputRecord, OutputRecord } from '../core/logic.ts'
import { hidesCardNumber } from './withholding.ts'

/** The part of an event's envelope that comes from the record that caused it, and where the event goes. */
export interface Origin {
  /** The payment's. */
  readonly partition: number
  readonly correlationId: string | null
  /** Null, as its partition and offset, for what a payment does by itself. */
  readonly inputTopic: string | null
  readonly inputPartition: number | null
  readonly inputOffset: number | null
  readonly controlOffset: number
  /** W3C trace context, handed on. */
  readonly traceparent: string | undefined
  /** Who gave the command, where it was not the merchant. Stands in a header, since it changes nothing. */
  readonly requestedBy: string | null
}

const SCHEMA_VERSION = 1
const SPEC_VERSION = Buffer.from('1.0')
const SOURCE = Buffer.from('/processors/payments')

export class Outputs {
  readonly #codec: AvroCodec
  readonly #topics: TopicNames

  constructor(codec: AvroCodec, topics: TopicNames) {
    this.#codec = codec
    this.#topics = topics
  }

  event(event: RecordedEvent, origin: Origin): OutputRecord {
    const name = `aegispay.events.${event.type}` as const
    const { partition, traceparent, requestedBy, ...envelope } = origin
    const eventId = eventIdOf(event, origin)
    // The discriminant `type` and the record's name say the same, so the fields fit by construction.
    const value = {
      eventId,
      schemaVersion: SCHEMA_VERSION,
      ...envelope,
      ...event
    }
    return {
      topic: this.#topics.events,
      partition,
      key: event.paymentId,
      value: this.#codec.encode(name, value),
      headers: {
        ...cloudEvent(name, eventId, traceparent),
        ...(requestedBy === null ? {} : { [transportHeaders.requestedBy]: requestedBy })
      }
    }
  }

  /** Tells readers that follow positions that nothing more will come of the inputs up to an offset. */
  inputsHandled(topic: string, partition: number, throughOffset: number, now: number): OutputRecord {
    const name = 'aegispay.events.InputsHandled'
    const eventId = `inputs.${topic}.${partition}.${throughOffset}`
    const value = this.#codec.encode(name, {
      eventId,
      ...{ paymentId: null, merchantId: null, sequence: null, causationId: null, correlationId: null },
      ...{ inputTopic: topic, inputPartition: partition, inputOffset: throughOffset },
      ...{ controlOffset: null, commandFingerprint: null },
      occurredAt: now,
      schemaVersion: SCHEMA_VERSION,
      ...{ topic, partition, throughOffset }
    })
    const headers = cloudEvent(name, eventId, undefined)
    return { topic: this.#topics.events, partition, key: `inputs.${topic}`, value, headers }
  }

  /** What follows at a gateway from an event, once it is folded; null for an event that asks it for nothing. */
  gatewayRequest(
    event: RecordedEvent,
    payment: Payment,
    { partition, correlationId, traceparent }: Origin
  ): OutputRecord | null {
    const asked = requestIn(event, payment)
    if (asked === null) return null
    const { paymentId, merchantId } = event
    const { country } = payment.customer
    // It may have been let go; what needs it comes before.
    const token = payment.paymentMethod?.token ?? ''
    const method = payment.paymentMethod?.type ?? null
    const name = 'aegispay.gateway.GatewayRequest'
    return {
      topic: this.#topics.gatewayRequests,
      partition,
      key: paymentId,
      value: this.#codec.encode(name, {
        ...asked,
        paymentId,
        merchantId,
        token,
        method,
        country,
        correlationId
      }),
      headers: cloudEvent(name, asked.idempotencyKey, traceparent)
    }
  }

  /** The same record on the partition of its payment's owner. */
  forwarded(record: InputRecord, partition: number): OutputRecord {
    const { key, value, headers } = record
    return { topic: this.#topics.commands, partition, key, value, headers }
  }

  /** The record byte for byte, with the reason, unless it holds a card number: then its place and the reason are kept. */
  deadLetter(
    record: InputRecord,
    topic: string,
    reason: PoisonReason,
    detail: string,
    now: number
  ): OutputRecord {
    const { key, value, partition } = record
    const isWithheld = hidesCardNumber(record)
    return {
      topic: this.#topics.deadLetters,
      partition,
      key: isWithheld ? null : key,
      value: isWithheld ? null : value,
      headers: {
        ...(isWithheld ? {} : record.headers),
        'aegispay-dlq-reason': reason,
        'aegispay-dlq-detail': isWithheld ? 'withheld: it contains what looks like a card number' : detail,
        'aegispay-dlq-topic': topic,
        'aegispay-dlq-partition': String(partition),
        'aegispay-dlq-offset': String(record.offset),
        'aegispay-dlq-at': new Date(now).toISOString()
      }
    }
  }
}

/**
 * A remembered rejection happens once for its command. One that is not remembered may come again for the same command
 * id, so the input's position tells them apart.
 */
function eventIdOf(event: RecordedEvent, { inputPartition, inputOffset }: Origin): string {
  if (event.type !== 'CommandRejected') return `${event.paymentId}.${event.sequence}`
  const id = `${event.causationId}.rejected`
  return event.remembered ? id : `${id}@${inputPartition}.${inputOffset}`
}

type Asked = Omit<
  GatewayRequest,
  'paymentId' | 'merchantId' | 'token' | 'method' | 'country' | 'correlationId'
>

function requestIn(event: RecordedEvent, payment: Payment): Asked | null {
  switch (event.type) {
    case 'GatewayOperationRequested':
    case 'CompensationRequested':
      return { ...event, action: 'PERFORM' }
    case 'OutcomeLookupRequested': {
      const { operation, compensations, currency, reference } = payment
      const { operationId } = event
      const asked = { currency, action: 'LOOK_UP' } as const
      if (operation?.operationId === operationId) return { ...operation, ...asked, reference }
      return { ...compensations.find(open => open.operationId === operationId)!, ...asked }
    }
    default:
      return null
  }
}

function cloudEvent(type: RecordName, id: string, traceparent: IHeaders[string]): IHeaders {
  const headers: IHeaders = { ce_specversion: SPEC_VERSION, ce_id: id, ce_source: SOURCE, ce_type: type }
  if (traceparent !== undefined) headers.traceparent = traceparent
  return headers
}
