import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { registerSchemas } from '../../../../src/platform/avro/codec.ts'
import { stack } from '../../stack.ts'

const SUBJECT = 'aegispay.events.RefundsClosed'
const { schemaRegistry } = stack()
const json = { 'content-type': 'application/vnd.schemaregistry.v1+json' }

const ruleOf = async (): Promise<unknown> => {
  const answer = await fetch(`${schemaRegistry}/config/${SUBJECT}`)
  return ((await answer.json()) as { compatibilityLevel?: unknown }).compatibilityLevel
}

test('a schema whose registration broke off before its rule was set is registered with the rule the next time', async () => {
  const file = join(import.meta.dirname, '../../../../schemas/events/RefundsClosed.avsc')
  const { status } = await fetch(`${schemaRegistry}/subjects/${SUBJECT}/versions`, {
    ...{ method: 'POST', headers: json },
    body: JSON.stringify({ schema: readFileSync(file, 'utf8') })
  })
  expect(status).toBe(200)
  await fetch(`${schemaRegistry}/config/${SUBJECT}`, { method: 'DELETE' })
  expect(await ruleOf()).toBe('NONE')
  await registerSchemas(schemaRegistry)
  expect(await ruleOf()).toBe('FULL_TRANSITIVE')
})
