import { containsCardNumber } from '../../domain/card-number.ts'
import type { Command, GatewayResult } from '../../domain/payment/commands.ts'
import type { Contradiction } from '../../domain/payment/contradictions.ts'
import { decideResult } from '../../domain/payment/decide-result.ts'
import type { WorldContext } from '../../domain/payment/context.ts'
import { decide } from '../../domain/payment/decide.ts'
import type { RecordedEvent } from '../../domain/payment/events.ts'
import { foldDecision, recordEvents, recordRejection, type Cause } from '../../domain/payment/record.ts'
import { rejections } from '../../domain/payment/rejections.ts'
import { defaultRules, type MerchantRules } from '../../domain/payment/merchant-rules.ts'
import type { SignalsByGateway } from '../../domain/routing/signals.ts'
import type { Operation, PaymentState } from '../../domain/payment/state.ts'
import { decideDue } from '../../domain/payment/timers.ts'
import type { PolicyInForce } from '../../domain/routing/policy.ts'
import type { ApprovalEstimates } from '../../domain/routing/scores.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import type { PoisonReason } from '../../poison-reasons.ts'
import type { InputPosition } from '../../position.ts'
import { traceparentIn } from '../../platform/tracing/traceparent.ts'
import type { Tracing } from '../../platform/tracing/tracing.ts'
import { transportHeaders } from '../../replies.ts'
import type { InputRecord, OutputRecord, PartitionLogic, StagedState } from '../core/logic.ts'
import { evidenceIn, type Evidence } from './approval-evidence.ts'
import {
  beginningOf,
  findOut,
  nothingFoundOut,
  type Beginning,
  type FoundOut,
  type FraudPorts
} from './fraud-findings.ts'
import { variantSegment, type HeldPolicy } from './variant-stops.ts'
import { readInput, type Input } from './inputs.ts'
import type { Origin, Outputs } from './outputs.ts'
import { RecordSpans } from './record-spans.ts'
import type { RetryBudgets } from './retry-budgets.ts'
import { correlationIdIn, requestedByIn, textOf, waiterOf, type Waiter, type Waiters } from './waiters.ts'

/** What decisions know of the world, and how the partition's owner talks about what it sees. */
export interface PaymentLogicPorts {
  readonly codec: AvroCodec
  readonly outputs: Outputs
  readonly waiters: Waiters
  readonly control: ControlView
  /** What is learnt of gateways' approvals; null where nobody learns. */
  readonly approvals: ApprovalLearner | null
  /** Who finds out what there is to know of payments that begin; null where nobody judges them. */
  readonly fraud: FraudPorts | null
  readonly retryBudgets: RetryBudgets
  /** How the gateways do; unless given, they all do well. */
  readonly signals?: () => SignalsByGateway
  /** Full topic name by input. */
  readonly inputTopics: Readonly<Record<string, string>>
  readonly partitions: number
  /** Payments of a partition that may wait for a gateway before its commands wait too. */
  readonly maxInFlight: number
  readonly now: () => number
  readonly tracing: Tracing | null
  /** The processors' consumer group. */
  readonly group: string
  readonly onPoison: (record: InputRecord, reason: PoisonReason, detail: string) => void
  readonly onForwarded: () => void
  /** A gateway contradicts what is on record. */
  readonly onContradiction: (paymentId: string, event: Contradiction) => void
  /** The gateway is asked once more what became of an operation, after so many milliseconds without an answer. */
  readonly onOldUnknown: (paymentId: string, operation: Operation, ms: number) => void
  /** A gateway speaks of a payment that does not exist. */
  readonly onUnplaced: (paymentId: string, result: GatewayResult) => void
  /** Told of every decision, before it is committed; null when nobody wants to know. */
  readonly onDecided:
    ((record: InputRecord, paymentId: string, outputs: readonly OutputRecord[]) => void) | null
}

/** The control data that decisions depend on. */
export interface ControlView {
  /** Offset up to which it is known. */
  readonly offset: number
  merchant(id: string): { readonly active: boolean; readonly rules: MerchantRules } | undefined
  gatewayProfiles(): WorldContext['gateways']
  routingPolicy(merchantId: string): HeldPolicy | undefined
  /** Waits, bounded, until the offset is known, if there is such an offset. */
  reached(offset: number): Promise<void>
}

/** Learns from what was committed, and estimates. */
export interface ApprovalLearner {
  /** The policy with what was stopped of it. */
  inForce(held: HeldPolicy): PolicyInForce
  /** Estimates as of a moment, in epoch milliseconds. */
  at(now: number): ApprovalEstimates
  learn(partition: number, evidence: Evidence, now: number): void
}

/** Folds commands and gateway results into payments: the processor's work on one partition. */
export class PaymentLogic implements PartitionLogic<PaymentState> {
  readonly #ports: PaymentLogicPorts
  readonly #spans: RecordSpans
  #inFlight = 0
  /** By payment, the last record that may have settled an answer. */
  #touched = new Map<string, InputPosition>()
  #waiting: { paymentId: string; waiter: Waiter }[] = []
  #refused: { waiter: Waiter; code: string; message: string; position: InputPosition }[] = []
  #contradictions: { paymentId: string; event: Contradiction }[] = []
  #unplaced: { paymentId: string; result: GatewayResult }[] = []
  /** Of the batch: what its records are, where they were looked into, and what was found out about its payments. */
  #inputs = new Map<InputRecord, Input>()
  #findings: ReadonlyMap<string, FoundOut> = new Map()
  #evidence: { partition: number; evidence: Evidence }[] = []

  constructor(ports: PaymentLogicPorts) {
    this.#ports = ports
    this.#spans = new RecordSpans(ports.tracing, ports.group)
  }

  async prepare(records: readonly InputRecord[], state: StagedState<PaymentState>): Promise<void> {
    await this.#ports.codec.learn(valuesOf(records))
    const { control } = this.#ports
    let newest = control.offset
    for (const { headers } of records) {
      const seen = Number(textOf(headers[transportHeaders.controlOffset]) ?? NaN)
      if (seen > newest) newest = seen
    }
    if (newest > control.offset) await control.reached(newest)
    await this.#findOut(records, state)
  }

  /** Only where somebody judges payments are the records looked into beforehand. */
  async #findOut(records: readonly InputRecord[], state: StagedState<PaymentState>): Promise<void> {
    const { fraud, control, now } = this.#ports
    this.#inputs = new Map()
    this.#findings = new Map()
    if (fraud === null) return
    const beginnings: Beginning[] = []
    for (const record of records) {
      const input = this.#read(record)
      this.#inputs.set(record, input)
      if (input.type !== 'command') continue
      const beginning = beginningOf(input.command, state.get(input.command.paymentId))
      if (beginning !== null && this.#isJudged(beginning.merchantId)) beginnings.push(beginning)
    }
    const gateways = control.gatewayProfiles().map(({ id }) => id)
    this.#findings = await findOut(beginnings, fraud, gateways, now())
  }

  #isJudged(merchantId: string): boolean {
    const { fraud } = this.#ports
    return fraud !== null && (fraud.advisers !== null || fraud.rulesOf(merchantId) !== undefined)
  }

  #read(record: InputRecord): Input {
    return this.#inputs.get(record) ?? readInput(record, this.#ports.codec, this.#ports.partitions)
  }

  process(records: readonly InputRecord[], state: StagedState<PaymentState>): OutputRecord[] {
    const written: OutputRecord[] = []
    /** The last record of each input that left no event. */
    const silent = new Map<string, InputRecord>()
    for (const record of records) {
      const before = written.length
      const leftEvents = this.#dealWith(record, state, written)
      if (leftEvents && written.length > before) silent.delete(record.input)
      else silent.set(record.input, record)
    }
    for (const { input, partition, offset } of silent.values()) {
      written.push(
        this.#ports.outputs.inputsHandled(
          this.#ports.inputTopics[input]!,
          partition,
          offset,
          this.#ports.now()
        )
      )
    }
    return written
  }

  /** Appends what the record leads to; true when it left events, from which readers learn that it was dealt with. */
  #dealWith(record: InputRecord, state: StagedState<PaymentState>, written: OutputRecord[]): boolean {
    const { outputs, onForwarded } = this.#ports
    const input = this.#read(record)
    if (input.type === 'poison') {
      this.#bury(record, input.reason, input.detail, written)
      return false
    }
    if (input.type === 'misplaced') {
      written.push(outputs.forwarded(record, input.partition))
      onForwarded()
      return false
    }
    try {
      // Pushed only when all of it was made: a record that fails half-way leaves nothing.
      written.push(...this.#decide(record, input, state))
      return true
    } catch (error) {
      this.#bury(record, 'decision_failed', String(error), written)
      return false
    }
  }

  #bury(record: InputRecord, reason: PoisonReason, detail: string, written: OutputRecord[]): void {
    const { outputs, inputTopics, now, onPoison } = this.#ports
    // A fault may quote what it stumbled over.
    const told = containsCardNumber(detail) ? 'withheld' : detail
    written.push(outputs.deadLetter(record, inputTopics[record.input]!, reason, told, now()))
    onPoison(record, reason, told)
  }

  #decide(
    record: InputRecord,
    input: Extract<Input, { type: 'command' | 'result' }>,
    staged: StagedState<PaymentState>
  ): OutputRecord[] {
    const { inputTopics, onDecided } = this.#ports
    const { paymentId } = input.type === 'command' ? input.command : input
    const traced = this.#spans.begin(record, inputTopics[record.input]!, paymentId)
    const outputs =
      input.type === 'command'
        ? this.#command(traced, input.command, staged)
        : this.#result(traced, input, staged)
    onDecided?.(traced, paymentId, outputs)
    return outputs
  }

  #command(record: InputRecord, command: Command, staged: StagedState<PaymentState>): OutputRecord[] {
    const { control, now: clock, outputs } = this.#ports
    const now = clock()
    const { paymentId, merchantId, commandId, fingerprint } = command
    const cause = { paymentId, merchantId, causationId: commandId, commandFingerprint: fingerprint }
    const state = staged.get(paymentId) ?? null
    const merchantIsKnown = control.merchant(merchantId)?.active === true
    const world = this.#foundOut(paymentId, merchantId, this.#worldOf(merchantId, now))
    const decision = decide(command, state, { ...world, merchantIsKnown })
    const waiter = waiterOf(record.headers, commandId, now)
    if (decision.type === 'refused') {
      const { code, remembered } = decision
      const message = decision.detail ?? rejections[code]
      const rejection = { type: 'CommandRejected', command: command.type, code, message, remembered } as const
      const recorded = recordRejection(rejection, cause, now)
      const event = outputs.event(recorded, this.#originOf(record))
      this.#stage(paymentId, state, [recorded], staged)
      if (waiter !== null) this.#refused.push({ waiter, code, message, position: positionOf(record) })
      return [event]
    }
    if (waiter !== null) this.#waiting.push({ paymentId, waiter })
    if (decision.type === 'repeat') {
      this.#touched.set(paymentId, positionOf(record))
      return []
    }
    return this.#recordInput(record, recordEvents(decision.events, state, cause, now), state, staged)
  }

  #result(
    record: InputRecord,
    { paymentId, result, causationId }: Extract<Input, { type: 'result' }>,
    staged: StagedState<PaymentState>
  ): OutputRecord[] {
    const now = this.#ports.now()
    const state = staged.get(paymentId) ?? null
    if (!state?.payment) {
      this.#unplaced.push({ paymentId, result })
      return []
    }
    const events = decideResult(result, state, this.#worldOf(state.merchantId, now))
    const cause: Cause = { paymentId, merchantId: state.merchantId, causationId, commandFingerprint: null }
    for (const event of events) {
      if (event.type === 'ContradictoryOutcome') this.#contradictions.push({ paymentId, event })
    }
    const recorded = recordEvents(events, state, cause, now)
    return this.#recordInput(record, recorded, state, staged)
  }

  fire(keys: readonly string[], staged: StagedState<PaymentState>, partition: number): OutputRecord[] {
    const { control, now: clock, onOldUnknown } = this.#ports
    const now = clock()
    return keys.flatMap(paymentId => {
      const state = staged.get(paymentId)
      if (state === undefined) return []
      const { merchantId, payment } = state
      const world = this.#worldOf(merchantId, now)
      const events = decideDue(state, world)
      if (events.length === 0) return []
      const since = payment?.operation?.unknownSince ?? null
      if (since !== null && now - since > world.rules.unknownIsOldMs)
        onOldUnknown(paymentId, payment!.operation!, now - since)
      const causationId = `timer.${paymentId}.${payment!.version}`
      const cause: Cause = { paymentId, merchantId, causationId, commandFingerprint: null }
      const origin: Origin = {
        ...{ partition, controlOffset: control.offset, correlationId: null, traceparent: undefined },
        requestedBy: null,
        ...{ inputTopic: null, inputPartition: null, inputOffset: null }
      }
      return this.#record(origin, recordEvents(events, state, cause, now), state, staged)
    })
  }

  #worldOf(merchantId: string, now: number): WorldContext {
    const { control, approvals } = this.#ports
    const rules = control.merchant(merchantId)?.rules ?? defaultRules
    const policy = this.#policyOf(merchantId)
    const routing = { merchantId, policy, ...(approvals !== null && { approvals: approvals.at(now) }) }
    const retriesSpent = this.#ports.retryBudgets.spent(now)
    const world = { now, gateways: control.gatewayProfiles(), rules, routing, retriesSpent }
    const signals = this.#ports.signals?.()
    return signals === undefined ? world : { ...world, signals }
  }

  /** The world, with what was found out about a payment. */
  #foundOut(paymentId: string, merchantId: string, world: WorldContext): WorldContext {
    const { fraud } = this.#ports
    if (fraud === null || !this.#isJudged(merchantId)) return world
    const rules = fraud.rulesOf(merchantId) ?? null
    const { findings, preferences } = this.#findings.get(paymentId) ?? nothingFoundOut(fraud.advisers)
    return { ...world, fraud: { rules, findings }, preferences }
  }

  #policyOf(merchantId: string): PolicyInForce | null {
    const { control, approvals } = this.#ports
    const held = control.routingPolicy(merchantId)
    if (held === undefined) return null
    return approvals?.inForce(held) ?? { policy: held.document, version: String(held.version) }
  }

  #recordInput(
    record: InputRecord,
    events: readonly RecordedEvent[],
    state: PaymentState | null,
    staged: StagedState<PaymentState>
  ): OutputRecord[] {
    const written = this.#record(this.#originOf(record), events, state, staged)
    if (events.length > 0) this.#touched.set(events[0]!.paymentId, positionOf(record))
    return written
  }

  #record(
    origin: Origin,
    events: readonly RecordedEvent[],
    state: PaymentState | null,
    staged: StagedState<PaymentState>
  ): OutputRecord[] {
    if (events.length === 0) return []
    const { outputs, retryBudgets, now } = this.#ports
    retryBudgets.learn(events, state?.payment?.operation ?? null, now())
    const folded = foldDecision(state, events)
    const written: OutputRecord[] = []
    for (const event of events) {
      written.push(outputs.event(event, origin))
      const request = outputs.gatewayRequest(event, folded!.payment!, origin)
      if (request !== null) written.push(request)
    }
    staged.set(events[0]!.paymentId, folded!)
    const { paymentId, merchantId, occurredAt } = events[0]!
    const evidence = evidenceIn(events, state?.payment ?? null, merchantId, occurredAt)
    if (evidence !== null) {
      const variant = variantSegment(this.#policyOf(merchantId), paymentId)
      this.#evidence.push({ partition: origin.partition, evidence: { ...evidence, variant } })
    }
    return written
  }

  #stage(
    paymentId: string,
    state: PaymentState | null,
    events: readonly RecordedEvent[],
    staged: StagedState<PaymentState>
  ): void {
    const folded = foldDecision(state, events)
    if (folded !== null && folded !== state) staged.set(paymentId, folded)
  }

  #originOf({ input, partition, offset, headers }: InputRecord): Origin {
    return {
      correlationId: correlationIdIn(headers),
      partition,
      inputTopic: this.#ports.inputTopics[input]!,
      inputPartition: partition,
      inputOffset: offset,
      controlOffset: this.#ports.control.offset,
      traceparent: traceparentIn(headers),
      requestedBy: requestedByIn(headers)
    }
  }

  isActive({ payment }: PaymentState): boolean {
    return payment?.operation?.status === 'REQUESTED'
  }

  replaced(previous: PaymentState | undefined, next: PaymentState): void {
    if (previous !== undefined && this.isActive(previous)) this.#inFlight--
    if (this.isActive(next)) this.#inFlight++
  }

  committed(state: StagedState<PaymentState>): void {
    const { waiters, approvals, now, onContradiction, onUnplaced } = this.#ports
    for (const { waiter, code, message, position } of this.#refused)
      waiters.reply(waiter, { kind: 'rejected', code, message }, position)
    for (const { paymentId, waiter } of this.#waiting) waiters.add(paymentId, waiter)
    for (const [paymentId, position] of this.#touched)
      waiters.settle(paymentId, state.get(paymentId)!, position)
    waiters.expire(now())
    for (const { partition, evidence } of this.#evidence) approvals?.learn(partition, evidence, now())
    for (const { paymentId, event } of this.#contradictions) onContradiction(paymentId, event)
    for (const { paymentId, result } of this.#unplaced) onUnplaced(paymentId, result)
    this.#spans.end(null)
    this.#forget()
  }

  abandoned(): void {
    this.#spans.end('transaction_abandoned')
    this.#forget()
  }

  capacity(): number {
    return Math.max(0, this.#ports.maxInFlight - this.#inFlight)
  }

  #forget(): void {
    this.#touched = new Map()
    this.#waiting = []
    this.#refused = []
    this.#contradictions = []
    this.#unplaced = []
    this.#evidence = []
    this.#inputs = new Map()
    this.#findings = new Map()
  }
}

const positionOf = ({ input, partition, offset }: InputRecord): InputPosition => ({
  input: input as InputPosition['input'],
  partition,
  offset
})

function* valuesOf(records: readonly InputRecord[]): Iterable<Buffer | null> {
  for (const { value } of records) yield value
}
