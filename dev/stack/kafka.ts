import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaAnswers } from './answers.ts'
import { smallJvm, type PartOptions } from './part.ts'
import type { Running } from './processes.ts'

export interface KafkaPart {
  readonly running: Running
  /** Host and port for clients. */
  readonly broker: string
}

/**
 * Starts one Kafka node that is broker and controller at once, formatting its folder the first time.
 *
 * @throws StackError when it does not serve within 60 s
 */
export async function startKafka(
  part: PartOptions,
  ports: { readonly client: number; readonly controller: number }
): Promise<KafkaPart> {
  const broker = `127.0.0.1:${ports.client}`
  const home = join(part.dataDir, 'kafka')
  const settings = singleNode(broker, `127.0.0.1:${ports.controller}`)
  const running = await startNode(part, { name: 'kafka', home, settings, serves: [broker] })
  return { running, broker }
}

export type KafkaSettings = Readonly<Record<string, string | number | boolean>>

export interface KafkaNode {
  /** Of its process and its log; no other process of the data folder has it. */
  readonly name: string
  /** Its own folder. */
  readonly home: string
  readonly settings: KafkaSettings
  /** It is ready when the cluster answers at these addresses. */
  readonly serves: readonly string[]
}

/**
 * Starts a node with settings of the caller's.
 *
 * @throws StackError when it does not serve within 60 s
 */
export async function startNode(
  { processes, dist }: Pick<PartOptions, 'processes' | 'dist'>,
  { name, home, settings, serves }: KafkaNode
): Promise<Running> {
  const logs = join(home, 'logs')
  const file = join(home, 'server.properties')
  mkdirSync(home, { recursive: true })
  writeFileSync(file, asProperties({ ...settings, 'log.dirs': logs }))

  const command = join(dist.jdk.home, 'bin', 'java')
  const log4j = join(import.meta.dirname, 'log4j2.properties')
  const java = (jvm: readonly string[], ...main: string[]) => [
    ...jvm,
    `-Dlog4j2.configurationFile=${log4j}`,
    '-classpath',
    dist.kafka,
    ...main
  ]
  if (!existsSync(join(logs, 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', file]
    // A run that was killed may have formatted in part.
    await processes.run({
      name: `${name}-format`,
      command,
      args: java(['-Xmx128m', ...smallJvm], ...format, '--ignore-formatted')
    })
  }
  // Unlike the other parts it lives long and works hard: without the second compiler a payment costs it half as much again. Half
  // the heap would do, and be full after some minutes of work on new topics: to collect all of it takes half a second and more.
  const jvm = ['-Xmx512m', '-XX:+UseSerialGC']
  const running = processes.start({ name, command, args: java(jvm, 'kafka.Kafka', file) })
  await running.untilReady(() => kafkaAnswers(serves), 60_000)
  return running
}

const clusterId = 'aegispay-local-stack-0'

/** The settings of a single node, the same in `docker-compose.yml`. */
export function singleNode(broker: string, controller: string): KafkaSettings {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    listeners: `PLAINTEXT://${broker},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${broker}`,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // Fifty partitions each would cost a second at the first group and the first transaction.
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.num.partitions': 8,
    'auto.create.topics.enable': false,
    // An abandoned transaction pins readers for as long as it may last.
    'transaction.max.timeout.ms': 30_000,
    'group.initial.rebalance.delay.ms': 0,
    // Lets tests see a takeover within a second or two.
    'group.min.session.timeout.ms': 1_000,
    // The default of 128 MiB fills half of the small heap, so that each collection, one a second, would be a full one.
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
    // Meant for a machine of its own; on two cores more threads only pass the work on.
    'num.io.threads': 2,
    'num.network.threads': 2
  }
}

function asProperties(settings: KafkaSettings): string {
  // A backslash begins an escape in a properties file.
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`
  )
  return lines.join('')
}
