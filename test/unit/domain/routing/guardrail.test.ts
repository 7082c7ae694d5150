import { describe, expect, test } from '@jest/globals'
import { stopReason } from '../../../../src/domain/routing/guardrail.ts'

const counts = (approved: number, declined: number) => ({ approved, declined })

describe('a variant is stopped', () => {
  test('when it approves less than the least', () => {
    const guardrail = { minApproval: 0.8, minPayments: 50 }
    expect(stopReason(counts(60, 40), counts(0, 0), guardrail)).toBe(
      'approval 60.0 % of 100 payments, below 80.0 %'
    )
  })

  test('when it falls behind the others by more than it may', () => {
    const guardrail = { maxDrop: 0.05, minPayments: 50 }
    expect(stopReason(counts(140, 60), counts(900, 100), guardrail)).toBe(
      'approval 70.0 % of 200 payments, 20.0 % below the 90.0 % of others, more than 5.0 %'
    )
  })
})

describe('it goes on', () => {
  test.each([
    [
      'before its least number of payments',
      counts(0, 49),
      counts(900, 100),
      { minApproval: 0.8, minPayments: 50 }
    ],
    ['while the others have too few', counts(0, 99), counts(9, 1), { maxDrop: 0.1, minPayments: 50 }],
    ['while chance explains it', counts(78, 22), counts(0, 0), { minApproval: 0.8, minPayments: 50 }],
    [
      'while it falls behind by no more than it may',
      counts(86, 14),
      counts(900, 100),
      { maxDrop: 0.05, minPayments: 50 }
    ],
    [
      'when it does better',
      counts(99, 1),
      counts(900, 100),
      { minApproval: 0.8, maxDrop: 0, minPayments: 50 }
    ]
  ])('%s', (_, variant, base, guardrail) => {
    expect(stopReason(variant, base, guardrail)).toBeNull()
  })
})

test('a variant that is just good enough is seldom stopped by chance', () => {
  // Binomial(100, 0.8): fewer than 73 of 100 have a probability of 3.4 %.
  const guardrail = { minApproval: 0.8, minPayments: 50 }
  const least = Array.from({ length: 101 }, (_, n) => n).find(
    n => stopReason(counts(n, 100 - n), counts(0, 0), guardrail) === null
  )
  expect(least).toBe(73)
})
