import type { Fault } from '../errors.ts'
import { meaningFaults, schemaFaults } from './document-faults.ts'
import type { ControlDocuments, WrittenKind } from './documents.ts'
import { referenceFaults } from './references.ts'
import type { ControlTable } from './table.ts'

/** All that would keep a document from being written now. Of one that breaks its schema nothing else can be told. */
export function writtenFaults(
  kind: WrittenKind,
  document: unknown,
  table: Pick<ControlTable, 'find'>
): readonly Fault[] {
  const faults = schemaFaults(kind, document)
  if (faults.length > 0) return faults
  const known = document as ControlDocuments[WrittenKind]
  return [...meaningFaults(kind, known), ...referenceFaults(kind, known, table)]
}
