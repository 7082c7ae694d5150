import { describe, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import avro from 'avsc'
import { fullName, loadSchemas } from '../../../src/platform/avro/schemas.ts'
import { topics } from '../../../src/topics.ts'
import { samples } from './samples.ts'

const schemas = loadSchemas()
const names = schemas.map(fullName)

/**
 * Bytes that were written when the schema was first released: hexadecimal, by record. Lines are only ever added. The
 * first release of a schema that has changed since stands beside them.
 */
const released = JSON.parse(readFileSync(join(import.meta.dirname, 'released.json'), 'utf8')) as Record<
  string,
  string
>

describe.each(schemas.map(schema => [fullName(schema), schema] as const))('%s', (name, schema) => {
  const type = avro.Type.forSchema(schema)
  const sample = samples[name as keyof typeof samples]

  test('comes back as it was written', () => {
    expect(JSON.parse(JSON.stringify(type.fromBuffer(type.toBuffer(sample))))).toEqual(sample)
  })

  test('is read from the bytes of its first release', () => {
    const first = avro.Type.forSchema(firstRelease(name) ?? schema)
    expect(first.toBuffer(sample).toString('hex')).toBe(released[name])
    const read = type.fromBuffer(Buffer.from(released[name]!, 'hex'), type.createResolver(first)) as object
    expect(first.toBuffer(read).toString('hex')).toBe(released[name])
  })

  test('documents every field, and every nullable one may be left out', () => {
    for (const field of fieldsOf(schema)) {
      expect(field.doc).toEqual(expect.stringMatching(/\.$/))
      if (Array.isArray(field.type)) {
        expect(field.type[0]).toBe('null')
        expect(field.type).toHaveLength(2)
        expect(field.default).toBeNull()
      }
    }
  })
})

test('every event begins with the same envelope', () => {
  const envelopes = schemas
    .filter(({ namespace }) => namespace === 'aegispay.events')
    .map(({ fields }) => fields.slice(0, 13).map(field => field.name))
  expect(new Set(envelopes.map(String)).size).toBe(1)
  expect(envelopes[0]).toEqual([
    'eventId',
    'paymentId',
    'merchantId',
    'sequence',
    'occurredAt',
    'causationId',
    'correlationId',
    'inputTopic',
    'inputPartition',
    'inputOffset',
    'controlOffset',
    'commandFingerprint',
    'schemaVersion'
  ])
})

test('every record stands on just one topic', () => {
  const placed = Object.values(topics).flatMap(({ records }) => [...records])
  expect([...placed].sort()).toEqual([...names].sort())
})

test('every enum has a way out for symbols that a newer writer adds', () => {
  for (const schema of schemas) {
    for (const match of JSON.stringify(schema).matchAll(
      /"symbols":(\[[^\]]*\]),"default":"(\w+)"|"symbols"/g
    )) {
      expect(JSON.parse(match[1] ?? '[]')).toContain('UNRECOGNIZED')
      expect(match[2]).toBe('UNRECOGNIZED')
    }
  }
})

/** Null for a schema that is as it was. */
function firstRelease(name: string): avro.Schema | null {
  const file = join(import.meta.dirname, 'released', `${name}.avsc`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as avro.Schema) : null
}

interface Field {
  readonly doc?: string
  readonly type: unknown
  readonly default?: unknown
}

/** The fields of a record and of all records within it. */
function fieldsOf(node: unknown): Field[] {
  if (Array.isArray(node)) return node.flatMap(fieldsOf)
  if (typeof node !== 'object' || node === null) return []
  const own = (node as { fields?: Field[] }).fields ?? []
  return [...own, ...Object.values(node).flatMap(fieldsOf)]
}
