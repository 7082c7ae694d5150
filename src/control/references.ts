import { ApiError, type Fault } from '../errors.ts'
import type {
  ApiKeyDocument,
  ControlKind,
  FraudRulesDocument,
  LimitsDocument,
  MerchantDocument,
  RoutingPolicyDocument
} from './documents.ts'
import { gatewaysIn, merchantsIn, merchantsNamed } from './routing-policy-faults.ts'
import type { ControlTable } from './table.ts'

interface Reference {
  readonly kind: 'merchants' | 'gateway-profiles' | 'routing-policies' | 'fraud-rules'
  readonly id: string
  readonly path: string
}

const words: Readonly<Record<Reference['kind'], string>> = {
  merchants: 'is no merchant',
  'gateway-profiles': 'is no gateway',
  'routing-policies': 'is no routing policy',
  'fraud-rules': 'are no fraud rules'
}

/**
 * Refuses a document that names what there is not. Merchants, gateways and policies are never deleted, so what a document
 * names today is there tomorrow.
 *
 * @throws ApiError reference_unknown with every such name and where it is
 */
export function checkReferences(
  kind: ControlKind,
  document: object,
  table: Pick<ControlTable, 'find'>
): void {
  const faults = referenceFaults(kind, document, table)
  if (faults.length > 0) throw new ApiError('reference_unknown', { faults })
}

/** Every name in a document of what there is not. */
export const referenceFaults = (
  kind: ControlKind,
  document: object,
  table: Pick<ControlTable, 'find'>
): Fault[] =>
  referencesIn(kind, document)
    .filter(reference => table.find(reference.kind, reference.id) === undefined)
    .map(reference => ({ path: reference.path, message: words[reference.kind] }))

function referencesIn(kind: ControlKind, document: object): Reference[] {
  switch (kind) {
    case 'limits':
      return [{ kind: 'merchants', id: (document as LimitsDocument).id, path: '/id' }]
    case 'api-keys': {
      const { merchantId } = document as ApiKeyDocument
      return merchantId === undefined ? [] : [{ kind: 'merchants', id: merchantId, path: '/merchantId' }]
    }
    case 'merchants': {
      const { routingPolicy, fraudRules } = document as MerchantDocument
      return [
        ...(routingPolicy === undefined
          ? []
          : [{ kind: 'routing-policies' as const, id: routingPolicy, path: '/routingPolicy' }]),
        ...(fraudRules === undefined
          ? []
          : [{ kind: 'fraud-rules' as const, id: fraudRules, path: '/fraudRules' }])
      ]
    }
    case 'routing-policies': {
      const policy = document as RoutingPolicyDocument
      return [
        ...gatewaysIn(policy).map(named => ({ kind: 'gateway-profiles' as const, ...named })),
        ...merchantsIn(policy).map(named => ({ kind: 'merchants' as const, ...named }))
      ]
    }
    case 'fraud-rules':
      return merchantsNamed((document as FraudRulesDocument).rules, '/rules').map(named => ({
        kind: 'merchants' as const,
        ...named
      }))
    case 'gateway-profiles':
      return []
  }
}
