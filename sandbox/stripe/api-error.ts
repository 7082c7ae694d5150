import type { StoredAnswer } from '../ledger.ts'

interface ErrorBody {
  readonly type: string
  readonly message: string
  readonly [more: string]: unknown
}

/** An error that Stripe answers with before anything is done or remembered. */
export class ApiError extends Error {
  readonly status: number
  readonly body: ErrorBody

  constructor(status: number, body: ErrorBody) {
    super(body.message)
    this.status = status
    this.body = body
  }
}

export const invalidRequest = (message: string, more: object = {}): ApiError =>
  new ApiError(400, { type: 'invalid_request_error', message, ...more })

export const missing = (what: string, id: string, param: string): ApiError =>
  new ApiError(404, {
    ...{ type: 'invalid_request_error', code: 'resource_missing', param },
    message: `No such ${what}: '${id}'`
  })

export const errorAnswer = (status: number, error: object): StoredAnswer => ({
  status,
  body: JSON.stringify({ error })
})
