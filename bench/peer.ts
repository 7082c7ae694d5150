import { join } from 'node:path'
import type { Admin } from 'kafkajs'
import { withAdmin } from '../src/platform/kafka/admin.ts'
import { logBounds } from '../src/platform/kafka/log-bounds.ts'
import { cpuTimes } from './cpu-time.ts'
import type { Bench } from './installation.ts'
import { KafkaStreamsPeer, type PeerStore } from './peers/kafka-streams.ts'
import { measureProcessor, withPreloaded, type Preloaded, type ProcessorRun } from './processor.ts'
import { watch, windowBetween, type Window } from './window.ts'

export interface PeerRun {
  readonly store: PeerStore
  readonly steady: Window
  /** From the start of the virtual machine. */
  readonly whole: Window
}

export interface Comparison {
  readonly processor: ProcessorRun
  readonly peers: readonly PeerRun[]
}

/** Lets the processor and then the peer, with each of its stores, take the same commands on the same broker. */
export async function compareWithPeer(bench: Bench, commands: number): Promise<Comparison> {
  const peer = await KafkaStreamsPeer.prepare(bench.processes, bench.log)
  return withPreloaded(bench, commands, async preloaded => {
    const processor = await measureProcessor(preloaded)
    bench.log(`processor: ${processor.steady.commandsPerSecond.toFixed(0)} commands/s`)
    const peers: PeerRun[] = []
    for (const store of ['memory', 'rocksdb'] as const) {
      const run = await measurePeer(bench, peer, preloaded, store)
      bench.log(`Kafka Streams, ${store}: ${run.steady.commandsPerSecond.toFixed(0)} commands/s`)
      peers.push(run)
    }
    return { processor, peers }
  })
}

function measurePeer(
  { stack, processes, dataDir }: Bench,
  peer: KafkaStreamsPeer,
  { installation, commands, partitions }: Preloaded,
  store: PeerStore
): Promise<PeerRun> {
  const { kafka, topics } = installation
  const applicationId = `${topics.events}-peer-${store}`
  const events = `${applicationId}-events`
  const cpu = () => cpuTimes({ service: processes.pidOf('peer'), kafka: processes.pidOf('kafka') })
  return withAdmin(kafka, async admin => {
    // The client's own wait fails where the broker has not heard of the topic yet.
    await admin.createTopics({
      topics: [{ topic: events, numPartitions: partitions }],
      waitForLeaders: false
    })
    await logBounds(admin, events)
    const start = { commands: 0, at: performance.now(), cpu: { ...cpu(), service: 0 } }
    const { brokers } = stack.kafka
    const stateDir = join(dataDir, applicationId)
    const running = peer.start({
      ...{ brokers, applicationId, store, stateDir, events },
      commands: topics.commands
    })
    const look = async () => ({
      commands: await committed(admin, applicationId, topics.commands),
      at: performance.now(),
      cpu: cpu()
    })
    const ended = running.ended.then(end => {
      throw new Error(`the peer ended by itself (${end}); log: ${running.log}`)
    })
    const { tenth, last } = await Promise.race([watch(look, commands), ended])
    ended.catch(() => undefined)
    await running.end()
    await admin.deleteTopics({ topics: [events, `${applicationId}-states-changelog`] })
    return { store, steady: windowBetween(tenth, last), whole: windowBetween(start, last) }
  })
}

/** Records whose transactions are committed: the preloaded topic holds nothing else. */
async function committed(admin: Admin, groupId: string, topic: string): Promise<number> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
  return offsets!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
}
