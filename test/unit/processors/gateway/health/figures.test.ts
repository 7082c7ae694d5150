import { beforeEach, describe, expect, test } from '@jest/globals'
import { CallFigures, WINDOW_MS } from '../../../../../src/processors/gateway/health/call-figures.ts'
import { Latencies } from '../../../../../src/processors/gateway/health/latencies.ts'

describe('quantiles', () => {
  test.each([1, 3, 20, 150, 1_234, 9_999, 60_000])('of calls that all take %d ms are near that', ms => {
    const latencies = new Latencies()
    for (let i = 0; i < 100; i++) latencies.add(ms)
    for (const share of [0.01, 0.5, 0.95, 1])
      expect(Math.abs(latencies.quantile(share)! - ms)).toBeLessThanOrEqual(Math.ceil(ms / 12))
  })

  test('tell the few slow ones from the many that are not', () => {
    const latencies = new Latencies()
    for (let i = 1; i <= 100; i++) latencies.add(i <= 94 ? 10 : 1_000)
    expect(latencies.quantile(0.5)).toBeLessThan(12)
    expect(latencies.quantile(0.94)).toBeLessThan(12)
    expect(latencies.quantile(0.95)).toBeGreaterThan(900)
  })

  test('of nothing are none, and of what takes for ever are bounded', () => {
    const latencies = new Latencies()
    expect(latencies.quantile(0.5)).toBeNull()
    latencies.add(1e12)
    expect(latencies.quantile(0.5)).toBeGreaterThan(100_000)
  })
})

describe('the figures of calls', () => {
  let figures: CallFigures
  const euros = { currency: 'EUR', method: 'CARD' }
  const yen = { currency: 'JPY', method: 'CARD' }
  const now = 1_000_000

  beforeEach(() => {
    figures = new CallFigures()
  })

  test('are of all calls, and told apart by currency and method', () => {
    figures.ended(euros, 'SUCCESS', true, 10, now)
    figures.ended(euros, 'SUCCESS', false, 10, now)
    figures.ended(yen, 'FAILURE', false, 500, now)
    figures.ended({ currency: 'EUR', method: null }, 'SUCCESS', true, 10, now)
    const { figures: all, breakdown } = figures.at(now)
    expect(all).toMatchObject({ calls: 4, failures: 1, approved: 2 })
    expect(breakdown).toMatchObject([
      { ...euros, figures: { calls: 2, failures: 0, approved: 1 } },
      { ...yen, figures: { calls: 1, failures: 1, approved: 0 } },
      { currency: 'EUR', method: null, figures: { calls: 1, failures: 0, approved: 1 } }
    ])
  })

  test('leave out what never asked the gateway', () => {
    figures.ended(euros, 'NEITHER', false, 10, now)
    expect(figures.at(now)).toMatchObject({ figures: { calls: 0, latencyP50Ms: null }, breakdown: [] })
  })

  test('forget what is older than the window', () => {
    figures.ended(euros, 'SUCCESS', true, 10, now)
    expect(figures.at(now + WINDOW_MS)).toMatchObject({ figures: { calls: 1 } })
    expect(figures.at(now + WINDOW_MS * 1.1 + 1)).toMatchObject({ figures: { calls: 0 }, breakdown: [] })
  })
})
