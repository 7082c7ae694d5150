// Letters as they are shown. None shows a card number, whoever has put one there and however the letter came about.
import type { IHeaders } from 'kafkajs'
import { containsCardNumber } from '../domain/card-number.ts'
import { UndecodableError, type AvroCodec } from '../platform/avro/codec.ts'
import { hidesCardNumber } from '../processors/payments/withholding.ts'
import type { FoundLetter } from './find-letters.ts'
import type { DeadLetter, RedriveMark } from './letter.ts'
import { isRefusal, original, type Readers } from './redrivable.ts'

const WITHHELD = 'withheld: it contains what looks like a card number'

export interface ListedLetter {
  readonly letter: string
  /** When it was put aside, RFC 3339. */
  readonly at: string
  readonly code: string
  readonly detail: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The last time; null when it was not. */
  readonly redrivenAt: string | null
  readonly redrivenBy: string | null
}

export function listed({ letter, marks }: FoundLetter): ListedLetter {
  const { id, at, reason, source } = letter
  return {
    ...{ letter: id, at, code: reason, detail: harmless(letter.detail), ...source },
    ...{ redrivenAt: marks[0]?.at ?? null, redrivenBy: marks[0]?.by ?? null }
  }
}

export interface ShownLetter extends Omit<ListedLetter, 'redrivenAt' | 'redrivenBy'> {
  /** The last one first. */
  readonly redriven: readonly Omit<RedriveMark, 'of'>[]
  /** Why it cannot be redriven; null when it can. */
  readonly refusal: string | null
  readonly key: string | null
  readonly headers: Readonly<Record<string, string | string[]>>
  /** The record's type; null when it cannot be decoded. */
  readonly type: string | null
  /** Decoded; in base64 when it cannot be; null when the letter does not carry it. */
  readonly value: unknown
}

/** @throws RegistryUnavailableError when it cannot be told whether the value can be decoded */
export async function shown({ letter, marks }: FoundLetter, readers: Readers): Promise<ShownLetter> {
  const { id, at, reason, detail, source } = letter
  const record = await original(letter, readers)
  return {
    ...{ letter: id, at, code: reason, detail: harmless(detail), ...source },
    redriven: marks.map(({ at, by, reason, to }) => ({ at, by, reason, to })),
    refusal: isRefusal(record) ? record.code : null,
    ...(await contentOf(letter, readers.codec))
  }
}

type Content = Pick<ShownLetter, 'key' | 'headers' | 'type' | 'value'>

async function contentOf(letter: DeadLetter, codec: AvroCodec): Promise<Content> {
  const { key, value, headers, partition, offset } = letter
  const withheld = { key: null, headers: {}, type: null, value: WITHHELD }
  if (hidesCardNumber({ input: '', partition, offset, key, value, headers, timestamp: 0 })) return withheld
  const content = {
    key: key?.toString() ?? null,
    headers: textsOf(headers),
    ...(value === null ? { type: null, value: null } : await decodedOrBase64(value, codec))
  }
  // What the bytes do not show may show once they are decoded.
  return containsCardNumber(JSON.stringify(content)) ? withheld : content
}

async function decodedOrBase64(value: Buffer, codec: AvroCodec): Promise<Pick<Content, 'type' | 'value'>> {
  try {
    await codec.learn([value])
    const decoded = codec.decode(value)
    return { type: decoded.name, value: decoded.value }
  } catch (error) {
    if (!(error instanceof UndecodableError)) throw error
    return { type: null, value: value.toString('base64') }
  }
}

const textsOf = (headers: IHeaders): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(String) : String(value)
    ])
  )

const harmless = (text: string) => (containsCardNumber(text) ? WITHHELD : text)
