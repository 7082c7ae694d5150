import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CommandBody } from '../../../../src/domain/payment/commands.ts'
import { evolve } from '../../../../src/domain/payment/evolve.ts'
import { foldDecision } from '../../../../src/domain/payment/record.ts'
import { CorruptHistoryError, statusAfter, transitions } from '../../../../src/domain/payment/statuses.ts'
import {
  answered,
  authorized,
  cancel,
  capture,
  closeRefunds,
  gateways,
  initiate,
  refund,
  resolve,
  retry,
  Scenario
} from './scenario.ts'

// Success often enough that histories get far.
const outcome = fc.oneof(
  { weight: 2, arbitrary: fc.constant('SUCCEEDED' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...(['DECLINED', 'REFUSED', 'NOT_SENT', 'UNKNOWN'] as const),
      ...(['PENDING', 'NEEDS_CUSTOMER', 'SETTLEMENT_FAILED'] as const)
    )
  }
)
const OPERATIONS = [
  'authorize-1',
  'purchase-1',
  'capture-2',
  'void-2',
  'refund-2',
  'refund-3',
  'compensate-2'
]
const command: fc.Arbitrary<CommandBody> = fc.oneof(
  fc
    .record({
      capture: fc.constantFrom('AUTOMATIC', 'MANUAL'),
      currency: fc.constantFrom('EUR', 'JPY', 'CHF'),
      amount: fc.integer({ min: 0, max: 5000 }),
      captureDelayMs: fc.constantFrom(null, null, 1000)
    })
    .map(initiate),
  fc.option(fc.integer({ min: 0, max: 6000 })).map(amount => capture(amount)),
  fc.constant(cancel()),
  { weight: 3, arbitrary: fc.option(fc.integer({ min: 1, max: 3000 })).map(amount => refund(amount)) },
  fc.constant(retry()),
  fc.constant(closeRefunds()),
  fc
    .tuple(fc.constantFrom(...OPERATIONS), fc.constantFrom('SUCCEEDED' as const, 'FAILED' as const))
    .map(to => resolve(...to))
)
const step = fc.oneof(
  fc.record({ type: fc.constant('send' as const), command, key: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  fc.record({ type: fc.constant('answer' as const), outcome, settled: fc.boolean() }),
  fc.record({
    ...{ type: fc.constant('late' as const), outcome, settled: fc.boolean() },
    operations: fc.integer({ min: 1, max: 4 })
  }),
  fc.record({ type: fc.constant('fire' as const) }),
  fc.record({ type: fc.constant('pause' as const), paused: fc.boolean() }),
  fc.record({ type: fc.constant('tick' as const), by: fc.integer({ min: -1000, max: 1000 }) })
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function play(steps: readonly Step[]): Scenario {
  const scenario = new Scenario()
  for (const next of steps) {
    if (next.type === 'send') scenario.send(next.command, { key: next.key })
    else if (next.type === 'answer') scenario.answer(answered(next.outcome, { settled: next.settled }))
    else if (next.type === 'late') scenario.answer(late(scenario, next))
    else if (next.type === 'fire') scenario.fire()
    else if (next.type === 'pause') {
      const paused = gateways.map(gateway => ({ ...gateway, paused: next.paused }))
      scenario.context = { ...scenario.context, gateways: paused }
    } else scenario.context = { ...scenario.context, now: scenario.context.now + next.by }
  }
  return scenario
}

/** The gateway speaks of one of the operations so far, or of one that is yet to come. */
function late(scenario: Scenario, { outcome, operations, settled }: Step & { type: 'late' }) {
  const asked = scenario.events.flatMap(event =>
    event.type === 'GatewayOperationRequested' || event.type === 'CompensationRequested' ? [event] : []
  )
  const {
    operationId = `capture-${operations}`,
    attempt = 1,
    gateway = 'alpha'
  } = asked.at(-operations) ?? {}
  return answered(outcome, { operationId, attempt, gateway, settled })
}

const steps = fc.array(step, { maxLength: 40, size: 'max' })

describe('whatever commands and answers come', () => {
  test('0 ≤ refunded ≤ captured ≤ authorized ≤ amount', () => {
    fc.assert(
      fc.property(steps, all => {
        const payment = play(all).state?.payment
        if (!payment) return
        const sums = [
          0,
          payment.refundedAmount,
          payment.capturedAmount,
          payment.authorizedAmount,
          payment.amount
        ]
        expect([...sums].sort((a, b) => a - b)).toEqual(sums)
      })
    )
  })

  test('sequences are 1..n without a gap, and time never runs backwards', () => {
    fc.assert(
      fc.property(steps, all => {
        const history = play(all).events.filter(({ sequence }) => sequence !== null)
        expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, i) => i + 1))
        const times = history.map(({ occurredAt }) => occurredAt)
        expect([...times].sort((a, b) => a - b)).toEqual(times)
      })
    )
  })

  test('the state is the fold of the events', () => {
    fc.assert(
      fc.property(steps, all => {
        const { state, decisions } = play(all)
        expect(decisions.reduce<Scenario['state']>(foldDecision, null)).toEqual(state)
      })
    )
  })

  test('an operation in flight is the only one, and its key is never used for another', () => {
    fc.assert(
      fc.property(steps, all => {
        const keys = play(all).events.flatMap(event =>
          event.type === 'GatewayOperationRequested' || event.type === 'CompensationRequested'
            ? [event.idempotencyKey]
            : []
        )
        expect(new Set(keys).size).toBe(keys.length)
      })
    )
  })
})

test('no history leaves the table', () => {
  const reached = new Set<string>()
  fc.assert(
    fc.property(steps, all => {
      let status: string | null = null
      let state: Scenario['state'] = null
      for (const event of play(all).events) {
        if (event.type === 'CommandRejected') continue
        state = evolve(state, event)
        const to: string = state.payment!.status
        reached.add(`${String(status)} ${event.type} ${to}`)
        status = to
      }
    }),
    { seed: 1, numRuns: 2000 }
  )
  const edges = transitions.map(({ from, event, to }) => `${String(from)} ${event} ${to}`)
  expect([...reached].filter(edge => !edges.includes(edge))).toEqual([])
  expect(reached.size).toBeGreaterThan(40)
})

describe('a corrupt history is seen', () => {
  const { events, state } = authorized()

  test('a gap in the sequence', () => {
    expect(() => evolve(state, { ...events[0]!, sequence: 6 })).toThrow(CorruptHistoryError)
  })

  test('an event twice', () => {
    expect(() => evolve(state, events.at(-1)!)).toThrow(CorruptHistoryError)
  })

  test('a move that the table does not have', () => {
    expect(() => statusAfter('CANCELLED', 'PaymentCaptured')).toThrow(CorruptHistoryError)
  })
})
