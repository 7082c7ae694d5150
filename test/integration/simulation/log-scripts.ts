// Scripts of transactions that can be played on a real broker and on the simulation's model of one.
import type { Admin, Kafka, Producer, Transaction } from 'kafkajs'
import { GroupReader, type GroupReaderOptions } from '../../../src/platform/kafka/group-reader.ts'
import { Cluster } from '../../simulation/cluster.ts'
import { kafkaOf } from '../../simulation/kafka-client.ts'
import { Machine } from '../../simulation/machine.ts'
import { Network } from '../../simulation/network.ts'
import { Random } from '../../simulation/random.ts'
import { Scheduler } from '../../simulation/scheduler.ts'

/** One partition each. */
export const SCRIPTS = 48

/** `name` says which producer of which transactional id acts. */
type Step =
  | { readonly does: 'produce'; readonly records: number }
  | { readonly does: 'fence' | 'begin' | 'commit' | 'abort'; readonly id: string; readonly name: string }
  | { readonly does: 'write'; readonly id: string; readonly name: string; readonly records: number }

/** What can be seen after a step. */
export interface Seen {
  readonly step: string
  readonly outcome: number | 'done' | 'refused'
  readonly end: number
  readonly lastStable: number
}

export interface World {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly uncommitted: Admin
  /** Looks again until what is seen is expected, or it is too late. */
  readonly settled: (look: () => Promise<Seen>, isExpected: (seen: Seen) => boolean) => Promise<Seen>
}

/** Producers come and go under two transactional ids; each of them may go on when it has been fenced. */
function scriptOf(seed: number): Step[] {
  const random = new Random(seed)
  const steps: Step[] = []
  const producers: { id: string; name: string; isOpen: boolean }[] = []
  const fence = (id: string) => {
    const name = `${id}${producers.length}`
    producers.push({ id, name, isOpen: false })
    steps.push({ does: 'fence', id, name })
  }
  fence('a')
  const count = random.between(8, 16)
  for (let i = 0; i < count; i++) {
    const producer = random.pick(producers)
    const { id, name, isOpen } = producer
    const draw = random.weighted({ plain: 2, fence: 2, act: 8 })
    if (draw === 'plain') steps.push({ does: 'produce', records: random.between(1, 3) })
    else if (draw === 'fence') fence(random.pick(['a', 'b']))
    else if (!isOpen) {
      producer.isOpen = true
      steps.push({ does: 'begin', id, name }, { does: 'write', id, name, records: random.between(1, 3) })
    } else if (random.chance(0.4)) steps.push({ does: 'write', id, name, records: random.between(1, 3) })
    else {
      producer.isOpen = false
      steps.push({ does: random.chance(0.6) ? 'commit' : 'abort', id, name })
    }
  }
  // Nothing is left open.
  fence('a')
  fence('b')
  return steps
}

const placed =
  () =>
  ({ message }: { message: { partition?: number } }) =>
    message.partition!

async function producerOf(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = kafka.producer({
    ...{ transactionalId, transactionTimeout: 30_000, idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: placed
  })
  await producer.connect()
  return producer
}

/** Plays a script on a partition. */
export async function play(
  world: World,
  { topic, partition, seed }: { topic: string; partition: number; seed: number },
  expected: readonly Seen[] | null
): Promise<Seen[]> {
  const { kafka, admin, uncommitted, settled } = world
  const prefix = `${topic}.${partition}.`
  const plain = kafka.producer({ createPartitioner: placed })
  await plain.connect()
  const producers = new Map<
    string,
    { producer: Producer; transaction: Transaction | null; isDead: boolean }
  >()
  let values = 0
  const messages = (records: number) =>
    Array.from({ length: records }, () => ({ key: 'k', value: `v${values++}`, partition }))
  const offsetIn = (written: { baseOffset?: string }[]) => Number(written[0]!.baseOffset)

  const act = async (step: Step): Promise<Seen['outcome']> => {
    if (step.does === 'produce')
      return offsetIn(await plain.sendBatch({ topicMessages: [{ topic, messages: messages(step.records) }] }))
    if (step.does === 'fence') {
      const producer = await producerOf(kafka, prefix + step.id)
      producers.set(step.name, { producer, transaction: null, isDead: false })
      await (await producer.transaction()).abort()
      return 'done'
    }
    const own = producers.get(step.name)!
    // The product drops a producer that was refused anything.
    if (own.isDead) return 'refused'
    try {
      switch (step.does) {
        case 'begin':
          own.transaction = await own.producer.transaction()
          return 'done'
        case 'write':
          return offsetIn(
            await own.transaction!.sendBatch({ topicMessages: [{ topic, messages: messages(step.records) }] })
          )
        case 'commit':
          await own.transaction!.commit()
          return 'done'
        case 'abort':
          await own.transaction!.abort()
          return 'done'
      }
    } catch {
      own.isDead = true
      return 'refused'
    }
  }

  const ends = async (of: Admin) =>
    Number((await of.fetchTopicOffsets(topic)).find(offsets => offsets.partition === partition)!.high)
  const seen: Seen[] = []
  for (const [i, step] of scriptOf(seed).entries()) {
    const outcome = await act(step)
    const described = JSON.stringify(step)
    const look = async () => ({
      ...{ step: described, outcome },
      end: await ends(uncommitted),
      lastStable: await ends(admin)
    })
    const isExpected = (now: Seen) => expected === null || JSON.stringify(now) === JSON.stringify(expected[i])
    seen.push(await settled(look, isExpected))
  }
  await plain.disconnect()
  for (const { producer } of producers.values()) await producer.disconnect()
  return seen
}

export interface Read {
  readonly records: string[]
  next: number
}

/** Everything that a read_committed reader is given, by partition. */
export async function readers(kafka: Kafka, topic: string, options: Partial<GroupReaderOptions>) {
  const read = new Map<number, Read>()
  const reader = await GroupReader.start(
    kafka,
    { groupId: `${topic}.reader`, topics: [topic], sessionTimeoutMs: 30_000, ...options },
    {
      joined: (assigned, reader) => {
        for (const partition of assigned.get(topic)!) {
          read.set(partition, { records: [], next: 0 })
          reader.readFrom(topic, partition, 0)
        }
      },
      records: (_topic, partition, records, next) => {
        const own = read.get(partition)!
        own.records.push(...records.map(({ offset, value }) => `${offset} ${String(value)}`))
        own.next = next
      },
      advanced: (_topic, partition, next) => {
        read.get(partition)!.next = next
      },
      crashed: error => {
        throw error
      }
    }
  )
  return { read, reader }
}

/** All scripts on the model: what is to be seen of each, and what its reader gets. */
export async function playAllOnModel(
  topic: string
): Promise<{ seen: Seen[][]; read: ReadonlyMap<number, Read> }> {
  const scheduler = new Scheduler()
  const random = new Random(1)
  const cluster = new Cluster(scheduler, random)
  cluster.log.createTopic(topic, SCRIPTS)
  const machine = new Machine('scripts', scheduler)
  const simulated = kafkaOf(machine, cluster, new Network(scheduler, random))
  const world: World = {
    kafka: simulated,
    admin: simulated.admin(),
    uncommitted: simulated.admin({ readUncommitted: true }),
    settled: async look => {
      await new Promise<void>(resolve => machine.clock.after(50, resolve))
      return look()
    }
  }
  const seen: Seen[][] = []
  let isOver = false
  const played = (async () => {
    const { read } = await readers(simulated, topic, { clock: machine.clock })
    for (let script = 0; script < SCRIPTS; script++)
      seen.push(await play(world, { topic, partition: script, seed: script }, null))
    isOver = true
    return read
  })()
  await scheduler.run(Infinity, () => isOver)
  return { seen, read: await played }
}
