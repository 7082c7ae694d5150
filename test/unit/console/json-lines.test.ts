import { expect, test } from '@jest/globals'
import { lineOf, syntaxFaults } from '../../../console/src/pages/routing/json-lines.ts'

const text = `{
  "id": "default",
  "rules": [
    { "name": "first",
      "prefer": ["a", "b"] }
  ]
}`

test.each([
  ['/rules/0/name', 4],
  ['/rules/0/prefer/1', 5],
  ['/rules', 3],
  ['/rules/0/split', 4],
  ['/weights', 1],
  ['', 1]
])('finds %s on line %i, or what is around it', (pointer, line) => {
  expect(lineOf(text, pointer)).toBe(line)
})

test('says on which line a text stops being JSON', () => {
  expect(syntaxFaults('{\n  "id": "x",\n}').map(({ line }) => line)).toEqual([3])
  expect(syntaxFaults('{\n  // why\n  "id": "x"\n}').map(({ line }) => line)).toEqual([2])
  expect(syntaxFaults(text)).toEqual([])
})
