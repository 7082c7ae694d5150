import type { FastifyRequest, FastifySchema } from 'fastify'
import { parseApiKey, secretWorks, type KeptSecrets } from '../../api-key.ts'
import { ApiError } from '../../errors.ts'
import {
  includesRole,
  isKeyRole,
  roleFor,
  type KeyRole,
  type MerchantScope,
  type Scope
} from '../../key-scopes.ts'
import type { HttpApp } from './app.ts'

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

/** Names the merchant for whom a key of those who run the installation acts. */
export const MERCHANT_HEADER = 'AegisPay-Merchant'

/**
 * Has every route that is added to the scope ask for a key that may be used for what the route's description says
 * (`securedBy` of schema-parts.ts). The request then names its key and, where the route is a merchant's, the merchant.
 *
 * Its requests throw ApiError not_ready, api_key_missing, api_key_invalid, merchant_inactive, scope_missing,
 * merchant_mismatch, merchant_required, merchant_not_found.
 */
export function authenticateRoutes(app: HttpApp, keys: () => KeyDirectory): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { schema, url } = request.routeOptions
    const scope = scopeOf(schema)
    if (scope === undefined) throw new Error(`${url} does not say who may ask`)
    authenticate(request, keys(), scope, { orOfAll: schema?.orOfAll === true })
    done()
  })
}

/** The scope that a route asks for, null where any key will do, undefined where none is asked for. */
export function scopeOf({ security = [] }: Pick<FastifySchema, 'security'> = {}): Scope | null | undefined {
  const scopes = security[0]?.['apiKey']
  return scopes === undefined ? undefined : ((scopes[0] as Scope | undefined) ?? null)
}

/**
 * Lets a request pass whose key may be used for the scope. The time this takes does not tell a wrong secret from an
 * unknown key.
 *
 * @param scope null where any key will do
 * @param orOfAll whether those who run the installation may ask in nobody's name; the request's merchant is empty then
 * @throws ApiError as `authenticateRoutes` says
 */
export function authenticate(
  request: FastifyRequest,
  keys: KeyDirectory,
  scope: Scope | null,
  { orOfAll = false, now = Date.now() } = {}
): void {
  const [id, { merchantId, scopes }] = keyOf(request, keys, now)
  request.apiKeyId = id
  if (merchantId === undefined) {
    admitOperator(request, keys, scopes.find(isKeyRole), scope, orOfAll)
    return
  }
  if (scope !== null && isKeyRole(scope)) throw scopeMissing(scope)
  if (keys.merchant(merchantId)?.active !== true) throw new ApiError('merchant_inactive')
  if (scope !== null && !scopes.includes(scope)) throw scopeMissing(scope)
  if ((merchantNamed(request) ?? merchantId) !== merchantId) throw new ApiError('merchant_mismatch')
  request.merchantId = merchantId
}

/**
 * Of a request that has passed: that its key may be used for this as well.
 * @throws ApiError scope_missing
 */
export function assertScope(
  { apiKeyId, keyRole }: FastifyRequest,
  keys: KeyDirectory,
  scope: MerchantScope
): void {
  const isFor =
    keyRole === null
      ? keys.apiKey(apiKeyId)?.scopes.includes(scope) === true
      : includesRole(keyRole, roleFor(scope))
  if (!isFor) throw scopeMissing(scope)
}

/** A key of those who run the installation. On a merchant's route it acts for the merchant that the request names. */
function admitOperator(
  request: FastifyRequest,
  keys: KeyDirectory,
  role: KeyRole | undefined,
  scope: Scope | null,
  orOfAll: boolean
): void {
  const needed = scope === null || isKeyRole(scope) ? scope : roleFor(scope)
  if (role === undefined || (needed !== null && !includesRole(role, needed))) {
    throw scopeMissing(needed ?? 'viewer')
  }
  request.keyRole = role
  if (scope === null || isKeyRole(scope) || (orOfAll && merchantNamed(request) === undefined)) return
  request.merchantId = merchantActedFor(request, keys, scope)
}

/** What an inactive merchant has may be looked at, and no more: the merchant itself could do nothing either. */
function merchantActedFor(request: FastifyRequest, keys: KeyDirectory, scope: MerchantScope): string {
  const named = merchantNamed(request)
  if (named === undefined) throw new ApiError('merchant_required')
  const merchant = keys.merchant(named)
  if (merchant === undefined) throw new ApiError('merchant_not_found')
  if (!merchant.active && roleFor(scope) !== 'viewer') throw new ApiError('merchant_inactive')
  return named
}

function merchantNamed({ headers }: FastifyRequest): string | undefined {
  const named = headers[MERCHANT_HEADER.toLowerCase()]
  return named === undefined || named === '' ? undefined : String(named)
}

const BEARER = /^Bearer +(\S+)$/i

function keyOf({ headers }: FastifyRequest, keys: KeyDirectory, now: number): [id: string, key: ApiKey] {
  if (headers.authorization === undefined) throw new ApiError('api_key_missing')
  const given = parseApiKey(BEARER.exec(headers.authorization)?.[1] ?? '')
  if (given === null) throw new ApiError('api_key_invalid')
  const key = keys.apiKey(given.id)
  const works = secretWorks(key, given.secret, now)
  if (key === undefined || !works || !key.active || isOver(key.expiresAt, now)) {
    throw new ApiError('api_key_invalid')
  }
  return [given.id, key]
}

const isOver = (moment: string | undefined, now: number): boolean =>
  moment !== undefined && Date.parse(moment) <= now

const scopeMissing = (scope: Scope) =>
  new ApiError('scope_missing', { detail: `The API key lacks the scope ${scope}.` })

declare module 'fastify' {
  interface FastifyRequest {
    /** In whose name the request is made; empty where no merchant's, as before it is authenticated. */
    merchantId: string
    /** Public part of the key that the request was authenticated by; empty when by none. */
    apiKeyId: string
    /** Of a key of those who run the installation; null for a merchant's. */
    keyRole: KeyRole | null
  }
}
