import kafkajs, { type Admin, type ITopicMetadata, type Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { logBounds } from './log-bounds.ts'
import { topicNames, topics, type Topic, type TopicId } from '../../topics.ts'

// Node finds only some of this module's exports by their names.
const { ConfigResourceTypes, ConfigSource } = kafkajs

/** About five seconds: whoever sets topics up waits at a terminal. */
const PATIENCE = { initialRetryTime: 100, factor: 0, multiplier: 1.5, maxRetryTime: 1000, retries: 8 }

export interface TopicSettings {
  /** Put before every topic's name. */
  readonly prefix: string
  /** Of the payments' topics; applies at their creation only. */
  readonly partitions: number
  /** Copies of each partition; follows the number of brokers when left out: 1, 2, and 3 from three on. */
  readonly replicationFactor?: number | null
  /** Copies that must have a record before its sender is told so; 1, and 2 from three brokers on, when left out. */
  readonly minIsr?: number | null
}

/** The topics of the cluster are not as the product needs them, and cannot be made so safely. */
export class TopicsUnfitError extends Error {
  override readonly name = 'TopicsUnfitError'
}

const CREATION_TIMEOUT_MS = 30_000
const MIN_ISR = 'min.insync.replicas'

/** A topic of the table under its name on the cluster. */
interface NamedTopic extends Topic {
  readonly fullName: string
}

/**
 * Creates the topics that are missing and gives those that are there the configuration of the table. Partitions and
 * replicas of a topic that is there stay as they are.
 *
 * @returns the names of the topics that were created
 * @throws TopicsUnfitError when the payments' topics that are there differ in their number of partitions
 */
export async function createTopics(kafka: Kafka, settings: TopicSettings, log: Logger): Promise<string[]> {
  const names = topicNames(settings.prefix)
  const wanted = (Object.keys(topics) as TopicId[]).map(id => ({ ...topics[id], fullName: names[id] }))
  return withAdmin(kafka, async admin => {
    const present = await describe(
      admin,
      wanted.map(({ fullName }) => fullName)
    )
    const missing = wanted.filter(({ fullName }) => !present.has(fullName))
    const partitions = familySize(wanted, present) ?? settings.partitions
    if (partitions !== settings.partitions) {
      log.warn(
        { partitions, setting: settings.partitions },
        'the topics have another number of partitions than the setting, which applies at their creation only'
      )
    }
    await create(admin, missing, { ...settings, partitions })
    for (const { fullName } of missing) log.info({ topic: fullName }, 'created a topic')
    const kept = wanted.filter(({ fullName }) => present.has(fullName))
    await alignConfigs(admin, kept, present, settings.minIsr ?? null, log)
    return missing.map(({ fullName }) => fullName)
  })
}

/**
 * The number of partitions that these topics share.
 * @throws TopicsUnfitError when one does not exist or they differ: a payment's records would not meet.
 */
export async function assertCoPartitioned(kafka: Kafka, names: readonly string[]): Promise<number> {
  const present = await withAdmin(kafka, admin => describe(admin, names))
  const missing = names.filter(name => !present.has(name))
  if (missing.length > 0)
    throw new TopicsUnfitError(`there is no topic ${missing.join(', ')}: run aegispay setup`)
  return commonSize(present, names)!
}

/** Works with a connected client for administration, which gives up on brokers after some five seconds. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: PATIENCE })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

type Present = ReadonlyMap<string, ITopicMetadata>

/** Those of the topics that exist. Asking for one that does not is an error, so they are looked up in the list first. */
export async function describe(admin: Admin, names: readonly string[]): Promise<Present> {
  const existing = new Set(await admin.listTopics())
  const asked = names.filter(name => existing.has(name))
  if (asked.length === 0) return new Map()
  const { topics: found } = await admin.fetchTopicMetadata({ topics: asked })
  return new Map(found.map(topic => [topic.name, topic]))
}

const familySize = (wanted: readonly NamedTopic[], present: Present): number | null =>
  commonSize(
    present,
    wanted.filter(({ partitions }) => partitions === 'payments').map(({ fullName }) => fullName)
  )

/** Null when none of them exists. */
function commonSize(present: Present, names: readonly string[]): number | null {
  const sizes = names.flatMap(name => {
    const topic = present.get(name)
    return topic === undefined ? [] : [{ name, partitions: topic.partitions.length }]
  })
  if (new Set(sizes.map(({ partitions }) => partitions)).size > 1) {
    const counts = sizes.map(({ name, partitions }) => `${name} ${partitions}`).join(', ')
    throw new TopicsUnfitError(
      `these topics must have the same number of partitions, so that a payment is on the same one in all: ${counts}`
    )
  }
  return sizes[0]?.partitions ?? null
}

async function create(admin: Admin, missing: readonly NamedTopic[], settings: TopicSettings): Promise<void> {
  if (missing.length === 0) return
  const { brokers } = await admin.describeCluster()
  const replicationFactor = settings.replicationFactor ?? Math.min(brokers.length, 3)
  const minIsr = settings.minIsr ?? (replicationFactor >= 3 ? 2 : 1)
  // Another process may create them at the same moment, which is as good.
  await admin.createTopics({
    timeout: CREATION_TIMEOUT_MS,
    // The client's own wait fails where a broker has not heard of the topic yet.
    waitForLeaders: false,
    topics: missing.map(({ fullName, partitions, config }) => ({
      topic: fullName,
      numPartitions: partitions === 'payments' ? settings.partitions : partitions,
      replicationFactor,
      configEntries: entriesOf({ ...config, [MIN_ISR]: String(minIsr) })
    }))
  })
  await Promise.all(missing.map(({ fullName }) => logBounds(admin, fullName)))
}

type Config = Readonly<Record<string, string>>

const entriesOf = (config: Config) => Object.entries(config).map(([name, value]) => ({ name, value }))

/**
 * The client knows only the request that replaces all of a topic's own configuration, so what an operator has set
 * besides is sent along.
 */
async function alignConfigs(
  admin: Admin,
  kept: readonly NamedTopic[],
  present: Present,
  minIsr: number | null,
  log: Logger
): Promise<void> {
  if (kept.length === 0) return
  const own = await ownConfigs(
    admin,
    kept.map(({ fullName }) => fullName)
  )
  const resources = kept.flatMap(topic => {
    const { fullName } = topic
    const current = own.get(fullName) ?? {}
    const target = { ...topic.config, ...minIsrOf(topic, present, minIsr, log) }
    const changes = Object.entries(target).filter(([name, value]) => current[name] !== value)
    if (changes.length === 0) return []
    log.info(
      { topic: fullName, changes: Object.fromEntries(changes) },
      'changed the configuration of a topic'
    )
    const configEntries = entriesOf({ ...current, ...target })
    return [{ type: ConfigResourceTypes.TOPIC, name: fullName, configEntries }]
  })
  if (resources.length > 0) await admin.alterConfigs({ validateOnly: false, resources })
}

/** On a topic that is there, only as it was asked for, and never above its replicas: nothing could be written to it. */
function minIsrOf({ fullName }: NamedTopic, present: Present, minIsr: number | null, log: Logger): Config {
  if (minIsr === null) return {}
  const replicas = present.get(fullName)!.partitions[0]!.replicas.length
  if (minIsr <= replicas) return { [MIN_ISR]: String(minIsr) }
  log.warn({ topic: fullName, replicas, minIsr }, 'the topic has too few replicas for the minimum in sync')
  return {}
}

/** What is set on the topics themselves, without the cluster's defaults. */
async function ownConfigs(admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, Config>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map(name => ({ type: ConfigResourceTypes.TOPIC, name }))
  })
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(
        configEntries
          .filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG)
          .map(({ configName, configValue }) => [configName, configValue])
      )
    ])
  )
}
