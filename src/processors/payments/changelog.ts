import type { AvroCodec } from '../../platform/avro/codec.ts'
import type { PaymentState } from '../../domain/payment/state.ts'
import type { PaymentState as WireState } from '../../generated/records.ts'
import type { Changelog, ChangelogEntry, Positions } from '../core/logic.ts'

/** No payment has such a key: payment ids begin with `pay_`. */
export const CHECKPOINT_KEY = 'checkpoint'
export const FENCE_KEY = 'fence'

/** The compacted topic `payments.state`: one record per payment, and per partition one checkpoint and one fence. */
export class PaymentChangelog implements Changelog<PaymentState> {
  readonly topic: string
  readonly #codec: AvroCodec

  constructor(topic: string, codec: AvroCodec) {
    this.topic = topic
    this.#codec = codec
  }

  encodeState(key: string, state: PaymentState): { key: string; value: Buffer } {
    return { key, value: this.#codec.encode('aegispay.state.PaymentState', state) }
  }

  encodeCheckpoint(positions: Positions): { key: string; value: Buffer } {
    const value = { commandsOffset: positions.commands!, outcomesOffset: positions.outcomes! }
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

  decode(value: Buffer): ChangelogEntry<PaymentState> {
    const record = this.#codec.decode(value)
    switch (record.name) {
      case 'aegispay.state.PaymentState':
        return { type: 'state', key: record.value.paymentId, state: knownState(record.value) }
      case 'aegispay.state.PartitionCheckpoint': {
        const { commandsOffset, outcomesOffset } = record.value
        return { type: 'checkpoint', positions: { commands: commandsOffset, outcomes: outcomesOffset } }
      }
      case 'aegispay.state.OwnershipFence':
        return { type: 'fence' }
      default:
        throw new Error(`${record.name} does not belong on ${this.topic}`)
    }
  }
}

/**
 * The changelog is written by this program alone, but perhaps by a newer version of it: a variant that this one does
 * not know must not be taken for another.
 */
function knownState(state: WireState): PaymentState {
  const { payment } = state
  const variants = [payment?.status, payment?.capture, payment?.paymentMethod.type, payment?.operation?.kind]
  const nested = [
    payment?.operation?.status,
    payment?.failure?.stage,
    ...state.commands.flatMap(({ answer }) => [
      answer?.status,
      answer?.operation?.kind,
      answer?.operation?.status
    ]),
    ...(payment?.endings ?? []).flatMap(({ outcome, contradictedBy }) => [outcome, contradictedBy])
  ]
  if ([...variants, ...nested].includes('UNRECOGNIZED')) {
    throw new Error(`the state of ${state.paymentId} was written by a newer version`)
  }
  // States from before endings were kept have none.
  const known = payment === null ? null : { ...payment, endings: payment.endings ?? [] }
  return { ...state, payment: known } as PaymentState
}
