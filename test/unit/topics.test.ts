import { expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import asyncApiSpecs from '@asyncapi/specs'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { configReasons, topics, type Topic } from '../../src/topics.ts'

const docs = join(import.meta.dirname, '..', '..', 'docs')
const document = parse(readFileSync(join(docs, 'asyncapi.yaml'), 'utf8')) as {
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>
  components: { messages: Record<string, { name: string; payload?: { schema: { $ref: string } } }> }
}

test('asyncapi.yaml is AsyncAPI 3.0', () => {
  // The published schema brings the one that it is written in along.
  const ajv = new Ajv({ meta: false, validateSchema: false, validateFormats: false, strict: false })
  const validate = ajv.compile(asyncApiSpecs.schemas['3.0.0'] as object)
  validate(document)
  expect(validate.errors).toBeNull()
  expect(validate({ ...document, channels: { broken: { addres: 1 } } })).toBe(false)
})

test('asyncapi.yaml has every topic, and every reference in it leads somewhere', () => {
  expect(Object.values(document.channels).map(({ address }) => address)).toEqual(
    Object.values(topics).map(({ name }) => name)
  )
  const { messages } = document.components
  for (const channel of Object.values(document.channels))
    for (const [name, { $ref }] of Object.entries(channel.messages)) {
      expect($ref).toBe(`#/components/messages/${name}`)
      expect(messages).toHaveProperty(name)
    }
  const schemas = Object.values(messages).flatMap(({ payload }) => payload?.schema.$ref ?? [])
  expect(schemas.length).toBeGreaterThan(20)
  for (const schema of schemas) expect([schema, existsSync(join(docs, schema))]).toEqual([schema, true])
})

test('every configuration of a topic says why, and no reason is left over', () => {
  const configured = (Object.values(topics) as Topic[]).flatMap(({ config }) => Object.keys(config))
  expect(Object.keys(configReasons).sort()).toEqual([...new Set(configured)].sort())
})
