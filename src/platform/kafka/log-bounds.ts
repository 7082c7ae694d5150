import kafkajs from 'kafkajs'
import type { Admin } from 'kafkajs'
import { sleep, systemClock } from '../clock.ts'

/** Which offsets a partition holds. */
export interface LogBounds {
  /** The first. */
  readonly start: number
  /**
   * The one behind the last that a read_committed reader is given: an open transaction holds it back. Of a client for what
   * is uncommitted, the one behind the last that all in-sync replicas have.
   */
  readonly end: number
}

const ATTEMPTS = 50
const PAUSE_MS = 100

/**
 * The bounds of every partition of a topic. Just after a topic was made or a broker was lost, partitions have no leader
 * for a moment, and the client gives up on that at once; here it is waited for, up to 5 s.
 */
export async function logBounds(
  admin: Admin,
  topic: string,
  clock = systemClock
): Promise<ReadonlyMap<number, LogBounds>> {
  for (let attempt = 1; ; attempt++) {
    try {
      const offsets = await admin.fetchTopicOffsets(topic)
      return new Map(
        offsets.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }])
      )
    } catch (error) {
      if (!isPassing(error) || attempt === ATTEMPTS) throw error
      await sleep(clock, PAUSE_MS)
    }
  }
}

/** @throws when the topic has no such partition */
export async function partitionBounds(
  admin: Admin,
  topic: string,
  partition: number,
  clock = systemClock
): Promise<LogBounds> {
  const bounds = (await logBounds(admin, topic, clock)).get(partition)
  if (bounds === undefined) throw new Error(`${topic} has no partition ${partition}`)
  return bounds
}

/**
 * Where several topics that are new are asked for at once, the client may go by metadata that leave one out, and then stumbles
 * over its own lists.
 */
const isPassing = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof kafkajs.KafkaJSError && error.retriable)
