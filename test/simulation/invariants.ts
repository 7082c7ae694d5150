// What has to hold when everything has come to rest, whatever went wrong before.
import { isOpenCompensation } from '../../src/domain/payment/compensations.ts'
import type { PaymentState } from '../../src/domain/payment/state.ts'
import type { AvroCodec } from '../../src/platform/avro/codec.ts'
import type { Positions } from '../../src/processors/core/logic.ts'
import { PaymentChangelog } from '../../src/processors/payments/changelog.ts'
import { decodeEvent } from '../../src/projections/event-view.ts'
import type { StoredEvent, StoredPaymentEvent } from '../../src/projections/view.ts'
import { fieldDifferences, plain } from '../../src/replay/differences.ts'
import { brokenSums, PaymentFold } from '../../src/replay/payment-fold.ts'
import { expectedRow } from '../../src/replay/read-models.ts'
import type { Reply } from '../../src/replies.ts'
import { keyOf, type SimulatedGateways } from './gateways.ts'
import { topics } from './instance.ts'
import type { LoggedRecord, LogModel } from './log-model.ts'
import type { SentCommand } from './merchants.ts'
import type { SimulatedPostgres } from './postgres.ts'

export interface Evidence {
  readonly log: LogModel
  readonly codec: AvroCodec
  readonly partitions: number
  readonly postgres: SimulatedPostgres
  readonly gateways: Pick<SimulatedGateways, 'movements' | 'denied' | 'disowned'>
  readonly sent: readonly SentCommand[]
  readonly replies: readonly Reply[]
}

export interface Findings {
  readonly violations: readonly string[]
  /** Of payments. */
  readonly events: number
}

type Told = (violation: string) => void

export function checkAll(evidence: Evidence): Findings {
  const violations: string[] = []
  const told: Told = violation => violations.push(violation)
  const events = eventsOf(evidence)
  const byPayment = Map.groupBy(events, ({ value }) => value.paymentId)
  const states = new Map<string, PaymentState | null>()
  for (const [paymentId, own] of byPayment) {
    checkSequence(paymentId, own, told)
    states.set(paymentId, checkedFold(paymentId, own, told))
  }
  checkCommands(evidence.sent, events, told)
  checkCharges(evidence.gateways, events, told)
  checkMoney(evidence.gateways, states, told)
  checkStates(evidence, states, told)
  checkProjection(evidence, states, told)
  checkReplies(evidence.replies, told)
  for (const { headers } of all(evidence, topics.deadLetters))
    told(`a dead letter: ${String(headers['aegispay-dlq-reason'])} ${String(headers['aegispay-dlq-detail'])}`)
  return { violations, events: events.length }
}

type Logs = Pick<Evidence, 'log' | 'codec' | 'partitions'>

function* all({ log, partitions }: Logs, topic: string): Iterable<LoggedRecord & { partition: number }> {
  for (let partition = 0; partition < partitions; partition++) {
    for (const record of log.fetch(topic, partition, 0, 'read_committed').records)
      yield { ...record, partition }
  }
}

function eventsOf(evidence: Logs): StoredPaymentEvent[] {
  const events: StoredEvent[] = []
  for (const { partition, offset, timestamp, ...record } of all(evidence, topics.events)) {
    const message = { ...record, offset: String(offset), timestamp: String(timestamp), attributes: 0 }
    events.push(decodeEvent(message, partition, evidence.codec))
  }
  return events.filter((event): event is StoredPaymentEvent => event.type !== 'InputsHandled')
}

/** What happened to each payment, a line each: for whoever reads a trace. */
export function* historiesIn(evidence: Logs): Iterable<string> {
  const byPayment = Map.groupBy(eventsOf(evidence), ({ value }) => value.paymentId)
  for (const [paymentId, events] of byPayment)
    yield `${paymentId}: ${events.map(({ type }) => type).join(', ')}`
}

/** How far the partition's owners have come; null where nothing is known of it. */
export function lastCheckpoint({ log, codec, partitions }: Logs, partition: number): Positions | null {
  const changelog = new PaymentChangelog(topics.state, codec, partitions)
  const { records } = log.fetch(topics.state, partition, 0, 'read_committed')
  const last = records.findLast(({ value }) => changelog.kindOf(value!) === 'checkpoint')
  const entry = last === undefined ? null : changelog.decode(last.value!)
  return entry?.type === 'checkpoint' ? entry.positions : null
}

/** 1 to n, in the order of the log, without a gap and without a double. */
function checkSequence(paymentId: string, events: readonly StoredPaymentEvent[], told: Told): void {
  const sequences = events.flatMap(({ value }) => (value.sequence === null ? [] : [value.sequence]))
  if (sequences.some((sequence, i) => sequence !== i + 1))
    told(`${paymentId} has the sequence ${sequences.join(' ')}`)
}

function checkedFold(
  paymentId: string,
  events: readonly StoredPaymentEvent[],
  told: Told
): PaymentState | null {
  const fold = new PaymentFold()
  try {
    for (const event of events) {
      fold.take(event)
      const broken = fold.state === null ? null : brokenSums(fold.state)
      if (broken !== null) told(`${paymentId}: ${broken}`)
    }
  } catch (error) {
    told(`${paymentId}: ${String(error)}`)
  }
  // Gateways tell until they have been heard, and are asked until they answer.
  const payment = fold.state?.payment ?? null
  if (payment !== null && payment.operation !== null)
    told(`${paymentId} is left with ${payment.operation.operationId} ${payment.operation.status}`)
  for (const { operationId, status } of payment?.compensations.filter(isOpenCompensation) ?? [])
    told(`${paymentId} is left with ${operationId} ${status}`)
  return fold.state
}

/** An acknowledged command takes effect once or is refused once, and what was never sent does neither. */
function checkCommands(
  sent: readonly SentCommand[],
  events: readonly StoredPaymentEvent[],
  told: Told
): void {
  const known = new Set(sent.map(({ commandId }) => commandId))
  const taken = new Map<string, number>()
  const refused = new Map<string, number>()
  const forgotten = new Set<string>()
  const count = (counts: Map<string, number>, id: string) => counts.set(id, (counts.get(id) ?? 0) + 1)
  for (const { type, value } of events) {
    const { causationId, commandFingerprint } = value
    if (causationId === null || commandFingerprint === null) continue
    if (!known.has(causationId)) told(`${type} of a command that nobody sent: ${causationId}`)
    if (type !== 'CommandRejected') count(taken, causationId)
    else if ((value as { remembered: boolean }).remembered) count(refused, causationId)
    else forgotten.add(causationId)
  }
  for (const { commandId, type, idempotencyKey, isAcknowledged } of sent) {
    const outcomes = (taken.get(commandId) ?? 0) + (refused.get(commandId) ?? 0)
    const name = `${type} ${idempotencyKey}`
    if (outcomes > 1) told(`${name} has ${outcomes} outcomes`)
    if (outcomes === 0 && isAcknowledged && !forgotten.has(commandId)) told(`${name} has no outcome`)
  }
}

const SUCCESSES: Readonly<Record<string, readonly string[]>> = {
  PaymentAuthorized: ['AUTHORIZE', 'PURCHASE'],
  PaymentCaptured: ['CAPTURE', 'PURCHASE'],
  PaymentCancelled: ['VOID'],
  PaymentExpired: ['VOID'],
  PaymentPartiallyRefunded: ['REFUND'],
  PaymentRefunded: ['REFUND'],
  CompensationSucceeded: ['VOID', 'REFUND']
}

/** No operation moves money twice, under however many keys, and nothing is said to have succeeded that did not. */
function checkCharges(
  { movements, denied, disowned }: Evidence['gateways'],
  events: readonly StoredPaymentEvent[],
  told: Told
): void {
  const byOperation = Map.groupBy(movements, ({ payment, operation }) => `${payment} ${operation}`)
  const undone = new Set(
    movements.flatMap(({ kind, of }) => (kind === 'VOID' || kind === 'REFUND' ? [of] : []))
  )
  for (const [operation, own] of byOperation) {
    // Of what a gateway denied nobody can be sure, and it may have failed to give it back.
    const left = own.filter(
      movement =>
        !undone.has(movement.reference) && !disowned.has(keyOf(movement)) && !denied.has(keyOf(movement))
    )
    if (left.length > 1) told(`${operation} moved money ${left.length} times: ${left.map(keyOf).join(', ')}`)
  }
  for (const { type, value } of events) {
    const kinds = SUCCESSES[type]
    const { operationId } = value as { operationId?: string | null }
    if (kinds === undefined || operationId == null) continue
    const moved = byOperation.get(`${value.paymentId} ${operationId}`) ?? []
    if (!moved.some(({ kind }) => kinds.includes(kind)))
      told(`${type} of ${value.paymentId} ${operationId}, which no gateway knows of`)
  }
}

/**
 * Whatever a gateway has done, the payment knows, or is still to learn. Where somebody was told that nothing was done, the
 * contradiction is on record.
 */
function checkMoney(
  { movements, denied, disowned }: Evidence['gateways'],
  states: ReadonlyMap<string, PaymentState | null>,
  told: Told
): void {
  for (const movement of movements) {
    const { payment: paymentId, operation: operationId, gateway, kind } = movement
    const attempt = Number(movement.idempotencyKey.split('.').at(-1))
    const payment = states.get(paymentId)?.payment
    const isOf = (other: { operationId: string; attempt: number; gateway: string }) =>
      other.operationId === operationId && other.attempt === attempt && other.gateway === gateway
    const ending = payment?.endings.find(isOf)
    const undoing = payment?.compensations.find(isOf)
    // A settlement that was begun can still fail.
    const isBegun = kind === 'SETTLE' && ending !== undefined
    const isKnown = ending?.outcome === 'SUCCEEDED' || undoing?.status === 'SUCCEEDED' || isBegun
    // A refund that succeeds too late is given back by nobody.
    const isRecorded =
      denied.has(keyOf(movement)) && (ending?.contradictedBy === 'SUCCEEDED' || undoing !== undefined)
    if (!isKnown && !isRecorded && !disowned.has(keyOf(movement)))
      told(`${paymentId} knows nothing of ${kind} ${operationId}, which ${gateway} did`)
  }
}

/** The changelog's last word on every payment is the fold of its events, and its checkpoint lies behind all inputs. */
function checkStates(evidence: Evidence, folds: ReadonlyMap<string, PaymentState | null>, told: Told): void {
  const { log, codec, partitions } = evidence
  const changelog = new PaymentChangelog(topics.state, codec, partitions)
  const states = new Map<string, PaymentState>()
  for (let partition = 0; partition < partitions; partition++) {
    for (const { value } of log.fetch(topics.state, partition, 0, 'read_committed').records) {
      const entry = changelog.decode(value!)
      if (entry.type === 'state') states.set(entry.key, entry.state)
    }
  }
  for (const [paymentId, fold] of folds) {
    const stored = states.get(paymentId) ?? null
    const differs = differencesOf(fold, stored)
    if (differs !== null) told(`the state of ${paymentId} is not what its events come to: ${differs}`)
  }
  for (const paymentId of states.keys())
    if (!folds.has(paymentId)) told(`a state without events: ${paymentId}`)
}

function checkProjection(
  { postgres }: Evidence,
  folds: ReadonlyMap<string, PaymentState | null>,
  told: Told
): void {
  for (const [paymentId, fold] of folds) {
    const expected = fold === null ? null : expectedRow(fold)
    const row = postgres.payments.get(paymentId) ?? null
    const differs = differencesOf(expected, row)
    if (differs !== null) told(`the row of ${paymentId} is not what its events come to: ${differs}`)
  }
  for (const id of postgres.payments.keys()) if (!folds.has(id)) told(`a row without events: ${id}`)
}

/** Who asks again is told the same. */
function checkReplies(replies: readonly Reply[], told: Told): void {
  const answers = new Map<string, string>()
  for (const { replyId, answer } of replies) {
    if (answer.kind === 'rejected') continue
    const commandId = replyId.slice(0, replyId.indexOf(' '))
    const said = JSON.stringify(plain(answer))
    if ((answers.get(commandId) ?? said) !== said) told(`${commandId} was answered in two ways`)
    answers.set(commandId, said)
  }
}

function differencesOf(expected: object | null, found: object | null): string | null {
  const differences = fieldDifferences(plain(expected), plain(found))
  return differences.length === 0 ? null : JSON.stringify(differences)
}
