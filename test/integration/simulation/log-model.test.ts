// The simulation's model of Kafka's log, held against a real broker: the same scripts on both, with the same visible results.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { createTopics } from '../create-topics.ts'
import { client, unique } from '../kafkajs/clients.ts'
import { play, playAllOnModel, readers, SCRIPTS, type World } from './log-scripts.ts'

const LIMIT_MS = 5 * 60_000
const DEADLINE_MS = 10_000
const PAUSE_MS = 5

const topic = unique('log-model')
const kafka = client()
const admin = kafka.admin()
const uncommitted = kafka.admin({ readUncommitted: true })

beforeAll(async () => {
  await Promise.all([admin.connect(), uncommitted.connect()])
  await createTopics(admin, [{ topic, numPartitions: SCRIPTS, replicationFactor: 1 }])
})

afterAll(async () => {
  await Promise.all([admin.disconnect(), uncommitted.disconnect()])
})

test(
  'what scripts of transactions leave on a log is the same on the model and on a broker',
  async () => {
    const model = await playAllOnModel(topic)
    const { read, reader } = await readers(kafka, topic, {})
    const world: World = {
      ...{ kafka, admin, uncommitted },
      settled: async (look, isExpected) => {
        const deadline = Date.now() + DEADLINE_MS
        for (;;) {
          const seen = await look()
          if (isExpected(seen) || Date.now() > deadline) return seen
          await delay(PAUSE_MS)
        }
      }
    }
    try {
      for (let script = 0; script < SCRIPTS; script++) {
        const expected = model.seen[script]!
        expect(await play(world, { topic, partition: script, seed: script }, expected)).toEqual(expected)
      }
      const deadline = Date.now() + DEADLINE_MS
      const isRead = () => [...model.read].every(([partition, { next }]) => read.get(partition)!.next >= next)
      while (!isRead() && Date.now() < deadline) await delay(PAUSE_MS)
    } finally {
      await reader.stop()
    }
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries(model.read))
    // Each way in which a script can go has been gone.
    const outcomes = model.seen.flat()
    expect(outcomes.filter(({ outcome }) => outcome === 'refused').length).toBeGreaterThan(SCRIPTS / 4)
    expect(outcomes.filter(({ end, lastStable }) => lastStable < end).length).toBeGreaterThan(SCRIPTS)
  },
  LIMIT_MS
)
