// The kinds of control data and what a document of each kind is.
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { MAX_SECRETS } from '../api-key.ts'
import { COUNTRY_PATTERN } from '../domain/payment/limits.ts'
import { KEY_ROLES, MERCHANT_SCOPES } from '../key-scopes.ts'
import { CURRENCY_PATTERN, id, milliseconds, moment } from './document-parts.ts'
import { FraudRules } from './fraud-rules-document.ts'
import { Breaker, callsPerSecond, maxQueued, RetryBudget } from './gateway-resilience.ts'
import { Merchant } from './merchant-document.ts'
import { RoutingPolicy } from './routing-policy-document.ts'

/** No credentials, which would stand in the log for ever, no query, and no slash at the end. */
const BASE_URL_PATTERN = '^https?://[^\\s/?#@]+(/[^\\s?#]*[^\\s/?#])?$'
/** Of a page of the merchant's: with a query, but without credentials. */
const RETURN_URL_PATTERN = '^https?://[^\\s/?#@]+([/?][^\\s#]*)?$'
const HASH_PATTERN = '^[0-9a-f]{64}$'

const secretHash = (description: string) => Type.String({ pattern: HASH_PATTERN, description })
const RetiringSecret = Type.Object({
  secretHash: secretHash('Hexadecimal SHA-256 of an earlier secret.'),
  validUntil: moment('When that secret stops working.')
})
const ApiKey = Type.Object(
  {
    id: Type.String({
      pattern: '^[A-Za-z0-9]{1,64}$',
      description: 'The public part of the key `ak_<id>_<secret>`.'
    }),
    merchantId: Type.Optional(
      id('The merchant whose key this is; a key of those who run the installation has none.')
    ),
    scopes: Type.Array(Type.String({ minLength: 1 }), {
      description: `What the key may be used for: some of ${MERCHANT_SCOPES.join(', ')}; or, without a merchant, one of ${KEY_ROLES.join(', ')}.`
    }),
    active: Type.Boolean({ description: 'False once the key was revoked.' }),
    expiresAt: Type.Optional(moment('When the key stops working, whatever its secret.')),
    secretHash: secretHash('Hexadecimal SHA-256 of the secret. The secret itself is nowhere.'),
    retiring: Type.Optional(
      Type.Array(RetiringSecret, {
        maxItems: MAX_SECRETS - 1,
        description: 'Secrets that were rotated out and work a while longer.'
      })
    )
  },
  { title: 'ApiKey', description: 'A key for the HTTP API. It is made, rotated and revoked, never written.' }
)

const GatewayProfile = Type.Object(
  {
    id: id('The gateway, as events and metrics name it. It never changes.'),
    adapter: Type.Unsafe<'sandbox' | 'stripe' | `hook:${string}`>(
      Type.String({
        pattern: '^(sandbox|stripe|hook:[a-z][a-z0-9-]{0,31})$',
        description:
          'The code that speaks with the gateway: `sandbox`, `stripe`, or `hook:<name>`, one of your own.'
      })
    ),
    url: Type.String({
      pattern: BASE_URL_PATTERN,
      description: "Base URL of the gateway's API, without credentials and without a trailing slash."
    }),
    returnUrl: Type.Optional(
      Type.String({
        pattern: RETURN_URL_PATTERN,
        maxLength: 2048,
        description: 'Where the gateway sends customers back to who had to act. Stripe needs it.'
      })
    ),
    priority: Type.Integer({
      description: 'Of the gateways that can take a payment the lowest comes first.'
    }),
    currencies: Type.Array(Type.String({ pattern: CURRENCY_PATTERN }), {
      description: 'ISO 4217 codes. With none, the gateway gets no new payments and finishes those it has.'
    }),
    operations: Type.Array(Type.Enum(['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND', 'SETTLE']), {
      description: 'What the gateway can do.'
    }),
    countries: Type.Optional(
      Type.Array(Type.String({ pattern: COUNTRY_PATTERN }), {
        minItems: 1,
        maxItems: 500,
        description: "ISO 3166-1 alpha-2 codes of the customers' countries that it takes, all unless given."
      })
    ),
    methods: Type.Optional(
      Type.Array(Type.Enum(['CARD']), {
        minItems: 1,
        description: 'Types of payment methods that it takes, all unless given.'
      })
    ),
    partialCapture: Type.Optional(
      Type.Boolean({
        description: 'Whether less than what was authorized can be captured, true unless given.'
      })
    ),
    partialRefunds: Type.Optional(
      Type.Boolean({
        description: 'Whether captured money can be given back in parts, true unless given.'
      })
    ),
    paused: Type.Optional(
      Type.Boolean({
        description:
          'Whether it gets no new payments for now: those that no other gateway can take wait for it. It finishes those it has.'
      })
    ),
    callTimeoutMs: milliseconds('that one call may take.'),
    sendWithinMs: milliseconds('after the request in which its call may still start.'),
    maxConnections: Type.Integer({
      minimum: 1,
      maximum: 65_535,
      description: 'Calls that one process makes at a time.'
    }),
    maxQueued: Type.Optional(maxQueued),
    callsPerSecond: Type.Optional(callsPerSecond),
    breaker: Type.Optional(Breaker),
    retryBudget: Type.Optional(RetryBudget),
    settlingTimeMs: milliseconds('after a call in which its effect may still appear at the gateway.', {
      minimum: 0
    }),
    idempotencyWindowMs: milliseconds('for which the gateway remembers an idempotency key.'),
    feeBasisPoints: Type.Integer({ minimum: 0, description: 'Hundredths of a percent of the amount.' }),
    feeFixed: Type.Integer({ minimum: 0, description: "Minor units of the payment's currency." })
  },
  { title: 'GatewayProfile', description: 'How a gateway is reached and what it can do.' }
)

const Limits = Type.Object(
  {
    id: id('The merchant.'),
    requestsPerMinute: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'HTTP requests that all keys of the merchant may make in a minute together.'
    })
  },
  { title: 'Limits', description: 'What a merchant may use. Without one of its own the defaults hold.' }
)

export type MerchantDocument = Static<typeof Merchant>
export type ApiKeyDocument = Static<typeof ApiKey>
export type GatewayProfileDocument = Static<typeof GatewayProfile>
export type LimitsDocument = Static<typeof Limits>
export type RoutingPolicyDocument = Static<typeof RoutingPolicy>
export type FraudRulesDocument = Static<typeof FraudRules>

/** Each kind of control data by the name that its keys begin with. */
export interface ControlDocuments {
  readonly merchants: MerchantDocument
  readonly 'api-keys': ApiKeyDocument
  readonly 'gateway-profiles': GatewayProfileDocument
  readonly limits: LimitsDocument
  readonly 'routing-policies': RoutingPolicyDocument
  readonly 'fraud-rules': FraudRulesDocument
}

export type ControlKind = keyof ControlDocuments

/** A property that a schema does not name is let pass: a newer version may have written it. */
export const documentSchemas = {
  merchants: Merchant,
  'api-keys': ApiKey,
  'gateway-profiles': GatewayProfile,
  limits: Limits,
  'routing-policies': RoutingPolicy,
  'fraud-rules': FraudRules
} as const satisfies { readonly [K in ControlKind]: TObject }

export const controlKinds = Object.keys(documentSchemas) as readonly ControlKind[]

/** Those that people write whole. API keys have secrets, so they are made and rotated instead. */
export const writtenKinds = [
  'merchants',
  'gateway-profiles',
  'limits',
  'routing-policies',
  'fraud-rules'
] as const
export type WrittenKind = (typeof writtenKinds)[number]

export const isControlKind = (kind: string): kind is ControlKind => Object.hasOwn(documentSchemas, kind)

/** The JSON Schema of a kind as it may be written: a property that it does not name is a mistake. */
export const writtenSchema = <K extends ControlKind>(kind: K): (typeof documentSchemas)[K] =>
  closed(documentSchemas[kind]) as (typeof documentSchemas)[K]

/** The schema with its objects letting no more properties pass than they name. */
function closed(schema: TObject): object {
  const properties = Object.entries(schema.properties).map(([name, property]) => [name, closedPart(property)])
  return { ...schema, properties: Object.fromEntries(properties) as object, additionalProperties: false }
}

function closedPart(part: TSchema): object {
  if ('properties' in part) return closed(part as TObject)
  return 'items' in part ? { ...part, items: closedPart(part.items as TSchema) } : part
}

/** The JSON Schema of a kind as it is published. */
export const publishedSchema = (kind: ControlKind): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:aegispay:control:${kind}`,
  ...writtenSchema(kind)
})

interface Validator {
  Check(document: unknown): boolean
  Errors(document: unknown): { readonly instancePath: string; readonly message: string }[]
}

const validators: { readonly [K in ControlKind]: Validator } = {
  merchants: Compile(Merchant),
  'api-keys': Compile(ApiKey),
  'gateway-profiles': Compile(GatewayProfile),
  limits: Compile(Limits),
  'routing-policies': Compile(RoutingPolicy),
  'fraud-rules': Compile(FraudRules)
}

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
