// How a route describes itself for /openapi.json. A route that is added says, in its `schema`, beside what Fastify checks
// (params, querystring, headers, body):
//
//   operationId, tags, summary, description
//   security   what its API key has to be for: `securedBy` of schema-parts.ts
//   answers    what it answers when all is well, by status
//   problems   the codes of src/errors.ts that it alone can answer, its handler's; those that the server itself answers
//              on every route, and for every key or body, are added here and are not repeated
//   madeOf     the read models that its answers are made of, whose age they then say (freshness.ts)
//   orOfAll    whether those who run the installation may leave the merchant out, and are answered of all of them
//   examples   requests by name, each with its answer: the test of the examples sends them, in the order of the document,
//              to a real service and compares
//
// The schemas of answers never reach the serializer: what a handler answers is sent whole, and the same test finds what
// the document does not say.
import type { FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'
import { errors, type ErrorCode } from '../../errors.ts'
import { isKeyRole } from '../../key-scopes.ts'
import { scopeOf } from './authentication.ts'

/** What a route answers when all is well. */
export interface Answer {
  readonly description: string
  /** Of the body; absent when there is none. */
  readonly schema?: TSchema
  /** Its type; JSON unless given. */
  readonly mediaType?: string
  /** By name, beyond those of every answer. */
  readonly headers?: Readonly<Record<string, TSchema>>
}

/** A request and what is answered to it. */
export interface Example {
  readonly summary: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly status: number
  /** The body. Times and positions are those of the day it was written. */
  readonly answer?: unknown
}

declare module 'fastify' {
  interface FastifySchema {
    readonly answers?: Readonly<Record<number, Answer>>
    readonly problems?: readonly ErrorCode[]
    readonly examples?: Readonly<Record<string, Example>>
    readonly madeOf?: readonly string[]
    readonly orOfAll?: boolean
    /** A request without a body means one with an empty object. */
    readonly optionalBody?: boolean
  }
}

/** Whatever the route. */
const ALWAYS: readonly ErrorCode[] = [
  'http_malformed',
  'headers_too_large',
  'request_timeout',
  'overloaded',
  'address_rate_limited',
  'card_number_not_allowed',
  'query_invalid',
  'internal_error'
]
const WITH_KEY: readonly ErrorCode[] = [
  'not_ready',
  'api_key_missing',
  'api_key_invalid',
  'scope_missing',
  'key_rate_limited'
]
const WITH_KEY_OF_MERCHANT: readonly ErrorCode[] = ['merchant_inactive', 'merchant_mismatch']
/** In whose name those who run the installation may act. */
const FOR_MERCHANT: readonly ErrorCode[] = ['merchant_required', 'merchant_not_found']
const OR_OF_ALL: readonly ErrorCode[] = ['merchant_not_found']
/** A parameter that is too long makes a path that no route has. */
const WITH_PARAMS: readonly ErrorCode[] = ['route_not_found']
const WITH_BODY: readonly ErrorCode[] = [
  'content_type_unsupported',
  'content_encoding_unsupported',
  'body_too_large',
  'json_malformed',
  'property_unknown',
  'body_invalid'
]

/** Every code that a route can answer, in the order in which a request meets them. */
export function problemsOf(schema: FastifySchema): readonly ErrorCode[] {
  const { params, body, problems = [] } = schema
  const possible = new Set([
    ...ALWAYS,
    ...problemsOfKeys(schema),
    ...(params === undefined ? [] : WITH_PARAMS),
    ...(body === undefined ? [] : WITH_BODY),
    ...problems
  ])
  return (Object.keys(errors) as ErrorCode[]).filter(code => possible.has(code))
}

function problemsOfKeys(schema: FastifySchema): readonly ErrorCode[] {
  const scope = scopeOf(schema)
  if (scope === undefined) return []
  if (scope === null) return [...WITH_KEY, ...WITH_KEY_OF_MERCHANT]
  if (isKeyRole(scope)) return WITH_KEY
  return [...WITH_KEY, ...WITH_KEY_OF_MERCHANT, ...(schema.orOfAll === true ? OR_OF_ALL : FOR_MERCHANT)]
}
