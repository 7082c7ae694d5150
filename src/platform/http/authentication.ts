import type { FastifyRequest } from 'fastify'
import { parseApiKey, secretWorks, type KeptSecrets } from '../../api-key.ts'
import { ApiError } from '../../errors.ts'

/** What is known of API keys and their merchants. */
export interface KeyDirectory {
  apiKey(keyId: string): ApiKey | undefined
  merchant(id: string): { readonly active: boolean } | undefined
}

interface ApiKey extends KeptSecrets {
  /** Absent for a key of those who run the installation. */
  readonly merchantId?: string
  readonly scopes: readonly string[]
  readonly active: boolean
  /** ISO 8601. */
  readonly expiresAt?: string
}

const ADMIN_SCOPE = 'admin'

/**
 * The merchant in whose name a request is made. The time this takes does not tell a wrong secret from an unknown key.
 *
 * @throws ApiError api_key_missing, api_key_invalid, merchant_inactive, scope_missing
 */
export function authenticate(
  request: FastifyRequest,
  keys: KeyDirectory,
  scope: string,
  now = Date.now()
): string {
  const { id, merchantId, scopes } = keyOf(request, keys, now)
  // A key without a merchant is an admin's, which acts in nobody's name.
  if (merchantId === undefined) throw scopeMissing(scope)
  if (keys.merchant(merchantId)?.active !== true) throw new ApiError('merchant_inactive')
  if (!scopes.includes(scope)) throw scopeMissing(scope)
  request.apiKeyId = id
  return merchantId
}

/**
 * The id of the key of someone who runs the installation.
 * @throws ApiError api_key_missing, api_key_invalid, scope_missing
 */
export function authenticateAdmin(request: FastifyRequest, keys: KeyDirectory, now = Date.now()): string {
  const { id, merchantId, scopes } = keyOf(request, keys, now)
  if (merchantId !== undefined || !scopes.includes(ADMIN_SCOPE)) throw scopeMissing(ADMIN_SCOPE)
  request.apiKeyId = id
  return id
}

const BEARER = /^Bearer +(\S+)$/i

function keyOf({ headers }: FastifyRequest, keys: KeyDirectory, now: number): ApiKey & { id: string } {
  if (headers.authorization === undefined) throw new ApiError('api_key_missing')
  const given = parseApiKey(BEARER.exec(headers.authorization)?.[1] ?? '')
  if (given === null) throw new ApiError('api_key_invalid')
  const key = keys.apiKey(given.id)
  const works = secretWorks(key, given.secret, now)
  if (key === undefined || !works || !key.active || isOver(key.expiresAt, now)) {
    throw new ApiError('api_key_invalid')
  }
  return { ...key, id: given.id }
}

const isOver = (moment: string | undefined, now: number): boolean =>
  moment !== undefined && Date.parse(moment) <= now

const scopeMissing = (scope: string) =>
  new ApiError('scope_missing', { detail: `The API key lacks the scope ${scope}.` })

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by routes that authenticate. */
    merchantId: string
    /** Public part of the key that the request was authenticated by; empty when by none. */
    apiKeyId: string
  }
}
