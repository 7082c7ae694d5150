// What stands on the dead-letter topic: letters, and the marks of those that were redriven.
import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { HeaderName } from '../headers.ts'

/** A record that was put aside. */
export interface DeadLetter {
  /** `<partition>-<offset>` on the dead-letter topic. */
  readonly id: string
  readonly partition: number
  readonly offset: number
  /** When it was put aside, RFC 3339. */
  readonly at: string
  readonly reason: string
  readonly detail: string
  /** Where the record stood. */
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: number }
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** The record's own. */
  readonly headers: IHeaders
}

/** Says that a letter was written to its topic again. Stands on the letter's partition, behind it. */
export interface RedriveMark {
  /** Id of the letter. */
  readonly of: string
  readonly at: string
  readonly by: string
  readonly reason: string
  /** `<topic>/<partition>`. */
  readonly to: string
}

export interface Place {
  readonly partition: number
  readonly offset: number
}

export const idOf = ({ partition, offset }: Place): string => `${partition}-${offset}`

/** Null when the text is no id of a letter. */
export function placeOf(id: string): Place | null {
  const match = /^(0|[1-9]\d{0,4})-(0|[1-9]\d{0,14})$/.exec(id)
  return match === null ? null : { partition: Number(match[1]), offset: Number(match[2]) }
}

type Standing =
  | { readonly type: 'letter'; readonly letter: DeadLetter }
  | { readonly type: 'mark'; readonly mark: RedriveMark }

/** What a record of the topic is; null when AegisPay has not written it. */
export function standing(partition: number, message: KafkaMessage): Standing | null {
  const said = (name: HeaderName) => [message.headers?.[name]].flat()[0]?.toString()
  const reason = said('aegispay-dlq-reason')
  // A letter keeps its record's headers, and anyone may have put on that what looks like a mark's.
  if (reason !== undefined) return { type: 'letter', letter: letterOf(partition, message, reason, said) }
  const of = said('aegispay-dlq-redrive-of')
  if (of === undefined) return null
  const mark = {
    of,
    at: said('aegispay-dlq-at') ?? '',
    by: said('aegispay-dlq-redriven-by') ?? '',
    reason: said('aegispay-dlq-redrive-reason') ?? '',
    to: said('aegispay-dlq-redriven-to') ?? ''
  }
  return { type: 'mark', mark }
}

function letterOf(
  partition: number,
  { offset, key, value, headers }: KafkaMessage,
  reason: string,
  said: (name: HeaderName) => string | undefined
): DeadLetter {
  const place = { partition, offset: Number(offset) }
  const own = Object.entries(headers ?? {}).filter(([name]) => !name.startsWith('aegispay-dlq-'))
  return {
    ...{ id: idOf(place), ...place, reason },
    at: said('aegispay-dlq-at') ?? '',
    detail: said('aegispay-dlq-detail') ?? '',
    source: {
      topic: said('aegispay-dlq-topic') ?? '',
      partition: Number(said('aegispay-dlq-partition')),
      offset: Number(said('aegispay-dlq-offset'))
    },
    ...{ key, value, headers: Object.fromEntries(own) }
  }
}

/** As a record of the dead-letter topic, without its place. */
export const markHeaders = ({ of, at, by, reason, to }: RedriveMark): IHeaders =>
  ({
    'aegispay-dlq-redrive-of': of,
    'aegispay-dlq-at': at,
    'aegispay-dlq-redriven-by': by,
    'aegispay-dlq-redrive-reason': reason,
    'aegispay-dlq-redriven-to': to
  }) satisfies Partial<Record<HeaderName, string>>
