import type { Validator } from 'typebox/compile'
import { Compile } from 'typebox/compile'
import { ApiError, type Fault } from '../errors.ts'
import { writtenKinds, writtenSchema, type ControlDocuments, type WrittenKind } from './documents.ts'

const validators = new Map<WrittenKind, Validator>(
  writtenKinds.map(kind => [kind, Compile(writtenSchema(kind))])
)

/**
 * The document of someone who writes one by hand, held to all that its schema asks for, unknown properties included.
 *
 * @throws ApiError body_invalid with every fault and where it is
 */
export function writtenDocument<K extends WrittenKind>(kind: K, document: unknown): ControlDocuments[K] {
  const faults: Fault[] = validators
    .get(kind)!
    .Errors(document)
    .map(({ instancePath, message }) => ({ path: instancePath === '' ? '/' : instancePath, message }))
  if (faults.length > 0) throw new ApiError('body_invalid', { faults })
  return document as ControlDocuments[K]
}
