// Histories of payments as their owner would write them, without Kafka: decided, recorded and folded by the domain itself.
import { defaultRules } from '../src/domain/payment/merchant-rules.ts'
import type { Command, GatewayResult } from '../src/domain/payment/commands.ts'
import { decide } from '../src/domain/payment/decide.ts'
import { decideResult } from '../src/domain/payment/decide-result.ts'
import type { RecordedEvent } from '../src/domain/payment/events.ts'
import { foldDecision, recordEvents, recordRejection } from '../src/domain/payment/record.ts'
import { rejections } from '../src/domain/payment/rejections.ts'
import type { PaymentState } from '../src/domain/payment/state.ts'

/** The events that one input record led to. */
export interface Decided {
  readonly topic: 'payments.commands' | 'payments.outcomes'
  readonly offset: number
  readonly events: readonly RecordedEvent[]
}

const gateways = [
  {
    id: 'alpha',
    priority: 1,
    currencies: ['EUR'],
    operations: ['AUTHORIZE' as const, 'PURCHASE' as const, 'CAPTURE' as const],
    callTimeoutMs: 1000,
    sendWithinMs: 1000
  }
]

/** The owner of one partition: gives its inputs offsets and keeps the state of its payments. */
export class Owner {
  readonly #states = new Map<string, PaymentState | null>()
  readonly #offsets = { 'payments.commands': 0, 'payments.outcomes': 0 }
  readonly #now: () => number

  /** @param now epoch milliseconds; by default each decision is taken a second after the one before */
  constructor(now: () => number = ticking(Date.UTC(2026, 0, 1))) {
    this.#now = now
  }

  state(paymentId: string): PaymentState | null {
    return this.#states.get(paymentId) ?? null
  }

  command(command: Command): Decided {
    const state = this.state(command.paymentId)
    const { paymentId, merchantId, commandId, fingerprint } = command
    const cause = { paymentId, merchantId, causationId: commandId, commandFingerprint: fingerprint }
    const now = this.#now()
    const decision = decide(command, state, { now, merchantIsKnown: true, gateways, rules: defaultRules })
    switch (decision.type) {
      case 'repeat':
        return this.#decided('payments.commands', state, [])
      case 'accepted':
        return this.#decided('payments.commands', state, recordEvents(decision.events, state, cause, now))
      case 'refused': {
        const { code, detail, remembered } = decision
        const message = detail ?? rejections[code]
        const rejection = recordRejection(
          { type: 'CommandRejected', command: command.type, code, message, remembered },
          cause,
          now
        )
        return this.#decided('payments.commands', state, [rejection])
      }
    }
  }

  /** What the gateway answered to the operation in flight. */
  result(paymentId: string, answer: Partial<GatewayResult>): Decided {
    const state = this.state(paymentId)!
    const { operationId, attempt, gateway } = state.payment!.operation!
    const now = this.#now()
    const result: GatewayResult = {
      ...{ operationId, attempt, gateway, outcome: 'SUCCEEDED', declineType: null, reference: 'r1' },
      ...{ amount: null, currency: null, settled: true, code: null, message: null, redirectUrl: null },
      ...answer
    }
    const cause = {
      ...{ paymentId, merchantId: state.merchantId, causationId: `result-${operationId}` },
      commandFingerprint: null
    }
    const events = recordEvents(
      decideResult(result, state, { now, gateways, rules: defaultRules }),
      state,
      cause,
      now
    )
    return this.#decided('payments.outcomes', state, events)
  }

  /** A payment that completes at once. */
  completes(command: Command): Decided[] {
    return [this.command(command), this.result(command.paymentId, {})]
  }

  #decided(topic: Decided['topic'], state: PaymentState | null, events: RecordedEvent[]): Decided {
    const { paymentId } = events[0] ?? { paymentId: '' }
    if (events.length > 0) this.#states.set(paymentId, foldDecision(state, events))
    return { topic, offset: this.#offsets[topic]++, events }
  }
}

const ticking = (start: number) => () => (start += 1000)
