import type { AvroCodec } from '../../platform/avro/codec.ts'
import { isClosed, letGo } from '../../domain/payment/closed.ts'
import type { PaymentState } from '../../domain/payment/state.ts'
import { dueAt } from '../../domain/payment/timers.ts'
import type { PaymentState as WireState, RecordName } from '../../generated/records.ts'
import { dueHeader } from '../core/due.ts'
import type { Changelog, ChangelogEntry, Positions } from '../core/logic.ts'
import { children } from './children.ts'
import { endingsOf, standingOf } from './standing.ts'
import { stateOf, stubOf } from './closed-payments.ts'

/** No payment has such a key: payment ids begin with `pay_`. */
export const CHECKPOINT_KEY = 'checkpoint'
export const FENCE_KEY = 'fence'

const kinds: Partial<Record<RecordName, ReturnType<Changelog<PaymentState>['kindOf']>>> = {
  'aegispay.state.PaymentState': 'state',
  'aegispay.state.ClosedPayment': 'closed',
  'aegispay.state.PartitionCheckpoint': 'checkpoint',
  'aegispay.state.OwnershipFence': 'fence'
}
/** Stands for a payment method that was let go, in a field that knows no null. No payment begins with an empty token. */
const LET_GO = { type: 'CARD', token: '', network: null } as const

/** The compacted topic `payments.state`: one record per payment, and per partition one checkpoint and one fence. */
export class PaymentChangelog implements Changelog<PaymentState> {
  readonly topic: string
  readonly #codec: AvroCodec
  readonly #partitions: number

  /** @param partitions of the payments' topics */
  constructor(topic: string, codec: AvroCodec, partitions: number) {
    this.topic = topic
    this.#codec = codec
    this.#partitions = partitions
  }

  encodeState(key: string, state: PaymentState): ReturnType<Changelog<PaymentState>['encodeState']> {
    const due = dueHeader(dueAt(state))
    if (isClosed(state))
      return { key, value: this.#codec.encode('aegispay.state.ClosedPayment', stubOf(state)), ...due }
    return { key, value: this.#codec.encode('aegispay.state.PaymentState', wireStateOf(state)), ...due }
  }

  encodeCheckpoint(positions: Positions, changelogId: string): { key: string; value: Buffer } {
    const { commands, outcomes } = positions
    const partitions = this.#partitions
    const value = { commandsOffset: commands!, outcomesOffset: outcomes!, changelogId, partitions }
    return { key: CHECKPOINT_KEY, value: this.#codec.encode('aegispay.state.PartitionCheckpoint', value) }
  }

  encodeFence(owner: string, now: number): { key: string; value: Buffer } {
    return {
      key: FENCE_KEY,
      value: this.#codec.encode('aegispay.state.OwnershipFence', { owner, fencedAt: now })
    }
  }

  prepare(values: readonly (Buffer | null)[]): Promise<void> {
    return this.#codec.learn(values)
  }

  kindOf(value: Buffer): ReturnType<Changelog<PaymentState>['kindOf']> {
    const name = this.#codec.nameOf(value)
    return kinds[name] ?? this.#stranger(name)
  }

  #stranger(name: RecordName): never {
    throw new Error(`${name} does not belong on ${this.topic}`)
  }

  decode(value: Buffer): ChangelogEntry<PaymentState> {
    const record = this.#codec.decode(value)
    switch (record.name) {
      case 'aegispay.state.PaymentState':
        return { type: 'state', key: record.value.paymentId, state: knownState(openStateOf(record.value)) }
      case 'aegispay.state.ClosedPayment':
        return { type: 'state', key: record.value.paymentId, state: knownState(stateOf(record.value)) }
      case 'aegispay.state.PartitionCheckpoint': {
        const { commandsOffset, outcomesOffset, changelogId } = record.value
        const positions = { commands: commandsOffset, outcomes: outcomesOffset }
        return { type: 'checkpoint', positions, changelogId }
      }
      case 'aegispay.state.OwnershipFence':
        return { type: 'fence' }
      default:
        return this.#stranger(record.name)
    }
  }
}

function wireStateOf(state: PaymentState): WireState {
  const { payment } = state
  if (payment === null) return { ...state, payment }
  return {
    ...state,
    payment: { ...payment, ...children(payment), paymentMethod: payment.paymentMethod ?? LET_GO }
  }
}

/** States from before endings were kept have none, and those from before payment methods were let go have theirs. */
function openStateOf(state: WireState): PaymentState {
  const { payment } = state
  if (payment === null) return state as PaymentState
  const { paymentMethod, operation, endings, refunds, compensations } = payment
  const kept = paymentMethod.token === LET_GO.token ? null : paymentMethod
  return letGo({
    ...state,
    payment: {
      ...payment,
      ...{
        paymentMethod: kept,
        operation: operation && standingOf(operation),
        endings: endingsOf(endings ?? [])
      },
      ...{ refunds: refunds ?? [], compensations: compensations ?? [] }
    }
  } as PaymentState)
}

/**
 * The changelog is written by this program alone, but perhaps by a newer version of it: a variant that this one does
 * not know must not be taken for another.
 */
function knownState(state: PaymentState): PaymentState {
  const { payment } = state
  const variants = [payment?.status, payment?.capture, payment?.paymentMethod?.type, payment?.operation?.kind]
  const nested = [
    payment?.operation?.status,
    payment?.operation?.purpose,
    payment?.failure?.stage,
    ...(payment?.refunds ?? []).map(({ status }) => status),
    ...(payment?.compensations ?? []).flatMap(({ status, kind }) => [status, kind]),
    ...state.commands.flatMap(({ answer }) => [
      answer?.status,
      answer?.operation?.kind,
      answer?.operation?.status,
      answer?.refund?.status
    ]),
    ...(payment?.endings ?? []).flatMap(({ outcome, contradictedBy }) => [outcome, contradictedBy])
  ]
  if (([...variants, ...nested] as unknown[]).includes('UNRECOGNIZED')) {
    throw new Error(`the state of ${state.paymentId} was written by a newer version`)
  }
  return state
}
