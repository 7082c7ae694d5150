// Topics as they are on the cluster, beside what the table of topics wants them to be.
import kafkajs, { type Admin } from 'kafkajs'
import { describe, type TopicSettings } from '../platform/kafka/admin.ts'
import { logBounds } from '../platform/kafka/log-bounds.ts'
import { topicNames, topics, type Topic, type TopicId } from '../topics.ts'

const { ConfigResourceTypes } = kafkajs
const MIN_ISR = 'min.insync.replicas'

/** How a topic stands on the cluster. */
export interface TopicDescription {
  readonly topic: string
  readonly exists: boolean
  readonly partitions: readonly PartitionDescription[]
  readonly config: readonly ConfigDescription[]
  /** What is not as it should be, in words; empty when all is well. */
  readonly differences: readonly string[]
}

export interface PartitionDescription {
  readonly partition: number
  /** Broker id; -1 while there is none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
  /** Offset of the first record that is kept. */
  readonly begin: number
  /** Offset behind the last record. */
  readonly end: number
}

export interface ConfigDescription {
  readonly name: string
  readonly value: string
  /** Null where an installation chooses. */
  readonly wanted: string | null
}

interface Wanted {
  readonly topic: Topic
  readonly fullName: string
}

/**
 * Describes the topics, all of them unless one is named.
 * @param only the name, with or without the prefix of the installation
 * @returns an empty list when there is no topic of that name in the table
 */
export async function describeTopics(
  admin: Admin,
  settings: TopicSettings,
  only: string | null
): Promise<TopicDescription[]> {
  const names = topicNames(settings.prefix)
  const all = (Object.keys(topics) as TopicId[]).map(id => ({ topic: topics[id], fullName: names[id] }))
  const present = await describe(
    admin,
    all.map(({ fullName }) => fullName)
  )
  const ofFamily = all.filter(({ topic }) => topic.partitions === 'payments')
  const sizes = ofFamily.flatMap(({ fullName }) => present.get(fullName)?.partitions.length ?? [])
  // The most common one is taken for right; the setting counts at creation only.
  const familySize = mostCommon(sizes) ?? settings.partitions
  const asked = all.filter(({ topic, fullName }) => only === null || [topic.name, fullName].includes(only))
  return Promise.all(
    asked.map(async wanted => {
      if (!present.has(wanted.fullName)) return missing(wanted.fullName)
      const [config, bounds] = await Promise.all([
        configOf(admin, wanted, settings),
        logBounds(admin, wanted.fullName)
      ])
      const partitions = present
        .get(wanted.fullName)!
        .partitions.map(({ partitionId, leader, replicas, isr }) => {
          const { start: begin, end } = bounds.get(partitionId)!
          return { partition: partitionId, leader, replicas, inSync: isr, begin, end }
        })
        .sort((a, b) => a.partition - b.partition)
      const count = wanted.topic.partitions === 'payments' ? familySize : wanted.topic.partitions
      const differences = [
        ...(partitions.length === count ? [] : [`${partitions.length} partitions, wanted ${count}`]),
        ...partitions.flatMap(partition => faultsOf(partition, settings)),
        ...config.filter(differs).map(({ name, value, wanted }) => `${name} is ${value}, wanted ${wanted}`)
      ]
      return { topic: wanted.fullName, exists: true, partitions, config, differences }
    })
  )
}

export const differs = ({ value, wanted }: ConfigDescription): boolean => wanted !== null && wanted !== value

const missing = (topic: string): TopicDescription => ({
  ...{ topic, exists: false, partitions: [], config: [] },
  differences: ['there is no such topic: run aegispay setup']
})

function faultsOf({ partition, leader, replicas, inSync }: PartitionDescription, settings: TopicSettings) {
  const { replicationFactor: copies } = settings
  return [
    ...(leader < 0 ? [`partition ${partition} has no leader`] : []),
    ...(inSync.length < replicas.length
      ? [`of partition ${partition} ${inSync.length} of ${replicas.length} replicas are in sync`]
      : []),
    ...(copies && replicas.length !== copies
      ? [`partition ${partition} has ${replicas.length} replicas, wanted ${copies}`]
      : [])
  ]
}

async function configOf(
  admin: Admin,
  { topic, fullName }: Wanted,
  { minIsr }: TopicSettings
): Promise<ConfigDescription[]> {
  const wanted: Record<string, string> = topic.config
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: fullName }]
  })
  const actual = new Map(
    resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue])
  )
  return [...Object.keys(wanted), MIN_ISR].map(name => ({
    name,
    value: actual.get(name) ?? '',
    wanted: name === MIN_ISR ? (minIsr?.toString() ?? null) : wanted[name]!
  }))
}

function mostCommon(sizes: readonly number[]): number | undefined {
  const counts = [...Map.groupBy(sizes, size => size)]
  return counts.sort(([, a], [, b]) => b.length - a.length)[0]?.[0]
}
