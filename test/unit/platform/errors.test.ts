import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rejections } from '../../../src/domain/payment/rejections.ts'
import { errors, isErrorCode } from '../../../src/errors.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map(section => [section.slice(0, section.indexOf('\n')), section])
)

test('every code has a paragraph, and every paragraph a code, in the same order', () => {
  expect([...sections.keys()]).toEqual(Object.keys(errors))
})

test.each(Object.entries(errors))('the paragraph of %s says what the table says', (code, entry) => {
  const section = sections.get(code)
  expect(section).toContain(`**${entry.status}** ${entry.title}`)
  expect(section).toContain(`Can a retry succeed? ${entry.retry ? 'Yes' : 'No'}.`)
  expect(entry.doc.length).toBeGreaterThan(40)
})

test("the domain's rejections stand in its order of precedence", () => {
  // What looks like a card number is looked for at the door already.
  const inDomain = Object.keys(rejections).filter(code => code !== 'card_number_not_allowed')
  expect(Object.keys(errors).filter(code => inDomain.includes(code))).toEqual(inDomain)
})

test('only errors that may pass by themselves invite a retry', () => {
  for (const { status, retry } of Object.values(errors))
    expect(retry).toBe(status >= 500 || [408, 429].includes(status))
})

test('a name of Object.prototype is no code', () => {
  expect(isErrorCode('toString')).toBe(false)
  expect(isErrorCode('payment_not_found')).toBe(true)
})
