// The life of a payment under whatever commands, answers, timers and changes of the world come, in any order.
import { NO_FINDINGS } from '../../../../src/domain/fraud/assess.ts'
import type { Command, CommandBody, GatewayResult } from '../../../../src/domain/payment/commands.ts'
import { decideResult } from '../../../../src/domain/payment/decide-result.ts'
import { decide, type Decision, type DecisionContext } from '../../../../src/domain/payment/decide.ts'
import type { PaymentEvent, RecordedEvent } from '../../../../src/domain/payment/events.ts'
import { defaultRules, type MerchantRules } from '../../../../src/domain/payment/merchant-rules.ts'
import { foldDecision, recordEvents, recordRejection } from '../../../../src/domain/payment/record.ts'
import type { Payment, PaymentState } from '../../../../src/domain/payment/state.ts'
import { NOT_AT_GATEWAY } from '../../../../src/domain/payment/proof.ts'
import { decideDue, dueAt } from '../../../../src/domain/payment/timers.ts'
import type { GatewayProfile } from '../../../../src/domain/routing/route.ts'
import { DAY_MS, MERCHANT, type Beginning, type Step, type Terms } from './steps.ts'

const PAYMENT = 'pay_1'

const call = { callTimeoutMs: 1000, sendWithinMs: 5000 }
const everything = ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND', 'SETTLE'] as const
const gateways: readonly GatewayProfile[] = [
  { id: 'alpha', priority: 1, currencies: ['EUR'], operations: everything, ...call },
  {
    id: 'beta',
    priority: 2,
    currencies: ['EUR', 'JPY'],
    operations: ['AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND'],
    ...call
  }
]

/** One decision, with what it was about and what it found. */
export interface Decided {
  readonly before: PaymentState | null
  readonly after: PaymentState | null
  readonly events: readonly RecordedEvent[]
  readonly command?: Command
  readonly result?: GatewayResult
}

export class Life {
  state: PaymentState | null = null
  readonly decided: Decided[] = []
  /** Every call that was asked for, the newest last. */
  readonly asked: (PaymentEvent & { type: 'GatewayOperationRequested' | 'CompensationRequested' })[] = []
  readonly sent: Command[] = []
  #now = 1_000_000
  #gateways = gateways
  readonly #beginning: Beginning

  private constructor(beginning: Beginning) {
    this.#beginning = beginning
  }

  static begin(beginning: Beginning): Life {
    const life = new Life(beginning)
    life.send(initiation(beginning.terms), { key: 'first' })
    return life
  }

  /** Another life that is the same up to now and then goes on with a step. */
  after(next: Step): Life {
    const life = new Life(this.#beginning)
    life.state = this.state
    life.#now = this.#now
    life.#gateways = this.#gateways
    for (const kept of ['decided', 'asked', 'sent'] as const) life[kept].push(...(this[kept] as never[]))
    return life.take(next)
  }

  get payment(): Payment | null {
    return this.state?.payment ?? null
  }

  /** Whether no gateway takes new payments. */
  get isPaused(): boolean {
    return this.#gateways.every(({ paused }) => paused === true)
  }

  get events(): RecordedEvent[] {
    return this.decided.flatMap(({ events }) => events)
  }

  get context(): DecisionContext {
    const world = { now: this.#now, gateways: this.#gateways, rules: this.#rules, ...this.#fraud }
    return { ...world, merchantIsKnown: true }
  }

  get #fraud(): Pick<DecisionContext, 'fraud'> {
    const { suspicion } = this.#beginning
    if (suspicion === null) return {}
    const rules = { id: 'all', rules: [{ name: 'all', score: suspicion }], reviewFrom: 50, blockFrom: 90 }
    return { fraud: { rules: { rules, version: '1' }, findings: NO_FINDINGS } }
  }

  get #rules(): MerchantRules {
    const { attempts, cancellationWindowMs } = this.#beginning
    const compliance = { ...defaultRules.compliance, blockedCustomers: ['blocked'] }
    return { ...defaultRules, attempts, cancellationWindowMs, compliance }
  }

  send(body: CommandBody, { key, merchantId = MERCHANT }: { key: string; merchantId?: string }): Decision {
    const commandId = `cmd_${merchantId}.${body.type}.${key}`
    const named = { merchantId, paymentId: PAYMENT, idempotencyKey: key, commandId }
    return this.repeat({ ...body, ...named, fingerprint: JSON.stringify(body) })
  }

  /** Puts the command before the payment, be it for the first time or again. */
  repeat(command: Command): Decision {
    const decision = decide(command, this.state, this.context)
    const { commandId: causationId, fingerprint: commandFingerprint, merchantId, type } = command
    const cause = { paymentId: PAYMENT, merchantId, causationId, commandFingerprint }
    if (decision.type === 'accepted') {
      this.#record(recordEvents(decision.events, this.state, cause, this.#now), { command })
    } else if (decision.type === 'refused') {
      const { code, remembered } = decision
      const rejection = { type: 'CommandRejected', command: type, code, message: code, remembered } as const
      this.#record([recordRejection(rejection, cause, this.#now)], { command })
    }
    this.sent.push(command)
    return decision
  }

  take(next: Step): this {
    this.#go(next)
    return this
  }

  #go(next: Step): void {
    switch (next.type) {
      case 'send':
        this.send(this.#bodyOf(next), { key: `k${next.key}`, merchantId: next.merchant })
        return
      case 'answer':
        this.#answer(this.payment?.operation, next)
        return
      case 'undone':
        this.#answer(
          this.payment?.compensations.findLast(({ status }) => status !== 'SUCCEEDED' && status !== 'FAILED'),
          next
        )
        return
      case 'late':
        this.#answer(this.asked.at(-1 - next.nth), next)
        return
      case 'due': {
        const at = this.state === null ? null : dueAt(this.state)
        if (at !== null) this.#now = Math.max(this.#now, at)
        this.#fire()
        return
      }
      case 'tick':
        this.#now += next.by
        this.#fire()
        return
      case 'world':
        this.#gateways = worldOf(next)
    }
  }

  #bodyOf({ sending, version }: Step & { type: 'send' }): CommandBody {
    const { payment } = this
    const current = payment?.version ?? 1
    const expectedVersion = version === 'none' ? null : version === 'current' ? current : current - 1
    switch (sending.command) {
      case 'CapturePayment':
        return {
          type: sending.command,
          amount: of(sending.share, payment?.authorizedAmount),
          expectedVersion
        }
      case 'CancelPayment':
        return { type: sending.command, reason: 'changed mind', expectedVersion }
      case 'RefundPayment': {
        const amount = of(sending.share, payment?.capturedAmount)
        return { type: sending.command, amount, reason: null, expectedVersion }
      }
      case 'RetryPayment':
      case 'CloseRefunds':
        return { type: sending.command, expectedVersion }
      case 'ResolveReview':
        return {
          ...{ type: sending.command, decision: sending.decision },
          ...{ reason: 'looked at', decidedBy: 'key:ops', expectedVersion }
        }
      case 'ResolveOutcome': {
        const open = [payment?.operation, ...(payment?.compensations ?? []), this.asked.at(-1 - sending.nth)]
        const operationId =
          open[sending.nth % open.length]?.operationId ?? payment?.operation?.operationId ?? 'none'
        const found = { operationId, outcome: sending.found, reference: 'by-operator' } as const
        return { type: sending.command, ...found, reason: 'statement', decidedBy: 'key:ops', expectedVersion }
      }
    }
  }

  #answer(
    about:
      (Pick<GatewayResult, 'operationId' | 'attempt' | 'gateway'> & { amount: number }) | null | undefined,
    said: {
      outcome: GatewayResult['outcome']
      isProof: boolean
      isSoft?: boolean
      settled?: boolean
      about?: 'asked' | 'unsaid' | 'other'
    }
  ): void {
    if (about == null) return
    const { operationId, attempt, gateway, amount } = about
    const sum = said.about === 'other' ? amount + 1 : amount
    const isSaid = said.about !== 'unsaid'
    const result: GatewayResult = {
      ...{ operationId, attempt, gateway, outcome: said.outcome, settled: said.settled ?? false },
      declineType: said.outcome === 'DECLINED' ? (said.isSoft === true ? 'SOFT' : 'HARD') : null,
      reference: said.outcome === 'SUCCEEDED' ? `ref-${operationId}` : null,
      amount: isSaid ? sum : null,
      currency: isSaid ? (this.payment?.currency ?? null) : null,
      code: said.outcome === 'NOT_SENT' && said.isProof ? NOT_AT_GATEWAY : null,
      message: null,
      redirectUrl: said.outcome === 'NEEDS_CUSTOMER' ? 'https://bank.example/3ds' : null
    }
    const events = decideResult(result, this.state, this.context)
    this.#record(recordEvents(events, this.state, this.#cause(`result-${operationId}`), this.#now), {
      result
    })
  }

  #fire(): void {
    if (this.state === null) return
    const events = decideDue(this.state, this.context)
    this.#record(recordEvents(events, this.state, this.#cause(null), this.#now), {})
  }

  #cause(causationId: string | null) {
    return { paymentId: PAYMENT, merchantId: MERCHANT, causationId: causationId!, commandFingerprint: null }
  }

  #record(events: readonly RecordedEvent[], about: Pick<Decided, 'command' | 'result'>): void {
    const before = this.state
    if (events.length > 0) this.state = foldDecision(before, events)
    this.decided.push({ before, after: this.state, events, ...about })
    for (const event of events)
      if (event.type === 'GatewayOperationRequested' || event.type === 'CompensationRequested')
        this.asked.push(event)
  }
}

const of = (share: number | null, whole = 100): number | null =>
  share === null ? null : Math.floor(share * whole)

function initiation({ capture, currency, amount, blocked }: Terms): CommandBody {
  return {
    type: 'InitiatePayment',
    ...{ amount, currency },
    capture: capture === 'MANUAL' ? 'MANUAL' : 'AUTOMATIC',
    captureDelayMs: capture === 'DELAYED' ? DAY_MS : null,
    customer: { id: blocked ? 'blocked' : 'c1', country: 'DE' },
    paymentMethod: { type: 'CARD', token: 'tok_visa', network: null },
    ...{ description: null, metadata: {}, addressDigest: null }
  }
}

function worldOf({ world }: Step & { type: 'world' }): readonly GatewayProfile[] {
  const [alpha, beta] = gateways as [GatewayProfile, GatewayProfile]
  switch (world) {
    case 'as at first':
      return gateways
    case 'alpha paused':
      return [{ ...alpha, paused: true }, beta]
    case 'all paused':
      return gateways.map(gateway => ({ ...gateway, paused: true }))
    case 'alpha gone':
      return [beta]
    case 'alpha unable':
      return [{ ...alpha, operations: ['AUTHORIZE', 'PURCHASE'] }, beta]
  }
}
