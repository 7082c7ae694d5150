// What is told of another policy, against the truth, which the simulation knows.
import { describe, expect, test } from '@jest/globals'
import { simulate } from '../../../../dev/routing-simulation/simulate.ts'
import { truth } from '../../../../dev/routing-simulation/gateways.ts'
import type { RoutingPolicy } from '../../../../src/domain/routing/policy.ts'
import { oddsUnder, type RecordedChoice } from '../../../../src/replay/routing/recorded-choice.ts'
import { RoutingTally } from '../../../../src/replay/routing/tally.ts'

const explored: RoutingPolicy = {
  ...{ id: 'explored', weights: { approval: 1 }, choice: 'thompson', exploration: 0.3 }
}
const candidate: RoutingPolicy = { id: 'candidate', weights: { approval: 1, cost: 10 }, exploration: 0.1 }

interface Run {
  readonly tally: RoutingTally
  /** Approvals of the policy, as a part of all. */
  readonly approvals: number
  /** Minor units that it would have paid in all. */
  readonly fees: number
}

function replayed(seed: string, logged: RoutingPolicy, policy: RoutingPolicy, payments: number): Run {
  const tally = new RoutingTally(policy)
  let approvals = 0
  let fees = 0
  let i = 0
  for (const { subject, at, decision, approved } of simulate(logged, { seed, payments, hours: 24 })) {
    const choice: RecordedChoice = { ...decision, paymentId: `pay_${seed}_${i++}`, merchantId: 'demo' }
    tally.add(choice, approved)
    for (const [gateway, chance] of oddsUnder(policy, choice)) {
      const expected = chance * truth(gateway, subject, at)
      const { terms } = decision.candidates.find(one => one.gateway === gateway)!
      approvals += expected / payments
      fees += expected * terms['cost']!
    }
  }
  return { tally, approvals, fees }
}

test('in nine runs of ten, of 200, the truth lies within the intervals', () => {
  const RUNS = 200
  let covered = 0
  let feesCovered = 0
  for (let run = 0; run < RUNS; run++) {
    const { tally, approvals, fees } = replayed(`run-${run}`, explored, candidate, 300)
    const report = tally.report()
    expect(report.tooLittle).toEqual([])
    const { low, high } = report.approvals.expected!
    if (low <= approvals && approvals <= high) covered++
    const paid = report.fees[0]!.expected!
    if (paid.low <= fees && fees <= paid.high) feesCovered++
  }
  expect(covered / RUNS).toBeGreaterThanOrEqual(0.9)
  expect(feesCovered / RUNS).toBeGreaterThanOrEqual(0.9)
}, 300_000)

test('the policy that was followed comes to what happened', () => {
  const { tally } = replayed('same', explored, explored, 500)
  const { approvals, volume, effective, unseen } = tally.report()
  expect(approvals.expected!.value).toBeCloseTo(approvals.happened!, 9)
  expect(effective).toBeCloseTo(500, 6)
  expect(unseen).toBe(0)
  expect(volume.reduce((sum, { expected }) => sum + expected, 0)).toBeCloseTo(500)
})

describe('it is said that nothing can be told', () => {
  test('where the policy goes where nobody has been', () => {
    const logged = { ...explored, constraints: { excluded: ['regional'] } }
    const policy = { id: 'p', rules: [{ name: 'r', split: { regional: 1, steady: 3 } }] }
    const { tooLittle, unseen, volume } = replayed('unseen', logged, policy, 500).tally.report()
    expect(unseen).toBeCloseTo(0.25, 9)
    expect(tooLittle).toEqual([
      '25.0 % of the volume would go where it could not have gone then: regional 25.0 %'
    ])
    expect(volume.find(({ gateway }) => gateway === 'regional')).toEqual({
      ...{ gateway: 'regional', happened: 0 },
      ...{ expected: expect.closeTo(125, 6) as unknown, unseen: expect.closeTo(125, 6) as unknown }
    })
  })

  test('where a policy without exploration was followed', () => {
    const logged = { id: 'l', weights: { approval: 1 } }
    const { tooLittle } = replayed(
      'blind',
      logged,
      { id: 'p', priorities: { counter: -1 } },
      500
    ).tally.report()
    expect(tooLittle[0]).toMatch(
      /^\d+\.\d % of the volume would go where it could not have gone then: counter/
    )
  })

  test('where too few payments went the way of the policy', () => {
    const policy = { id: 'p', rules: [{ name: 'r', prefer: ['regional'] }] }
    const { tooLittle, approvals, fees } = replayed('few', explored, policy, 100).tally.report()
    expect(tooLittle).toEqual([expect.stringMatching(/^what happened says as much as \d+ payments/)])
    expect([approvals, ...fees].map(({ expected }) => expected)).toEqual([null, ...fees.map(() => null)])
    expect(fees.length).toBeGreaterThan(0)
  })
})

test('what has no outcome yet, and what was recorded before probabilities were, is left out and counted', () => {
  const tally = new RoutingTally(candidate)
  const [one] = [...simulate(explored, { seed: 's', payments: 1, hours: 1 })]
  const choice = { ...one!.decision, paymentId: 'pay_1', merchantId: 'demo' }
  tally.add(choice, null)
  tally.add({ ...choice, features: { currency: 'EUR' } }, true)
  tally.add(choice, true)
  expect(tally.report()).toMatchObject({ choices: 1, open: 1, unrecorded: 1, unrouted: 0 })
})
