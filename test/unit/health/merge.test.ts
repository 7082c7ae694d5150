import { describe, expect, test } from '@jest/globals'
import type { GatewayHealth } from '../../../src/generated/records.ts'
import { breakerOf, signalsOf } from '../../../src/health/merge.ts'

const idle = {
  calls: 0,
  failures: 0,
  approved: 0,
  latencyP50Ms: null,
  latencyP95Ms: null,
  latencyP99Ms: null
}
const called = (calls: number, failures = 0, ms = 10) => ({
  ...{ calls, failures, approved: calls - failures },
  ...{ latencyP50Ms: ms, latencyP95Ms: ms, latencyP99Ms: ms }
})

const seen = (
  breaker: GatewayHealth['breaker'],
  figures: GatewayHealth['figures'] = idle
): GatewayHealth => ({
  ...{ gateway: 'alpha', executor: 'host/1', observedAt: 0, validForMs: 30_000 },
  ...{ breaker, breakerSince: 0, inFlight: 0, queued: 0, windowMs: 30_000, figures, breakdown: [] }
})

describe('the breaker of a gateway', () => {
  test.each([
    ['is open where most see it open', ['OPEN', 'OPEN', 'CLOSED'], 'OPEN'],
    ['is not for half of them', ['OPEN', 'CLOSED'], 'CLOSED'],
    ['is half open where most see it open or half open', ['OPEN', 'HALF_OPEN', 'CLOSED'], 'HALF_OPEN'],
    ['is closed where most see it closed', ['CLOSED', 'CLOSED', 'OPEN'], 'CLOSED']
  ] as const)('%s', (_rule, states, merged) => {
    expect(breakerOf(states.map(state => seen(state, called(10))))).toBe(merged)
  })

  test('is what those see that call it: others have closed breakers because they ask nothing', () => {
    expect(breakerOf([seen('OPEN'), seen('CLOSED'), seen('CLOSED'), seen('CLOSED')])).toBe('OPEN')
  })

  test('is closed where nobody calls it', () => {
    expect(breakerOf([seen('CLOSED')])).toBe('CLOSED')
  })
})

test('signals are of all executors together, each weighing as many calls as it has made', () => {
  expect(signalsOf([seen('CLOSED', called(30, 3, 100)), seen('CLOSED', called(10, 7, 500))])).toEqual({
    breaker: 'CLOSED',
    successShare: 0.75,
    latencyP95Ms: 200,
    calls: 40
  })
})

test('without calls there is no share and no latency', () => {
  expect(signalsOf([seen('OPEN')])).toEqual({
    ...{ breaker: 'OPEN', successShare: null, latencyP95Ms: null, calls: 0 }
  })
})
