import { beforeEach, describe, expect, test } from '@jest/globals'
import { resilienceOf } from '../../../../../src/control/gateway-resilience.ts'
import {
  Breaker,
  type BreakerState,
  type Ended,
  type Verdict
} from '../../../../../src/processors/gateway/resilience/breaker.ts'

const settings = resilienceOf({
  breaker: {
    ...{ failureShare: 0.5, minimumCalls: 10, windowMs: 10_000, failuresInARow: 4 },
    ...{ coolDownMs: 1_000, greatestCoolDownMs: 3_000, trials: 2, successesToClose: 3 }
  }
}).breaker

let now: number
let seen: BreakerState[]
let breaker: Breaker

beforeEach(() => {
  now = 50_000
  seen = []
  breaker = new Breaker(settings, state => seen.push(state))
})

/** One call after the other, each in no time. */
function calls(...verdicts: readonly Verdict[]): void {
  for (const verdict of verdicts) admitted()(verdict, now)
}

function admitted(): Ended {
  const ended = breaker.admit(now)
  if (ended === null) throw new Error('the call was refused')
  return ended
}

const failing = (times: number): Verdict[] => Array.from({ length: times }, () => 'FAILURE')

function open(): void {
  calls(...failing(4))
  expect(breaker.state(now)).toBe('OPEN')
}

function halfOpen(): void {
  open()
  now += settings.coolDownMs
  expect(breaker.state(now)).toBe('HALF_OPEN')
}

describe('closed, a breaker', () => {
  test('opens after so many failures in a row, however few calls there are', () => {
    calls(...failing(3), 'SUCCESS', ...failing(3))
    expect(breaker.state(now)).toBe('CLOSED')
    now += 60_000
    calls('FAILURE')
    expect(breaker.state(now)).toBe('OPEN')
  })

  test('opens when their share is reached, and there are enough of them', () => {
    for (let i = 0; i < 4; i++) calls('SUCCESS', 'FAILURE')
    calls('SUCCESS')
    expect(breaker.state(now)).toBe('CLOSED')
    calls('FAILURE')
    expect(breaker.state(now)).toBe('OPEN')
  })

  test('forgets what is older than its window', () => {
    for (let i = 0; i < 4; i++) calls('SUCCESS', 'FAILURE')
    now += settings.windowMs + settings.windowMs / 10
    for (let i = 0; i < 4; i++) calls('SUCCESS', 'FAILURE')
    expect(breaker.state(now)).toBe('CLOSED')
  })

  test('does not count what never asked the gateway', () => {
    calls(...failing(3))
    for (let i = 0; i < 100; i++) calls('NEITHER')
    expect(breaker.state(now)).toBe('CLOSED')
    calls('FAILURE')
    expect(breaker.state(now)).toBe('OPEN')
  })

  test('does not open for look-ups that fail: they are about calls that have failed already', () => {
    for (let i = 0; i < 100; i++) breaker.watch(now)('FAILURE', now)
    expect(breaker.state(now)).toBe('CLOSED')
  })
})

describe('open, a breaker', () => {
  test('lets nothing through until the cool-down is over', () => {
    open()
    now += settings.coolDownMs - 1
    expect(breaker.admit(now)).toBeNull()
    now += 1
    expect(breaker.admit(now)).not.toBeNull()
    expect(seen).toEqual(['OPEN', 'HALF_OPEN'])
  })

  test('learns nothing from calls that it had let through before', () => {
    const before = [admitted(), admitted(), admitted(), admitted()]
    open()
    before[0]!('SUCCESS', now)
    now += settings.coolDownMs
    expect(breaker.state(now)).toBe('HALF_OPEN')
    for (const ended of before.slice(1)) ended('SUCCESS', now)
    expect(breaker.state(now)).toBe('HALF_OPEN')
    calls('SUCCESS', 'SUCCESS')
    expect(breaker.state(now)).toBe('HALF_OPEN')
  })

  test('is not opened once more, nor for longer, by those that fail after it', () => {
    const before = failing(settings.failuresInARow).map(admitted)
    halfOpen()
    for (const ended of before) ended('FAILURE', now)
    expect(breaker.state(now)).toBe('HALF_OPEN')
  })
})

describe('half open, a breaker', () => {
  beforeEach(halfOpen)

  test('lets only a few through at a time', () => {
    const first = admitted()
    admitted()
    expect(breaker.admit(now)).toBeNull()
    first('SUCCESS', now)
    admitted()
    expect(breaker.admit(now)).toBeNull()
  })

  test('gives a trial that asked nobody to the next', () => {
    admitted()('NEITHER', now)
    calls('SUCCESS', 'SUCCESS')
    expect(breaker.state(now)).toBe('HALF_OPEN')
    calls('SUCCESS')
    expect(breaker.state(now)).toBe('CLOSED')
  })

  test('closes after so many successes, of look-ups and probes as well', () => {
    calls('SUCCESS')
    breaker.watch(now)('SUCCESS', now)
    expect(breaker.state(now)).toBe('HALF_OPEN')
    breaker.watch(now)('SUCCESS', now)
    expect(breaker.state(now)).toBe('CLOSED')
    expect(seen).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED'])
  })

  test('opens at one failure, for longer each time, but not for ever longer', () => {
    for (const coolDown of [2_000, 3_000, 3_000]) {
      calls('SUCCESS', 'SUCCESS', 'FAILURE')
      expect(breaker.state(now + coolDown - 1)).toBe('OPEN')
      now += coolDown
      expect(breaker.state(now)).toBe('HALF_OPEN')
    }
  })

  test('opens at a look-up that fails', () => {
    breaker.watch(now)('FAILURE', now)
    expect(breaker.state(now)).toBe('OPEN')
  })
})

describe('closed again, a breaker', () => {
  beforeEach(() => {
    halfOpen()
    calls('SUCCESS', 'SUCCESS', 'SUCCESS')
    expect(breaker.state(now)).toBe('CLOSED')
  })

  test('begins without what it had counted', () => {
    calls(...failing(3))
    expect(breaker.state(now)).toBe('CLOSED')
  })

  test('opens for longer when that did not hold', () => {
    open()
    expect(breaker.state(now + 1_999)).toBe('OPEN')
    expect(breaker.state(now + 2_000)).toBe('HALF_OPEN')
  })

  test('opens as at first once it has held', () => {
    now += settings.windowMs
    open()
    expect(breaker.state(now + 1_000)).toBe('HALF_OPEN')
  })
})
