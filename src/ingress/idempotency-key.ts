import type { IncomingHttpHeaders } from 'node:http'
import { IDEMPOTENCY_KEY_PATTERN } from '../domain/payment/limits.ts'
import { ApiError } from '../errors.ts'

const FORM = new RegExp(IDEMPOTENCY_KEY_PATTERN)

/** @throws ApiError idempotency_key_missing, idempotency_key_malformed */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string {
  const key = headers['idempotency-key']
  if (key === undefined || key === '') throw new ApiError('idempotency_key_missing')
  if (typeof key !== 'string' || !FORM.test(key)) throw new ApiError('idempotency_key_malformed')
  return key
}
