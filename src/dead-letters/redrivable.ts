// Whether a letter can be written to its topic again: not what would come straight back.
import type { AvroCodec } from '../platform/avro/codec.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import type { PoisonReason } from '../poison-reasons.ts'
import type { InputRecord } from '../processors/core/logic.ts'
import { readInput } from '../processors/payments/inputs.ts'
import { hidesCardNumber } from '../processors/payments/withholding.ts'
import type { TopicNames } from '../topics.ts'
import type { DeadLetter } from './letter.ts'

/** Why a letter is not redriven. Part of the command's contract, with what the processor itself would say. */
export type RefusalCode =
  'letter_not_found' | 'already_redriven' | 'topic_unknown' | 'value_withheld' | 'card_number' | PoisonReason

export interface Refusal {
  readonly code: RefusalCode
  /** For people. */
  readonly detail: string
}

export interface Readers {
  readonly codec: AvroCodec
  readonly topics: TopicNames
  /** Of the co-partitioned topics. */
  readonly partitions: number
}

/**
 * The record that the letter was, on the partition of its key, or why it cannot be redriven.
 * @throws RegistryUnavailableError when it cannot be told whether the value can be decoded
 */
export async function original(letter: DeadLetter, readers: Readers): Promise<InputRecord | Refusal> {
  const { codec, topics, partitions } = readers
  const { key, value, headers, offset, source } = letter
  const input = inputOf(source.topic, topics)
  if (input === null) return refusal('topic_unknown', `${source.topic} is no input of this installation`)
  if (value === null)
    return letter.reason === 'value_missing'
      ? refusal('value_missing', 'the record has no value, and never had one')
      : refusal('value_withheld', 'the letter does not carry the record: see where it stood')
  const partition = key === null ? source.partition : partitionOf(key, partitions)
  const record = { input, partition, offset, key, value, headers, timestamp: 0 }
  if (hidesCardNumber(record)) return refusal('card_number', 'it holds what looks like a card number')
  await codec.learn([value])
  const read = readInput(record, codec, partitions)
  return read.type === 'poison' ? refusal(read.reason, `it would come back: ${read.detail}`) : record
}

export const isRefusal = (what: InputRecord | Refusal): what is Refusal => 'code' in what

const refusal = (code: RefusalCode, detail: string): Refusal => ({ code, detail })

function inputOf(topic: string, topics: TopicNames): 'commands' | 'outcomes' | null {
  if (topic === topics.commands) return 'commands'
  return topic === topics.outcomes ? 'outcomes' : null
}
