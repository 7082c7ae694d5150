import { expect, test } from '@jest/globals'
import { fieldDifferences } from '../../../src/replay/differences.ts'
import { Findings } from '../../../src/replay/findings.ts'

test('names each field that differs, and none that does not', () => {
  const expected = { a: 1, b: { c: [1, 2], d: null }, e: 'same' }
  const found = { e: 'same', b: { d: 0, c: [1, 3] } }
  expect(fieldDifferences(expected, found)).toEqual([
    { field: 'a', expected: 1, found: undefined },
    { field: 'b.c.1', expected: 2, found: 3 },
    { field: 'b.d', expected: null, found: 0 }
  ])
})

test('tells a list from an object, and a list from a longer one', () => {
  expect(fieldDifferences({ a: [] }, { a: {} })).toHaveLength(1)
  expect(fieldDifferences([1], [1, 2])).toEqual([{ field: '1', expected: undefined, found: 2 }])
})

test('counts all differences and keeps a hundred', () => {
  const findings = new Findings()
  const difference = { check: 'state', partition: 0, subject: 'p', field: '', expected: 1, found: 2 } as const
  for (let i = 0; i < 60; i++) findings.add(difference, difference)
  expect([findings.total, findings.shown.length]).toEqual([120, 100])
})
