// The terms by which a payment is found: words of its texts and pairs of its metadata, each as a number. One index then holds
// all that may be asked for, each merchant's apart, and takes several conditions at once.
import { fmix32 } from '../../domain/hashes.ts'

/** Words of one payment that are found; it may have thousands. An entry of a PostgreSQL index has to hold them. */
const MAX_WORDS = 128

export interface Searchable {
  readonly id: string
  readonly merchantId: string
  readonly customerId: string
  readonly description: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** Without order and repetition. */
export function termsOf({ id, merchantId, customerId, description, metadata }: Searchable): number[] {
  const texts = [id, customerId, ...Object.values(metadata), description ?? '']
  const words = new Set<string>()
  for (const text of texts) {
    for (const word of wordsIn(text)) for (const one of [word, ...partsOf(word)]) words.add(one)
  }
  const pairs = Object.entries(metadata).map(([key, value]) => pairTerm(merchantId, key, value))
  return [...new Set([...pairs, ...[...words].slice(0, MAX_WORDS).map(word => wordTerm(merchantId, word))])]
}

/**
 * The words of a text as they are compared: between spaces, without marks around them, in lower case and without accents.
 * What is written as one, such as `order-17`, is one word.
 */
export const wordsIn = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/\s+/u)
      .map(chunk => chunk.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
      .filter(word => word !== '')
  )
]

/** Of `order-17`, `order` and `17`. */
const partsOf = (word: string): string[] => word.match(/[\p{L}\p{N}]+/gu) ?? []

export const wordTerm = (merchantId: string, word: string): number => hashOf(`w${merchantId}\0${word}`)

export const pairTerm = (merchantId: string, key: string, value: string): number =>
  hashOf(`m${merchantId}\0${key}\0${value}`)

/**
 * 53 bits: FNV-1a over UTF-16 units in two lanes of 32 bits, each finished as MurmurHash3 does. Of ten million terms one in
 * a billion questions finds something that only hashes alike, and only of the same merchant.
 */
function hashOf(text: string): number {
  let [a, b] = [0x811c9dc5, 0x1b873593]
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x85ebca6b)
  }
  return (fmix32(b) & 0x1fffff) * 2 ** 32 + fmix32(a)
}
