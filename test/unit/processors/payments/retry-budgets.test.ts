import { beforeEach, describe, expect, test } from '@jest/globals'
import type { ResilienceDocument } from '../../../../src/control/gateway-resilience.ts'
import { NOT_AT_GATEWAY } from '../../../../src/domain/payment/proof.ts'
import { dueAt } from '../../../../src/domain/payment/timers.ts'
import { RetryBudgets } from '../../../../src/processors/payments/retry-budgets.ts'
import { answered, gateways, initiate, Scenario } from '../../domain/payment/scenario.ts'

const notAtGateway = answered('NOT_SENT', { code: NOT_AT_GATEWAY })

let retryBudget: ResilienceDocument['retryBudget']
let budgets: RetryBudgets
let told: Record<string, number>

beforeEach(() => {
  retryBudget = { share: 0.1, perSecond: 1, burst: 20 }
  told = { made: 0, put_off: 0 }
  budgets = new RetryBudgets({
    profiles: () => gateways.map(gateway => ({ ...gateway, ...(retryBudget && { retryBudget }) })),
    onRetry: (_gateway, retry) => told[retry]!++
  })
})

/** A payment for which there is one gateway, which refuses it; its decisions ask the budget, and are counted. */
class Refused {
  readonly scenario = new Scenario()

  constructor(now: number) {
    this.at(now)
    this.#count(() => this.scenario.send(initiate({ currency: 'USD' })))
  }

  get isScheduled(): boolean {
    return this.scenario.state?.payment?.operation?.status === 'RETRY_SCHEDULED'
  }

  /** The gateway refuses what it was asked for, and is known to have done nothing. */
  fail(outcome: 'REFUSED' | 'NOT_SENT' = 'REFUSED'): void {
    this.#count(() => this.scenario.answer(answered(outcome)))
    this.#count(() => this.scenario.answer(notAtGateway))
  }

  /** Does what is due at a moment. */
  at(now: number): void {
    this.scenario.context = { ...this.scenario.context, now, retriesSpent: budgets.spent(now) }
    if (this.scenario.state !== null && (dueAt(this.scenario.state) ?? Infinity) <= now)
      this.#count(() => this.scenario.fireNow())
  }

  #count(decide: () => unknown): void {
    const before = this.scenario.state?.payment?.operation ?? null
    const known = this.scenario.events.length
    const { now } = this.scenario.context
    this.scenario.context = { ...this.scenario.context, retriesSpent: budgets.spent(now) }
    decide()
    budgets.learn(this.scenario.events.slice(known), before, now)
  }
}

const isOpen = ({ scenario }: Refused): boolean => scenario.state?.payment?.operation?.status === 'REQUESTED'

describe('a gateway that refuses 200 payments at once', () => {
  const NOW = 1_000_000
  const refuseAll = (): Refused[] => {
    const all = Array.from({ length: 200 }, () => new Refused(NOW))
    for (const one of all) one.fail()
    return all
  }

  test('gets no more retries than it has saved up and a tenth of its first calls', () => {
    const all = refuseAll()
    expect(all.filter(isOpen).length).toBe(20)
    expect(told).toEqual({ made: 20, put_off: 180 })
    expect([...budgets.spent(NOW)]).toEqual(['alpha'])
  })

  test('gets the others by and by: none is dropped, none fails', () => {
    const all = refuseAll()
    for (let now = NOW; now < NOW + 30_000; now += 100)
      for (const one of all) if (one.isScheduled) one.at(now)
    const retried = all.filter(isOpen).length
    expect(retried).toBeGreaterThan(35)
    // Those that it had, and one a second.
    expect(retried).toBeLessThanOrEqual(51)
    expect(all.every(one => isOpen(one) || one.isScheduled)).toBe(true)
    expect(all.some(({ scenario }) => scenario.status === 'FAILED')).toBe(false)
  })

  test('puts a retry off with the reason on record', () => {
    const last = refuseAll().at(-1)!
    expect(last.scenario.events.at(-1)).toMatchObject({
      ...{ type: 'RetryScheduled', code: 'retry_budget_spent', gateway: 'alpha', isProven: true }
    })
  })
})

test('what never left us is no retry when it is made', () => {
  const all = Array.from({ length: 100 }, () => new Refused(1_000_000))
  for (const one of all) one.fail('NOT_SENT')
  expect(all.every(isOpen)).toBe(true)
  expect(told).toEqual({ made: 0, put_off: 0 })
})

test('a budget that was changed holds from the next call on', () => {
  retryBudget = { burst: 1, perSecond: 0.01, share: 0 }
  const all = Array.from({ length: 5 }, () => new Refused(1_000_000))
  for (const one of all) one.fail()
  expect(all.filter(isOpen).length).toBe(1)
})
