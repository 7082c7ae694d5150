// What a record of an input is: a command, a gateway's result, one that stands on the wrong partition, or poison.
import { containsCardNumber } from '../../domain/card-number.ts'
import type { Command, GatewayResult } from '../../domain/payment/commands.ts'
import { idempotencyKeyOf } from '../../domain/payment/operations.ts'
import { commandIdOf, fingerprintOf, paymentIdOf } from '../../identity.ts'
import { UndecodableError, type AvroCodec, type Decoded } from '../../platform/avro/codec.ts'
import { partitionOf } from '../../platform/kafka/partition-of.ts'
import type { PoisonReason } from '../../poison-reasons.ts'
import { MAX_COMMAND_BYTES, topics } from '../../topics.ts'
import type { InputRecord } from '../core/logic.ts'

export type Input =
  | { readonly type: 'command'; readonly command: Command }
  | {
      readonly type: 'result'
      readonly paymentId: string
      readonly result: GatewayResult
      /** What the events that follow from it name as their cause. */
      readonly causationId: string
    }
  /** A producer with another partitioner put it where its payment's owner would not see it. */
  | { readonly type: 'misplaced'; readonly partition: number }
  | { readonly type: 'poison'; readonly reason: PoisonReason; readonly detail: string }

const poison = (reason: PoisonReason, detail: string): Input => ({ type: 'poison', reason, detail })

/** A notification names no merchant, and nothing else names a notification. */
interface Ids {
  readonly paymentId: string
  readonly merchantId?: string
  readonly notificationId?: string
}

/** @param partitions how many partitions the inputs have */
export function readInput(record: InputRecord, codec: AvroCodec, partitions: number): Input {
  if (record.value === null) return poison('value_missing', 'the record has no value')
  if (record.value.length > MAX_COMMAND_BYTES) {
    return poison('value_too_large', `${record.value.length} bytes are more than ${MAX_COMMAND_BYTES}`)
  }
  let decoded: Decoded
  try {
    decoded = codec.decode(record.value)
  } catch (error) {
    if (error instanceof UndecodableError) return poison('undecodable', error.message)
    throw error
  }
  const topic = record.input === 'commands' ? topics.commands : topics.outcomes
  if (!(topic.records as readonly string[]).includes(decoded.name)) {
    return poison('record_type_not_allowed', `${decoded.name} does not belong on ${topic.name}`)
  }
  const { paymentId, merchantId, notificationId } = decoded.value as Ids
  // Even a refusal would repeat it, on the events' topic and for ever.
  if ([paymentId, merchantId, notificationId].some(id => id !== undefined && containsCardNumber(id))) {
    return poison('card_number_in_id', 'an id is, or holds, what looks like a card number')
  }
  if (record.key === null || record.key.toString('utf8') !== paymentId) {
    return poison('key_mismatch', 'the key is not the payment id')
  }
  const input = inputOf(decoded)
  const home = partitionOf(record.key, partitions)
  if (input.type === 'poison' || home === record.partition) return input
  // Outcomes are written by ourselves: on the partition of the request, or by the same rule as commands.
  return input.type === 'command'
    ? { type: 'misplaced', partition: home }
    : poison('partition_mismatch', `a result for a payment of partition ${home}`)
}

function inputOf(decoded: Decoded): Input {
  switch (decoded.name) {
    case 'aegispay.commands.InitiatePayment': {
      const { value } = decoded
      if (value.paymentId !== paymentIdOf(value.merchantId, value.idempotencyKey)) {
        return poison(
          'payment_id_mismatch',
          'the payment id does not follow from merchant and idempotency key'
        )
      }
      // Where it comes from is no part of what makes two requests the same.
      const content = value.addressDigest === null ? value : { ...value, addressDigest: null }
      return commandOf({ type: 'InitiatePayment', ...value, ...identityOf(content, 'initiate') })
    }
    case 'aegispay.commands.CapturePayment':
      return commandOf({ type: 'CapturePayment', ...decoded.value, ...identityOf(decoded.value, 'capture') })
    case 'aegispay.commands.CancelPayment':
      return commandOf({ type: 'CancelPayment', ...decoded.value, ...identityOf(decoded.value, 'cancel') })
    case 'aegispay.commands.RefundPayment':
      return commandOf({ type: 'RefundPayment', ...decoded.value, ...identityOf(decoded.value, 'refund') })
    case 'aegispay.commands.RetryPayment':
      return commandOf({ type: 'RetryPayment', ...decoded.value, ...identityOf(decoded.value, 'retry') })
    case 'aegispay.commands.CloseRefunds':
      return commandOf({
        type: 'CloseRefunds',
        ...decoded.value,
        ...identityOf(decoded.value, 'close-refunds')
      })
    case 'aegispay.outcomes.ResolveOutcome':
      return commandOf({ type: 'ResolveOutcome', ...decoded.value, ...identityOf(decoded.value, 'resolve') })
    case 'aegispay.outcomes.ResolveReview':
      return commandOf({ type: 'ResolveReview', ...decoded.value, ...identityOf(decoded.value, 'review') })
    case 'aegispay.outcomes.RecordGatewayResult': {
      const { paymentId } = decoded.value
      const causationId = idempotencyKeyOf(decoded.value)
      return { type: 'result', paymentId, result: decoded.value, causationId }
    }
    case 'aegispay.outcomes.RecordGatewayNotification': {
      const { paymentId, notificationId: causationId } = decoded.value
      return { type: 'result', paymentId, result: decoded.value, causationId }
    }
    default:
      return poison('record_type_not_allowed', `${decoded.name} is no input`)
  }
}

const commandOf = (command: Command): Input => ({ type: 'command', command })

function identityOf(
  command: { merchantId: string; paymentId: string; idempotencyKey: string },
  operation: Parameters<typeof commandIdOf>[2]
): Pick<Command, 'commandId' | 'fingerprint'> {
  const { merchantId, paymentId, idempotencyKey } = command
  return {
    commandId: commandIdOf(merchantId, paymentId, operation, idempotencyKey),
    fingerprint: fingerprintOf(command)
  }
}
