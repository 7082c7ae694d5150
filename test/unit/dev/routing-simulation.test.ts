import { expect, test } from '@jest/globals'
import { compare } from '../../../dev/routing-simulation/simulate.ts'

const mean = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0) / parts.length

test.each(['1', 'docs'])(
  'with seed %s the learning policy gains six tenths of what is to be gained over round robin',
  seed => {
    const { learner, roundRobin, oracle } = compare({ seed, payments: 20_000, hours: 120 }, 60)
    expect(mean(learner)).toBeGreaterThan(mean(roundRobin) + 0.05)
    expect((mean(learner) - mean(roundRobin)) / (mean(oracle) - mean(roundRobin))).toBeGreaterThan(0.6)
    expect(mean(learner) / mean(oracle)).toBeGreaterThan(0.95)
  },
  120_000
)

test('a simulation goes the same way whenever it is run', () => {
  const options = { seed: 'again', payments: 1000, hours: 12 }
  expect(compare(options, 10)).toEqual(compare(options, 10))
})
