// RFC 9457 problem details: every error of the API has this one form.
import { STATUS_CODES } from 'node:http'
import { ApiError, errors, type ErrorCode, type Fault } from '../../errors.ts'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly errors?: readonly Fault[]
}

export function problemOf({ code, detail, faults }: ApiError): Problem {
  const { status, title } = errors[code]
  return {
    type: `/errors#${code}`,
    title,
    status,
    detail: detail ?? title,
    code,
    ...(faults.length === 0 ? {} : { errors: faults })
  }
}

export const PROBLEM_TYPE = 'application/problem+json'

/** Headers that belong to an error, whatever the route. */
export function problemHeaders(code: ErrorCode): Record<string, string> {
  const { status } = errors[code]
  return {
    'content-type': `${PROBLEM_TYPE}; charset=utf-8`,
    ...(status === 503 ? { 'retry-after': '1' } : {}),
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="aegispay"' } : {})
  }
}

/** A whole HTTP answer, for a connection whose request never became one. */
export function rawProblem(code: ErrorCode): string {
  const body = JSON.stringify(problemOf(new ApiError(code)))
  const { status } = errors[code]
  const headers = {
    ...problemHeaders(code),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close'
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`
}
