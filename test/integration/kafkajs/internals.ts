import type { RetryOptions } from 'kafkajs'
import { createRequire } from 'node:module'

/** What the tests touch of the client's inside; none of it is part of its public types. */
export interface Encoded {
  readonly buffer: Buffer
}

export interface ProducedMessage {
  readonly key?: Buffer | string | null
  readonly value: Buffer | string | null
  readonly headers?: Readonly<Record<string, Buffer | string | readonly (Buffer | string)[]>>
  readonly timestamp?: string
}

export interface ProduceOptions {
  readonly acks: number
  readonly timeout: number
  readonly transactionalId?: string
  readonly producerId?: string
  readonly producerEpoch?: number
  readonly compression?: number
  readonly topicData: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly firstSequence: number
      readonly messages: readonly ProducedMessage[]
    }[]
  }[]
}

export interface DecodedRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Record<string, Buffer | Buffer[]>
}

export interface RequestQueue {
  push(request: {
    entry: { correlationId: number; resolve: () => void; reject: () => void }
    expectResponse: boolean
    sendRequest: () => void
  }): void
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void
  maybeThrottle(milliseconds: number): void
  destroy(): void
}

type RecordFields = ProducedMessage & { readonly offsetDelta: number }
type Partitioner<Message> = (of: { message: Message }) => number

const load = createRequire(import.meta.url)
const internal = (path: string): unknown => load(`kafkajs/src/${path}`)

export const encodeFrame = internal('protocol/request') as (of: {
  correlationId: number
  clientId: string
  request: unknown
}) => Promise<Encoded>

export const produceRequest = internal('protocol/requests/produce/v3/request') as (
  options: ProduceOptions
) => { encode: () => Promise<Encoded> }

export const planRecord = internal('protocol/recordBatch/record/v0') as (fields: RecordFields) => unknown

export const { RecordBatch: encodeBatch } = internal('protocol/recordBatch/v0') as {
  RecordBatch: (of: { compression: number; records: unknown[] }) => Promise<Encoded>
}

export const decodeBatch = internal('protocol/recordBatch/v0/decoder') as (
  decoder: unknown
) => Promise<{ records: DecodedRecord[] }>

export const Decoder = internal('protocol/decoder') as new (buffer: Buffer) => unknown

export const crc32cInUse = internal('protocol/recordBatch/crc32C') as (bytes: Uint8Array) => number
export const crc32cTable = internal('protocol/recordBatch/crc32C/crc32C') as (bytes: Uint8Array) => number

export const groupMessagesPerPartition = internal('producer/groupMessagesPerPartition') as <Message>(of: {
  topic: string
  partitionMetadata: unknown[]
  messages: readonly Message[]
  partitioner: Partitioner<Message>
}) => Record<number, Message[]>

export const RequestQueue = internal('network/requestQueue') as new (options: {
  maxInFlightRequests: number
  requestTimeout: number
  enforceRequestTimeout: boolean
  clientId: string
  broker: string
  logger: { debug: () => void; warn: () => void }
}) => RequestQueue

export interface EosManager {
  initProducerId(): Promise<void>
}

/** The part of a broker and of a cluster that sending messages needs. */
export interface BrokerDouble {
  readonly nodeId: string
  produce(request: {
    topicData: { topic: string; partitions: { firstSequence: number }[] }[]
  }): Promise<unknown>
}

export interface ClusterDouble {
  refreshMetadataIfNecessary(): Promise<void>
  refreshMetadata(): Promise<void>
  removeBroker(): void
  addMultipleTargetTopics(): Promise<void>
  isConnected(): boolean
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: string }[]
  findLeaderForPartitions(topic: string, partitions: readonly string[]): Record<string, number[]>
  findBroker(of: { nodeId: string }): Promise<BrokerDouble>
  findControllerBroker(): Promise<{ initProducerId: () => Promise<unknown> }>
}

export interface Logger {
  debug(): void
  warn(): void
  error(): void
}

export const createRetry = internal('retry') as (options: RetryOptions) => unknown

export const createEosManager = internal('producer/eosManager') as (of: {
  logger: Logger
  cluster: ClusterDouble
  transactional: boolean
}) => EosManager

export const createSendMessages = internal('producer/sendMessages') as (of: {
  logger: Logger
  cluster: ClusterDouble
  partitioner: () => number
  eosManager: EosManager
  retrier: unknown
}) => (of: {
  acks: number
  topicMessages: { topic: string; messages: ProducedMessage[] }[]
}) => Promise<unknown>
