import pino, { type Logger } from 'pino'
import type { Settings } from './config/settings.ts'

/** Never written, wherever they turn up in what is logged. */
const SECRET_FIELDS = [
  'authorization',
  'idempotency-key',
  'idempotencyKey',
  'apiKey',
  'password',
  'secret',
  'email'
]

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
      formatters: { level: label => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap(field => [`["${field}"]`, `*["${field}"]`]),
        censor: '[secret]'
      },
      serializers: { err: describe, error: describe }
    },
    destination
  )
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
