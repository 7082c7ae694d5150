import { expect, test } from '@jest/globals'
import { rowsOf } from '../../../console/src/pages/routing/replay-rows.ts'

const estimate = { value: 0.9, low: 0.8, high: 0.95 }

test('shows what a policy would have come to beside what happened', () => {
  expect(rowsOf(0.85, estimate, true)).toEqual([
    { label: 'as it was', value: 0.85, low: null, high: null },
    { label: 'by this policy', ...estimate }
  ])
})

test.each([
  ['too little was explored', estimate, false],
  ['there is none', null, true]
])('shows no estimate where %s', (_, expected, isTold) => {
  expect(rowsOf(0.85, expected, isTold)).toHaveLength(1)
})
