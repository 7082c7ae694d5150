// TypeScript types of the Avro records in schemas/, so that the compiler ties the code to the wire contract.
import { fullName, type AvroSchema } from '../../src/platform/avro/schemas.ts'

/** Renders one module with an interface per record and a map from full record name to interface. */
export function renderRecordTypes(schemas: readonly AvroSchema[]): string {
  const interfaces = schemas.map(record => {
    const body = typeOf(record as Schema, new Map())
    return `/** ${record.doc} */\nexport interface ${record.name} ${body}\n`
  })
  const entries = schemas.map(record => `  '${fullName(record)}': ${record.name}`)
  return [
    '// Generated from schemas/ by `npm run generate`. Do not edit.',
    '',
    ...interfaces,
    '/** Every record of the wire contract by its full name. */',
    `export interface RecordTypes {\n${entries.join('\n')}\n}`,
    '',
    'export type RecordName = keyof RecordTypes',
    ''
  ].join('\n')
}

type Schema = string | Schema[] | Named
interface Named {
  type: string
  name?: string
  symbols?: string[]
  fields?: { name: string; type: Schema; doc?: string | undefined }[]
  items?: Schema
  values?: Schema
}

const PRIMITIVES: Record<string, string> = {
  null: 'null',
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number'
}

/** `named` holds the types that the record has defined so far: a later use names them only. */
function typeOf(schema: Schema, named: Map<string, string>): string {
  if (Array.isArray(schema)) return schema.map(branch => typeOf(branch, named)).join(' | ')
  if (typeof schema === 'string') {
    const known = PRIMITIVES[schema] ?? named.get(schema)
    if (known === undefined) throw new Error(`no TypeScript type for Avro type ${schema}`)
    return known
  }
  const rendered = renderNamed(schema, named)
  if (schema.name !== undefined) named.set(schema.name, rendered)
  return rendered
}

function renderNamed(schema: Named, named: Map<string, string>): string {
  switch (schema.type) {
    case 'record': {
      const fields = schema.fields!.map(
        field => `/** ${field.doc ?? ''} */\n${field.name}: ${typeOf(field.type, named)};`
      )
      return `{ ${fields.join('\n')} }`
    }
    case 'enum':
      return schema.symbols!.map(symbol => `'${symbol}'`).join(' | ')
    case 'array':
      return `readonly (${typeOf(schema.items!, named)})[]`
    case 'map':
      return `Record<string, ${typeOf(schema.values!, named)}>`
    default:
      return typeOf(schema.type, named)
  }
}
