import type { Problem } from './wire.ts'

/**
 * What the client itself finds; all other codes are the service's (docs/errors.md).
 *
 * - `request_invalid`: what was given cannot be sent; nothing was.
 * - `aborted`: the caller's signal ended it.
 * - `timeout`, `connection_failed`: there was no answer, or not the whole of it.
 * - `answer_malformed`: what answered is not AegisPay; a proxy, perhaps.
 * - `wait_timeout`: a payment did not become what was waited for.
 * - `schema_unavailable`: the schema registry did not tell how commands are written.
 * - `webhook_malformed`, `webhook_stale`, `webhook_signature_invalid`: a webhook is not one of ours.
 */
export type ClientErrorCode =
  | ('request_invalid' | 'aborted' | 'timeout' | 'connection_failed' | 'answer_malformed' | 'wait_timeout')
  | 'schema_unavailable'
  | ('webhook_malformed' | 'webhook_stale' | 'webhook_signature_invalid')

/** What is known of a failure beyond its code and message. */
export interface ErrorDetails {
  readonly status?: number | null
  readonly problem?: Problem | null
  readonly retryable?: boolean
  readonly outcomeUnknown?: boolean
  readonly retryAfterMs?: number | null
  readonly idempotencyKey?: string | null
  readonly paymentId?: string | null
  readonly cause?: unknown
}

/** Every failure of this package. It never holds the API key. */
export class AegisPayError extends Error {
  override readonly name = 'AegisPayError'
  /** Never changes its meaning: a {@link ClientErrorCode}, or a code of the service. */
  readonly code: string
  /** HTTP status; null when there was no answer. */
  readonly status: number | null
  /** What the service answered; null when it did not. */
  readonly problem: Problem | null
  /** Whether the same request can succeed later, unchanged. */
  readonly retryable: boolean
  /**
   * Whether a command may have taken effect all the same. Give the same one under the same {@link idempotencyKey} again:
   * it can take effect only once, and is answered with what came of it.
   */
  readonly outcomeUnknown: boolean
  /** Milliseconds after which the service wants to be asked again; null when it did not say. */
  readonly retryAfterMs: number | null
  /** Of the command; null for what is none. */
  readonly idempotencyKey: string | null
  /** Null when it is not known: that of a new payment needs `merchantId` in the options of the service. */
  readonly paymentId: string | null

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.status = details.status ?? null
    this.problem = details.problem ?? null
    this.retryable = details.retryable ?? false
    this.outcomeUnknown = details.outcomeUnknown ?? false
    this.retryAfterMs = details.retryAfterMs ?? null
    this.idempotencyKey = details.idempotencyKey ?? null
    this.paymentId = details.paymentId ?? null
  }

  /** The same failure, with more that is known of it. */
  with(details: ErrorDetails): AegisPayError {
    const { status, problem, retryable, outcomeUnknown, retryAfterMs, idempotencyKey, paymentId, cause } =
      this
    return new AegisPayError(this.code, this.message, {
      ...{ status, problem, retryable, outcomeUnknown, retryAfterMs, idempotencyKey, paymentId, cause },
      ...details
    })
  }
}

/** Whether a request that was answered so can succeed later, unchanged. */
export const isRetryableStatus = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500

/** Answers with a status of 500 or above that are given before anything is done. */
const BEFORE_ANYTHING: ReadonlySet<string> = new Set(['overloaded', 'not_ready', 'too_many_waiting'])

/** Whether a command that was answered so may have taken effect. */
export const mayHaveTakenEffect = (status: number, code: string): boolean =>
  status >= 500 && !BEFORE_ANYTHING.has(code)
