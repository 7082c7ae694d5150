import type { Validator } from 'typebox/compile'
import { Compile } from 'typebox/compile'
import { ApiError, type Fault } from '../errors.ts'
import {
  writtenKinds,
  writtenSchema,
  type ControlDocuments,
  type ControlKind,
  type FraudRulesDocument,
  type GatewayProfileDocument,
  type RoutingPolicyDocument,
  type WrittenKind
} from './documents.ts'
import { fraudFaults } from './fraud-rules-document.ts'
import { backoffFaults } from './merchant-document.ts'
import { templateFaults } from './notifications-document.ts'
import { policyFaults } from './routing-policy-faults.ts'
import { GREATEST_IDEMPOTENCY_WINDOW_MS, GREATEST_SEND_WITHIN_MS } from './stripe-limits.ts'

const validators = new Map<WrittenKind, Validator>(
  writtenKinds.map(kind => [kind, Compile(writtenSchema(kind))])
)

/**
 * The document of someone who writes one by hand, held to all that its schema asks for, unknown properties included.
 *
 * @throws ApiError body_invalid with every fault and where it is
 */
export function writtenDocument<K extends WrittenKind>(kind: K, document: unknown): ControlDocuments[K] {
  const faults = schemaFaults(kind, document)
  if (faults.length === 0) return document as ControlDocuments[K]
  throw new ApiError('body_invalid', { detail: `The document is not one of the kind ${kind}.`, faults })
}

/** What a document that is written by hand breaks of its schema. */
export const schemaFaults = (kind: WrittenKind, document: unknown): Fault[] =>
  validators.get(kind)!.Errors(document).flatMap(faultsIn)

/**
 * Refuses what no schema can: values that contradict each other, and what the gateway does whatever its profile says.
 *
 * @throws ApiError body_invalid
 */
export function checkMeaning<K extends ControlKind>(kind: K, document: ControlDocuments[K]): void {
  const faults = meaningFaults(kind, document)
  if (faults.length > 0) throw new ApiError('body_invalid', { faults })
}

/** What is wrong with a document that keeps its schema. */
export function meaningFaults(kind: ControlKind, document: object): Fault[] {
  switch (kind) {
    case 'gateway-profiles':
      return profileFaults(document as GatewayProfileDocument)
    case 'merchants':
      return [...backoffFaults(document), ...templateFaults(document)]
    case 'routing-policies':
      return policyFaults(document as RoutingPolicyDocument)
    case 'fraud-rules':
      return fraudFaults(document as FraudRulesDocument)
    case 'api-keys':
    case 'limits':
      return []
  }
}

const profileFaults = (profile: GatewayProfileDocument): Fault[] => [
  ...memoryFaults(profile),
  ...(profile.adapter === 'stripe' ? stripeFaults(profile) : [])
]

/** A gateway would be sent a call again when it has forgotten the first, and charge anew. */
function memoryFaults({ sendWithinMs, callTimeoutMs, idempotencyWindowMs }: GatewayProfileDocument): Fault[] {
  if (idempotencyWindowMs > sendWithinMs + callTimeoutMs) return []
  const message = 'must be longer than sendWithinMs and callTimeoutMs together'
  return [{ path: '/idempotencyWindowMs', message }]
}

/** What Stripe does whatever the profile says, and where customers would be stranded. */
function stripeFaults({ sendWithinMs, idempotencyWindowMs, returnUrl }: GatewayProfileDocument): Fault[] {
  const faults: Fault[] = []
  if (returnUrl === undefined) faults.push({ path: '/returnUrl', message: 'is missing' })
  if (sendWithinMs > GREATEST_SEND_WITHIN_MS)
    faults.push({ path: '/sendWithinMs', message: `must be at most ${GREATEST_SEND_WITHIN_MS} at Stripe` })
  if (idempotencyWindowMs > GREATEST_IDEMPOTENCY_WINDOW_MS) {
    const message = `must be at most ${GREATEST_IDEMPOTENCY_WINDOW_MS} at Stripe`
    faults.push({ path: '/idempotencyWindowMs', message })
  }
  return faults
}

type SchemaFault = ReturnType<Validator['Errors']>[number]

/** In the words of the API, and with the path of what is missing. */
function faultsIn(fault: SchemaFault): Fault[] {
  const { instancePath: path, message } = fault
  switch (fault.keyword) {
    case 'required':
      return fault.params.requiredProperties.map(name => ({ path: `${path}/${name}`, message: 'is missing' }))
    // Beside it stands one for each such property.
    case 'additionalProperties':
      return []
    case 'boolean':
      return [{ path, message: 'is not known' }]
    default:
      return [{ path: path === '' ? '/' : path, message }]
  }
}
