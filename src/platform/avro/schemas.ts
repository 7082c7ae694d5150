import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { schema as avro } from 'avsc'

const folder = join(import.meta.dirname, '..', '..', '..', 'schemas')

/** A top-level record of the wire contract, as it stands in its `.avsc` file. */
export type AvroSchema = avro.RecordType & { name: string; namespace: string; doc: string }

/** Reads every `schemas/<namespace>/<Record>.avsc`, in a stable order. */
export function loadSchemas(): AvroSchema[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.avsc'))
    .sort()
    .map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')) as AvroSchema)
}

/** The name under which a record's schema is registered and by which readers tell record types apart. */
export const fullName = (schema: AvroSchema): string => `${schema.namespace}.${schema.name}`
