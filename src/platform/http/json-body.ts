import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from '../../errors.ts'

const MAX_DEPTH = 16
const utf8 = new TextDecoder('utf-8', { fatal: true })
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]]/g
const ESCAPED = /\\u([0-9a-fA-F]{4})/g
const COLON = /\s*:/y

/**
 * Parses JSON more strictly than JSON.parse: a property that is named twice means different things to different
 * parsers, `__proto__` changes what an object is, and Postgres' text holds neither NUL nor half a surrogate pair.
 *
 * @param screen throws when a text may not be taken in; it is shown the whole body, also one that is not JSON
 * @throws ApiError json_malformed
 */
export function parseJsonBody(body: Buffer, screen: (text: string) => void): unknown {
  const text = decode(body)
  screen(text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))))
  const value = parse(text)
  refuseAmbiguity(text)
  return value
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i

/** @throws ApiError content_type_unsupported, content_encoding_unsupported */
export function refuseEncodings(headers: IncomingHttpHeaders): void {
  const [, charset] = CHARSET.exec(headers['content-type'] ?? '') ?? []
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw new ApiError('content_type_unsupported')
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ApiError('content_encoding_unsupported')
  }
}

const malformed = (detail?: string, cause?: unknown) =>
  new ApiError('json_malformed', { ...(detail === undefined ? {} : { detail }), cause })

function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (error) {
    throw malformed('The body is not UTF-8.', error)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Its message quotes the text, so it is not even kept as the cause.
    throw malformed('The body cannot be parsed.')
  }
}

/** Walks the tokens of a text that is known to be JSON. */
function refuseAmbiguity(text: string): void {
  // Names met so far, for each open object; null for an open array.
  const open: (Set<string> | null)[] = []
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    switch (token) {
      case '{':
      case '[':
        open.push(token === '{' ? new Set() : null)
        if (open.length > MAX_DEPTH) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels.`)
        break
      case '}':
      case ']':
        open.pop()
        break
      default:
        readText(token, isName(text, index + token.length) ? open.at(-1) : null)
    }
  }
}

function isName(text: string, end: number): boolean {
  COLON.lastIndex = end
  return COLON.test(text)
}

function readText(token: string, names: Set<string> | null | undefined): void {
  const value = JSON.parse(token) as string
  if (value.includes('\0') || !value.isWellFormed()) {
    throw malformed('A text of the body holds NUL or half a surrogate pair.')
  }
  if (!names) return
  if (value === '__proto__') throw malformed('A property of the body is called __proto__.')
  if (names.has(value)) throw malformed('A property of the body is given twice.')
  names.add(value)
}
