// What holds in whatever life of a payment. A failing life is printed with its seed, shrunk, and runs again as printed.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { evolve } from '../../../../src/domain/payment/evolve.ts'
import { foldDecision } from '../../../../src/domain/payment/record.ts'
import type { Answer, Payment, PaymentState } from '../../../../src/domain/payment/state.ts'
import { transitions } from '../../../../src/domain/payment/statuses.ts'
import { dueAt } from '../../../../src/domain/payment/timers.ts'
import { inOrder } from './calls.ts'
import { explore } from './exploration.ts'
import { Life } from './life.ts'
import { beginnings, steps } from './steps.ts'

const RUNS = { seed: 20_260_131, numRuns: 400 }

const inEvery = (holds: (life: Life) => void): void => {
  fc.assert(
    fc.property(beginnings, steps, (beginning, all) => {
      holds(all.reduce((life, next) => life.take(next), Life.begin(beginning)))
    }),
    RUNS
  )
}
const paymentsOf = (life: Life): Payment[] => life.decided.flatMap(({ after }) => after?.payment ?? [])

describe('whatever commands, answers and timers come', () => {
  test('0 ≤ refunded ≤ captured ≤ authorized ≤ amount', () => {
    inEvery(life => {
      for (const payment of paymentsOf(life)) {
        const { refundedAmount, capturedAmount, authorizedAmount, amount } = payment
        const sums = [0, refundedAmount, capturedAmount, authorizedAmount, amount]
        expect([...sums].sort((a, b) => a - b)).toEqual(sums)
        expect(sums.every(Number.isSafeInteger)).toBe(true)
      }
    })
  })

  test('what is refunded is the sum of the refunds, and with what is reserved never above what was captured', () => {
    inEvery(life => {
      for (const { refunds, refundedAmount, capturedAmount } of paymentsOf(life)) {
        const sum = (wanted: string) =>
          refunds.reduce((all, { status, amount }) => all + (status === wanted ? amount : 0), 0)
        expect(refundedAmount).toBe(sum('SUCCEEDED'))
        expect(refundedAmount + sum('PENDING')).toBeLessThanOrEqual(capturedAmount)
      }
    })
  })

  test('every event follows from the state before it, in an unbroken sequence and forwards in time', () => {
    inEvery(life => {
      let state: PaymentState | null = null
      let before = { sequence: 0, occurredAt: 0 }
      for (const event of life.events) {
        state = evolve(state, event)
        if (event.sequence === null) continue
        expect(event.sequence).toBe(before.sequence + 1)
        expect(event.occurredAt).toBeGreaterThanOrEqual(before.occurredAt)
        before = { sequence: event.sequence, occurredAt: event.occurredAt }
      }
    })
  })

  test('the state is the fold of the events', () => {
    inEvery(life => {
      const folded = life.decided
        .filter(({ events }) => events.length > 0)
        .reduce<PaymentState | null>((state, { events }) => foldDecision(state, events), null)
      expect(folded).toEqual(life.state)
    })
  })

  test('a refusal, and a result that says nothing new, move nothing', () => {
    inEvery(life => {
      for (const { before, after, events } of life.decided)
        if (events.every(({ type }) => type === 'CommandRejected'))
          expect(after?.payment).toEqual(before?.payment)
    })
  })

  test('a command that comes again is known, leaves everything as it is, and its answer never changes', () => {
    inEvery(life => {
      const answers = new Map<string, Answer>()
      for (const { after } of life.decided) {
        for (const { commandId, answer } of after?.commands ?? []) {
          const frozen = answers.get(commandId)
          if (frozen !== undefined) expect(answer).toEqual(frozen)
          if (answer !== null) answers.set(commandId, answer)
        }
      }
      const { state } = life
      const known = new Map(state?.commands.map(seen => [seen.commandId, seen.fingerprint]))
      for (const command of [...life.sent]) {
        const decision = life.repeat(command)
        const { type } = decision
        if (known.get(command.commandId) === command.fingerprint) expect(type).toBe('repeat')
        else expect(decision).toMatchObject({ type: 'refused', remembered: false })
      }
      expect(life.state).toEqual(state)
    })
  })

  test('no gateway is asked to charge what is held, was refused by an operator, or is taken for fraud', () => {
    inEvery(life => {
      for (const { before, after, events } of life.decided) {
        const charges = events.filter(event => event.type === 'GatewayOperationRequested' && isCharge(event))
        if (charges.length === 0) continue
        expect(after?.payment?.review?.status ?? 'APPROVED').toBe('APPROVED')
        expect(before?.payment?.review?.status).not.toBe('REJECTED')
        expect(events).not.toContainEqual(expect.objectContaining({ outcome: 'BLOCK' }))
        expect(events).not.toContainEqual(expect.objectContaining({ outcome: 'REVIEW' }))
      }
    })
  })

  test('statuses at the end are left by nothing', () => {
    inEvery(life => {
      for (const { before, after } of life.decided)
        if (['CANCELLED', 'REFUNDED', 'EXPIRED'].includes(before?.payment?.status ?? ''))
          expect(after?.payment?.status).toBe(before?.payment?.status)
    })
  })
})

describe('money', () => {
  test('no key for a gateway is ever used for two calls', () => {
    inEvery(({ asked }) => {
      expect(new Set(asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(asked.length)
    })
  })

  test('nothing is charged while what was charged before may have succeeded', () => {
    inEvery(expectOneCharge)
  })

  test('no more is asked to be given back than was captured, whatever the gateways may have done', () => {
    inEvery(expectNoMoreBack)
  })

  test('nor is it in lives that few come to', () => {
    for (const life of explore(RUNS.seed)) {
      const { events } = life.decided.at(-1)!
      if (!events.some(({ type }) => type === 'GatewayOperationRequested')) continue
      expectOneCharge(life)
      expectNoMoreBack(life)
    }
  })

  test('an operation of which nothing definite was said stays open', () => {
    inEvery(life => {
      for (const { before, after, result, command } of life.decided) {
        const operation = before?.payment?.operation
        if (operation == null || command?.type === 'ResolveOutcome') continue
        const isDefinite = ['SUCCEEDED', 'DECLINED', 'REFUSED', 'NOT_SENT', 'SETTLEMENT_FAILED']
        if (result !== undefined && isDefinite.includes(result.outcome)) continue
        expect(after?.payment?.operation?.operationId).toBe(operation.operationId)
      }
    })
  })
})

describe('a timer', () => {
  test('that has fired is not due again at the same time', () => {
    inEvery(life => {
      for (let fired = 0; fired < 10; fired++) {
        if (dueAt(life.state!) === null) return
        life.take({ type: 'due' })
        expect(life.decided.at(-1)!.events).not.toEqual([])
        expect(dueAt(life.state!) ?? Infinity).toBeGreaterThan(life.context.now)
      }
    })
  })
})

test('every edge of the table is reached, and no other', () => {
  const reached = new Set<string>()
  for (const life of explore(RUNS.seed)) {
    const { before, events } = life.decided.at(-1)!
    let state = before
    for (const event of events) {
      const from = state?.payment?.status ?? null
      state = evolve(state, event)
      if (event.type !== 'CommandRejected')
        reached.add(`${String(from)} ${event.type} ${state.payment!.status}`)
    }
  }
  const table = new Set(transitions.map(({ from, event, to }) => `${String(from)} ${event} ${to}`))
  const unreached = [...table].filter(edge => !reached.has(edge))
  const foreign = [...reached].filter(edge => !table.has(edge))
  expect({ unreached, foreign }).toEqual({ unreached: [], foreign: [] })
})

/** Whatever is asked for again, and whatever else would charge, waits for proof. */
function expectOneCharge(life: Life): void {
  inOrder(life, (event, { came }) => {
    if (event.type !== 'GatewayOperationRequested') return
    const rivals = came.filter(isCharge(event) ? isCharge : call => call.operationId === event.operationId)
    for (const rival of rivals) expect(rival.isDisproved).toBe(true)
  })
}

const isCharge = ({ kind }: { readonly kind: string }): boolean => kind === 'AUTHORIZE' || kind === 'PURCHASE'

function expectNoMoreBack(life: Life): void {
  inOrder(life, (event, { came, payment }) => {
    if (event.type !== 'GatewayOperationRequested' || event.kind !== 'REFUND') return
    const back = came.filter(({ kind, isDisproved }) => kind === 'REFUND' && !isDisproved)
    const sum = back.reduce((all, { amount }) => all + amount, event.amount)
    expect(sum).toBeLessThanOrEqual(payment!.capturedAmount)
  })
}
