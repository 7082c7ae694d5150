// What a proxy has to know of Kafka's protocol (https://kafka.apache.org/protocol): where a request begins and ends, and
// which one an answer belongs to.
import type { Socket } from 'node:net'

/** The numbers by which requests say what they ask for. */
export const api = {
  produce: 0,
  initProducerId: 22,
  addPartitionsToTxn: 24,
  endTxn: 26,
  writeTxnMarkers: 27,
  describeTransactions: 65
} as const

export interface KafkaRequest {
  readonly api: number
  readonly version: number
  /** Its answer bears the same. */
  readonly correlationId: number
  /** Whole, with the length that it begins with. */
  readonly frame: Buffer
}

const LENGTH_BYTES = 4

/** What arrives on a connection, cut into frames: each begins with its length. Ends with the connection, however it ends. */
export async function* framesOf(socket: Socket): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readInt32BE(0)) {
        const end = LENGTH_BYTES + rest.readInt32BE(0)
        yield rest.subarray(0, end)
        rest = rest.subarray(end)
      }
    }
  } catch {
    // A connection that breaks off is as good an end as any other here.
  }
}

export const requestIn = (frame: Buffer): KafkaRequest => ({
  api: frame.readInt16BE(LENGTH_BYTES),
  version: frame.readInt16BE(LENGTH_BYTES + 2),
  correlationId: frame.readInt32BE(LENGTH_BYTES + 4),
  frame
})

export const correlationIdOf = (answer: Buffer): number => answer.readInt32BE(LENGTH_BYTES)

/** What was answered to EndTxn, up to version 1: behind the correlation id and the time to hold back. 0 is success. */
export const errorOfEndTxn = (answer: Buffer): number => answer.readInt16BE(LENGTH_BYTES + 4 + 4)

/** The code for a producer of an epoch that has passed. */
export const INVALID_PRODUCER_EPOCH = 47
