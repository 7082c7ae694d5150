// Given a history, when a command or a gateway's answer comes, then …: the domain without anything around it.
import { decideResult } from '../../../../src/domain/payment/decide-result.ts'
import { decide, type Decision, type DecisionContext } from '../../../../src/domain/payment/decide.ts'
import type { Command, CommandBody, GatewayResult } from '../../../../src/domain/payment/commands.ts'
import type { PaymentEvent, RecordedEvent } from '../../../../src/domain/payment/events.ts'
import { foldDecision, recordEvents, recordRejection } from '../../../../src/domain/payment/record.ts'
import { defaultRules } from '../../../../src/domain/payment/merchant-rules.ts'
import type { PaymentState } from '../../../../src/domain/payment/state.ts'
import { decideDue, dueAt } from '../../../../src/domain/payment/timers.ts'
import type { GatewayProfile } from '../../../../src/domain/routing/route.ts'

export const PAYMENT = 'pay_1'

export const gateways: readonly GatewayProfile[] = [
  {
    id: 'alpha',
    priority: 1,
    currencies: ['EUR', 'USD'],
    operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND', 'SETTLE'],
    callTimeoutMs: 1000,
    sendWithinMs: 5000
  },
  {
    id: 'beta',
    priority: 2,
    currencies: ['EUR', 'JPY'],
    operations: ['AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND', 'SETTLE'],
    callTimeoutMs: 1000,
    sendWithinMs: 5000
  }
]

const terms = {
  amount: 1099,
  currency: 'EUR',
  captureDelayMs: null,
  customer: { id: 'c1', country: 'DE' },
  paymentMethod: { type: 'CARD', token: 'tok_visa', network: null },
  description: null,
  metadata: {},
  addressDigest: null
} as const

export type Initiate = Extract<CommandBody, { type: 'InitiatePayment' }>

export const initiate = (changes: Partial<Initiate> = {}): Initiate => ({
  type: 'InitiatePayment',
  capture: 'AUTOMATIC',
  ...terms,
  ...changes
})

export const capture = (
  amount: number | null = null,
  expectedVersion: number | null = null
): CommandBody => ({
  type: 'CapturePayment',
  amount,
  expectedVersion
})

export const cancel = (): CommandBody => ({ type: 'CancelPayment', reason: null, expectedVersion: null })

export const refund = (amount: number | null = null): CommandBody => ({
  type: 'RefundPayment',
  amount,
  reason: null,
  expectedVersion: null
})

export const retry = (): CommandBody => ({ type: 'RetryPayment', expectedVersion: null })

export const closeRefunds = (): CommandBody => ({ type: 'CloseRefunds', expectedVersion: null })

export const resolve = (operationId: string, outcome: 'SUCCEEDED' | 'FAILED'): CommandBody => ({
  type: 'ResolveOutcome',
  ...{ operationId, outcome, reference: null, reason: 'asked by telephone', decidedBy: 'key:k' },
  expectedVersion: null
})

/** What an answer is about: the operation in flight, unless given. */
type Addressed = Pick<GatewayResult, 'operationId' | 'attempt' | 'gateway'>

export const answered = (
  outcome: GatewayResult['outcome'],
  changes: Partial<GatewayResult> = {}
): Omit<GatewayResult, keyof Addressed> & Partial<Addressed> => ({
  outcome,
  declineType: outcome === 'DECLINED' ? 'HARD' : null,
  reference: outcome === 'SUCCEEDED' ? 'ref-1' : null,
  amount: null,
  currency: null,
  settled: false,
  code: null,
  message: null,
  redirectUrl: outcome === 'NEEDS_CUSTOMER' ? 'https://bank.example/3ds' : null,
  ...changes
})

/** A payment in the hands of its owner. */
export class Scenario {
  state: PaymentState | null = null
  /** The events of each decision: in the log their input's position tells them apart. */
  readonly decisions: (readonly RecordedEvent[])[] = []
  context: DecisionContext = { now: 1000, merchantIsKnown: true, gateways, rules: defaultRules }

  /** Sends a command and, when it is accepted or remembered, puts it on record. */
  send(
    body: CommandBody,
    { key = 'k1', merchantId = 'm1', fingerprint = JSON.stringify(body) } = {}
  ): Decision {
    const commandId = `${body.type}/${key}`
    const envelope = { merchantId, paymentId: PAYMENT, idempotencyKey: key, commandId, fingerprint }
    const command: Command = { ...body, ...envelope }
    const decision = decide(command, this.state, this.context)
    const cause = { paymentId: PAYMENT, merchantId, causationId: commandId, commandFingerprint: fingerprint }
    if (decision.type === 'accepted') {
      this.#apply(recordEvents(decision.events, this.state, cause, this.context.now))
    } else if (decision.type === 'refused') {
      const { code, remembered } = decision
      const rejection = {
        type: 'CommandRejected',
        command: body.type,
        code,
        message: code,
        remembered
      } as const
      this.#apply([recordRejection(rejection, cause, this.context.now)])
    }
    return decision
  }

  /** The gateway answers the operation in flight. */
  answer(result: ReturnType<typeof answered>): readonly PaymentEvent[] {
    const operation = this.state?.payment?.operation
    const { operationId = 'none', attempt = 1, gateway = 'alpha' } = operation ?? {}
    const events = decideResult({ operationId, attempt, gateway, ...result }, this.state, this.context)
    const cause = { paymentId: PAYMENT, merchantId: 'm1', causationId: operationId, commandFingerprint: null }
    this.#apply(recordEvents(events, this.state, cause, this.context.now))
    return events
  }

  /** Time goes on until something is due, and it is done. */
  fire(): readonly PaymentEvent[] {
    const at = this.state === null ? null : dueAt(this.state)
    if (at === null) return []
    this.context = { ...this.context, now: Math.max(this.context.now, at) }
    return this.fireNow()
  }

  /** Does what is due now. */
  fireNow(): readonly PaymentEvent[] {
    if (this.state === null) return []
    const events = decideDue(this.state, this.context)
    const causationId = `timer.${PAYMENT}.${this.state.payment?.version}`
    const cause = { paymentId: PAYMENT, merchantId: 'm1', causationId, commandFingerprint: null }
    this.#apply(recordEvents(events, this.state, cause, this.context.now))
    return events
  }

  get events(): RecordedEvent[] {
    return this.decisions.flat()
  }

  get status(): string | undefined {
    return this.state?.payment?.status
  }

  #apply(events: readonly RecordedEvent[]): void {
    if (events.length === 0) return
    this.decisions.push(events)
    this.state = foldDecision(this.state, events)
  }
}

/** Where nothing is tried twice. */
export function oneAttempt(): Scenario {
  const scenario = new Scenario()
  scenario.context = { ...scenario.context, rules: { ...defaultRules, attempts: 1 } }
  return scenario
}

export const typesOf = (events: readonly { readonly type: string }[]): string[] =>
  events.map(({ type }) => type)

/** A payment that is authorized and waits for its merchant. */
export function authorized(): Scenario {
  const scenario = new Scenario()
  scenario.send(initiate({ capture: 'MANUAL' }))
  scenario.answer(answered('SUCCEEDED'))
  return scenario
}
