// The kinds of control data and what a document of each kind is.
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/** Ids become part of record keys and of metrics. */
const Id = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' })
const Currency = Type.String({ pattern: '^[A-Z]{3}$' })
const Milliseconds = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const Operation = Type.Enum(['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND'])

const Merchant = Type.Object({
  id: Id,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  active: Type.Boolean()
})

const ApiKey = Type.Object({
  /** Public part of the key `ak_<id>_<secret>`: it finds the document. */
  id: Type.String({ pattern: '^[A-Za-z0-9]{1,64}$' }),
  merchantId: Id,
  /** Hex SHA-256 of the secret part. */
  secretHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  scopes: Type.Array(Type.String({ minLength: 1 })),
  active: Type.Boolean()
})

const GatewayProfile = Type.Object({
  id: Id,
  adapter: Type.Enum(['sandbox']),
  /** Base URL of the gateway's API, without a trailing slash. */
  url: Type.String({ pattern: '^https?://\\S*[^/\\s]$' }),
  /** Lower comes first. */
  priority: Type.Integer(),
  /** ISO 4217 alphabetic codes. */
  currencies: Type.Array(Currency),
  operations: Type.Array(Operation),
  /** Milliseconds that one call may take. */
  callTimeoutMs: Milliseconds,
  /** Milliseconds after the request in which its call may still start. */
  sendWithinMs: Milliseconds,
  maxConnections: Type.Integer({ minimum: 1 }),
  /** Milliseconds after a call in which its effect may still appear at the gateway. */
  settlingTimeMs: Type.Integer({ minimum: 0 }),
  /** Milliseconds for which the gateway remembers an idempotency key. */
  idempotencyWindowMs: Milliseconds,
  /** Hundredths of a percent of the amount. */
  feeBasisPoints: Type.Integer({ minimum: 0 }),
  /** Minor units of the payment's currency. */
  feeFixed: Type.Integer({ minimum: 0 })
})

const Limits = Type.Object({
  /** The merchant's. */
  id: Id,
  /** HTTP requests that all keys of the merchant may make in a minute together. */
  requestsPerMinute: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
})

export type MerchantDocument = Static<typeof Merchant>
export type ApiKeyDocument = Static<typeof ApiKey>
export type GatewayProfileDocument = Static<typeof GatewayProfile>
export type LimitsDocument = Static<typeof Limits>

/** Each kind of control data by the name that its keys begin with. */
export interface ControlDocuments {
  readonly merchants: MerchantDocument
  readonly 'api-keys': ApiKeyDocument
  readonly 'gateway-profiles': GatewayProfileDocument
  readonly limits: LimitsDocument
}

export type ControlKind = keyof ControlDocuments

/** A property that a schema does not name is let pass: a newer version may have written it. */
const validators: { readonly [K in ControlKind]: Validator } = {
  merchants: Compile(Merchant),
  'api-keys': Compile(ApiKey),
  'gateway-profiles': Compile(GatewayProfile),
  limits: Compile(Limits)
}

interface Validator {
  Check(document: unknown): boolean
  Errors(document: unknown): { readonly instancePath: string; readonly message: string }[]
}

export const isControlKind = (kind: string): kind is ControlKind => Object.hasOwn(validators, kind)

/** A document that is not what its kind asks for. */
export class InvalidDocumentError extends Error {
  override readonly name = 'InvalidDocumentError'
}

/** @throws InvalidDocumentError when the document breaks its schema or is filed under another id. */
export function checkDocument<K extends ControlKind>(
  kind: K,
  id: string,
  document: unknown
): asserts document is ControlDocuments[K] {
  const validator = validators[kind]
  if (!validator.Check(document)) {
    const faults = validator.Errors(document).map(({ instancePath, message }) => `${instancePath} ${message}`)
    throw new InvalidDocumentError(`${kind}/${id}: ${faults.join(', ')}`)
  }
  const held = (document as ControlDocuments[K]).id
  if (held !== id) throw new InvalidDocumentError(`${kind}/${id} holds the id ${held}`)
}

/** The key of a document's record. */
export const controlKey = (kind: ControlKind, id: string): string => `${kind}/${id}`
