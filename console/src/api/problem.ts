import type { components } from './schema.d.ts'

type Problem = components['schemas']['Problem']

/** Why the API did not do something, or could not be asked. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly status: number
  /** Stable; `unreachable` where there was no answer. */
  readonly code: string
  readonly detail: string
  readonly faults: readonly { readonly path: string; readonly message: string }[]
  /** By which the log names the request. */
  readonly correlationId: string | null

  constructor(problem: Partial<Problem>, status: number, correlationId: string | null) {
    super(problem.title ?? `The service answered ${status}.`)
    this.status = status
    this.code = problem.code ?? `http_${status}`
    this.detail = problem.detail ?? ''
    this.faults = problem.errors ?? []
    this.correlationId = correlationId
  }

  static unreachable(method: string): ProblemError {
    const detail = method === 'GET' ? '' : 'What was asked for may have been done all the same.'
    return new ProblemError({ title: 'The service cannot be reached.', code: 'unreachable', detail }, 0, null)
  }
}

/** Whether the same request may succeed by itself in a moment. */
export const mayPass = (error: unknown): boolean =>
  error instanceof ProblemError && (error.status === 0 || error.status >= 500 || error.status === 429)
