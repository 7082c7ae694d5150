import pg from 'pg'
import { ApiError } from '../errors.ts'

/** Classes of SQLSTATE that say the server cannot serve now: connection, resources, intervention, system. */
const UNAVAILABLE = new Set(['08', '53', '57', '58'])

/** Milliseconds after which a database that hangs counts as out of reach: longer than a reader waits for its write. */
const READ_LIMIT_MS = 5_000

/**
 * Reads, and tells a database that is out of reach from a fault of ours.
 *
 * @throws ApiError read_model_unavailable
 */
export async function reading<T>(read: () => Promise<T>, limitMs = READ_LIMIT_MS): Promise<T> {
  const hangs = Promise.withResolvers<never>()
  const limit = setTimeout(() => hangs.reject(new ApiError('read_model_unavailable')), limitMs)
  try {
    return await Promise.race([read(), hangs.promise])
  } catch (error) {
    throw isUnavailable(error) ? new ApiError('read_model_unavailable', { cause: error }) : error
  } finally {
    clearTimeout(limit)
  }
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return UNAVAILABLE.has((error.code ?? '').slice(0, 2))
  // The client's own errors, such as its time limits, are plain ones; those of sockets carry a code.
  return (
    error instanceof Error &&
    (error.constructor === Error || 'syscall' in error || error instanceof AggregateError)
  )
}
