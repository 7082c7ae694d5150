// Fields as one text of bytes, of which everything that is hashed or signed here is made. docs/audit.md specifies it.

/** A text is UTF-8; null is none, which is not the same as an empty one. */
export type Field = string | Buffer | null

const LENGTH_BYTES = 4
/** Of one UTF-16 unit. */
const MAX_UTF8_BYTES = 3
const NULL = 0xffff_ffff
let scratch = Buffer.allocUnsafe(4096)

/**
 * Each field behind its length as u32be, and of null the length 0xffffffff alone, so that no two lists have the same bytes.
 *
 * @returns bytes that hold until the next call
 */
export function encodeFields(fields: readonly Field[]): Buffer {
  let most = 0
  for (const field of fields)
    most +=
      LENGTH_BYTES +
      (field === null ? 0 : typeof field === 'string' ? MAX_UTF8_BYTES * field.length : field.length)
  if (most > scratch.length) scratch = Buffer.allocUnsafe(most)
  let end = 0
  for (const field of fields) {
    const start = end + LENGTH_BYTES
    let length = 0
    if (typeof field === 'string') length = scratch.write(field, start, 'utf8')
    else if (field !== null) length = field.copy(scratch, start)
    scratch.writeUInt32BE(field === null ? NULL : length, end)
    end = start + length
  }
  return scratch.subarray(0, end)
}
