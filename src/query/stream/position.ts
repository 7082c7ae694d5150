// How far a client of the stream has come: the offset of the next event, for each partition of payments.events. As text it
// is what stands in `id:` and comes back in Last-Event-ID. docs/stream.md says how it is made.

export type Offsets = readonly number[]

const FORM = 1
const TEXT = /^[A-Za-z0-9_-]{1,8192}$/

/** Base64url of a byte that names the form, and of each offset as a base-128 varint (seven bits a byte, the low ones first). */
export function formatStreamPosition(offsets: Offsets): string {
  const bytes = [FORM]
  for (const offset of offsets) {
    let rest = offset
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    bytes.push(rest)
  }
  return Buffer.from(bytes).toString('base64url')
}

/** Null when the text is none that we have made for so many partitions. */
export function parseStreamPosition(text: string, partitions: number): Offsets | null {
  if (!TEXT.test(text)) return null
  const offsets: number[] = []
  let offset = 0
  let weight = 1
  for (const byte of Buffer.from(text, 'base64url').subarray(1)) {
    offset += (byte & 0x7f) * weight
    if (!Number.isSafeInteger(offset)) return null
    weight *= 0x80
    if (byte >= 0x80) continue
    offsets.push(offset)
    offset = 0
    weight = 1
  }
  // The same offsets could be written in other ways, and anything could stand behind them.
  return offsets.length === partitions && formatStreamPosition(offsets) === text ? offsets : null
}
