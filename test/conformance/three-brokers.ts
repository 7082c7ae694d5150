import { join } from 'node:path'
import { distribution } from '../../dev/stack/distribution.ts'
import { singleNode, startNode, type KafkaSettings } from '../../dev/stack/kafka.ts'
import { freePort } from '../../dev/stack/keep.ts'
import { temporaryDataDir } from '../../dev/temporary.ts'

export interface Brokers {
  readonly addresses: readonly string[]
  /** Ends one by SIGKILL. */
  readonly kill: (index: number) => void
  /** Starts one that was killed, on the data that it left; resolves when it serves. */
  readonly restart: (index: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts three nodes that are brokers and controllers, with three replicas of everything of which two must have a record. */
export async function startThreeBrokers(): Promise<Brokers> {
  const { dataDir, processes, remove } = await temporaryDataDir('aegispay-brokers-')
  const dist = await distribution(
    { dataDir, processes, log: () => undefined, disposable: true },
    'not needed'
  )
  const nodes: { id: number; broker: string; controller: string }[] = []
  for (const id of [1, 2, 3])
    nodes.push({ id, broker: `127.0.0.1:${await freePort()}`, controller: `127.0.0.1:${await freePort()}` })
  const voters = nodes.map(({ id, controller }) => `${id}@${controller}`).join(',')

  const start = async ({ id, broker, controller }: (typeof nodes)[number]) => {
    const settings: KafkaSettings = {
      ...singleNode(broker, controller),
      ...REPLICATED,
      'node.id': id,
      'controller.quorum.voters': voters
    }
    const name = nameOf(id)
    await startNode({ processes, dist }, { name, home: join(dataDir, name), settings, serves: [broker] })
  }
  await Promise.all(nodes.map(start))
  return {
    addresses: nodes.map(({ broker }) => broker),
    kill: index => process.kill(processes.pidOf(nameOf(nodes[index]!.id))!, 'SIGKILL'),
    restart: index => start(nodes[index]!),
    stop: remove
  }
}

const nameOf = (id: number) => `kafka-${id}`

const REPLICATED: KafkaSettings = {
  'default.replication.factor': 3,
  'min.insync.replicas': 2,
  'offsets.topic.replication.factor': 3,
  'transaction.state.log.replication.factor': 3,
  'transaction.state.log.min.isr': 2,
  // A broker that is gone leads no partition for longer than this.
  'broker.session.timeout.ms': 3_000,
  'broker.heartbeat.interval.ms': 500
}
