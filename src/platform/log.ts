import pino, { type Logger } from 'pino'
import type { Settings } from './config/settings.ts'

/** Never written, whether they turn up in what is logged or in a part of it. */
const SECRET_FIELDS = [
  'authorization',
  'idempotency-key',
  'idempotencyKey',
  'apiKey',
  'password',
  'secret',
  'email'
]
const censor = () => '[secret]'
const censors = Object.fromEntries(SECRET_FIELDS.map(field => [field, censor]))

/**
 * Writes JSON lines, to stdout unless told otherwise and synchronously, so that the last line before the end of the process is never lost.
 *
 * Of an error only name, message, stack, code and cause are written: drivers hang rows, parameters and raw packets onto
 * theirs.
 */
export function createLog(
  { level }: Pick<Settings['log'], 'level'>,
  destination: pino.DestinationStream = stdout()
): Logger {
  return pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      // In place of pino's `redact`, which for the sake of parts copies all that is logged: six times what a line costs else.
      serializers: { err: describe, error: describe, ...censors },
      formatters: { level: label => ({ level: label }), log: partsCensored }
    },
    destination
  )
}

type Fields = Record<string, unknown>

/** The same, or a copy where something had to be taken out of one of its parts. */
function partsCensored(fields: Fields): Fields {
  let shown = fields
  for (const name in fields) {
    const part = fields[name]
    if (typeof part !== 'object' || part === null || part instanceof Error) continue
    const secret = SECRET_FIELDS.filter(field => field in part)
    if (secret.length === 0) continue
    if (shown === fields) shown = { ...fields }
    shown[name] = { ...part, ...Object.fromEntries(secret.map(field => [field, censor()])) }
  }
  return shown
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  const { code } = error as { code?: unknown }
  return {
    name,
    message,
    stack,
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause: describe(cause) })
  }
}

const stdout = () => pino.destination({ fd: 1, sync: true })

/** For commands whose output goes to stdout. */
export const stderr = () => pino.destination({ fd: 2, sync: true })
