import type { FastifyError } from 'fastify'
import { ApiError, type ErrorCode } from '../../errors.ts'
import { faultsIn, unknownProperties } from './faults.ts'

const CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content_type_unsupported',
  FST_ERR_CTP_EMPTY_TYPE: 'content_type_unsupported',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'http_malformed',
  FST_ERR_BAD_URL: 'http_malformed'
}

/** The error of our table that the server, or a handler, means by what it threw. */
export function apiErrorOf(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error
  if (error.validation !== undefined) {
    const inBody = error.validationContext === 'body'
    const unknown = inBody && unknownProperties(error.validation)
    const code = inBody ? (unknown ? 'property_unknown' : 'body_invalid') : 'query_invalid'
    return new ApiError(code, { faults: faultsIn(error.validation) })
  }
  const status = error.statusCode ?? 500
  const code = CODES[error.code] ?? (status >= 400 && status < 500 ? 'http_malformed' : 'internal_error')
  return new ApiError(code, { cause: error })
}
