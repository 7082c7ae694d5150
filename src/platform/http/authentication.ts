import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../../errors.ts'

/** What is known of API keys and their merchants. */
export interface KeyDirectory {
  apiKey(keyId: string): ApiKey | undefined
  merchant(id: string): { readonly active: boolean } | undefined
}

interface ApiKey {
  readonly merchantId: string
  /** Hex SHA-256 of the key's secret part. */
  readonly secretHash: string
  readonly scopes: readonly string[]
  readonly active: boolean
}

const BEARER = /^Bearer +ak_([A-Za-z0-9.-]{1,64})_([A-Za-z0-9_-]{1,128})$/i
const NO_HASH = Buffer.alloc(32)

/**
 * The merchant in whose name a request is made. The time this takes does not tell a wrong secret from an unknown key.
 *
 * @throws ApiError api_key_missing, api_key_invalid, merchant_inactive, scope_missing
 */
export function authenticate(request: FastifyRequest, keys: KeyDirectory, scope: string): string {
  const { headers } = request
  if (headers.authorization === undefined) throw new ApiError('api_key_missing')
  const [, keyId, secret] = BEARER.exec(headers.authorization) ?? []
  if (keyId === undefined || secret === undefined) throw new ApiError('api_key_invalid')

  const key = keys.apiKey(keyId)
  const expected = key === undefined ? NO_HASH : Buffer.from(key.secretHash, 'hex')
  const given = hash('sha256', secret, 'buffer')
  const matches = expected.length === given.length && timingSafeEqual(expected, given)
  if (key === undefined || !matches || !key.active) throw new ApiError('api_key_invalid')

  if (keys.merchant(key.merchantId)?.active !== true) throw new ApiError('merchant_inactive')
  if (!key.scopes.includes(scope)) {
    throw new ApiError('scope_missing', { detail: `The API key lacks the scope ${scope}.` })
  }
  request.apiKeyId = keyId
  return key.merchantId
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by routes that authenticate. */
    merchantId: string
    /** Public part of the key that the request was authenticated by; empty when by none. */
    apiKeyId: string
  }
}
