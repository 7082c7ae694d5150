import { ApiError } from '../errors.ts'
import type { ControlTable } from './table.ts'
import type { ApiKeyDocument, ControlKind, LimitsDocument } from './documents.ts'

/**
 * Refuses a document that belongs to a merchant that there is not. Merchants are switched off and never deleted, so what
 * belongs to one today does so tomorrow.
 *
 * @throws ApiError reference_unknown
 */
export function checkReferences(
  kind: ControlKind,
  document: object,
  table: Pick<ControlTable, 'find'>
): void {
  const reference = merchantIn(kind, document)
  if (reference === null || table.find('merchants', reference.id) !== undefined) return
  throw new ApiError('reference_unknown', { faults: [{ path: reference.path, message: 'is no merchant' }] })
}

function merchantIn(kind: ControlKind, document: object): { id: string; path: string } | null {
  switch (kind) {
    case 'limits':
      return { id: (document as LimitsDocument).id, path: '/id' }
    case 'api-keys': {
      const { merchantId } = document as ApiKeyDocument
      return merchantId === undefined ? null : { id: merchantId, path: '/merchantId' }
    }
    case 'merchants':
    case 'gateway-profiles':
      return null
  }
}
