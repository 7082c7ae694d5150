// `aegispay topics`: what the product wants of its topics, and what there is.
import type { Command } from 'commander'
import { readSettings, SettingsError } from '../platform/config/read-settings.ts'
import { withAdmin } from '../platform/kafka/admin.ts'
import { createLog, stderr } from '../platform/log.ts'
import { textTable } from '../text-table.ts'
import { topicsTable } from '../topics-table.ts'
import { reachKafka } from './reach-kafka.ts'
import { addRepartitionCommand } from './repartition.ts'
import { describeTopics, differs, type TopicDescription } from './topic-descriptions.ts'

/** Adds the command and what it can do. */
export function addTopicsCommand(program: Command): void {
  const topics = program
    .command('topics')
    .description('show every topic: what it carries, who writes and reads it, how long it is kept and why')
    .action(() => console.log(topicsTable(readSettings(['topics']).topics)))

  topics
    .command('describe')
    .description('show topics as they are on the cluster, and what differs from what they should be')
    .argument('[name]', 'of one topic, with or without the prefix; all unless given')
    .option('--json', 'one JSON document a line, one for each topic')
    .addHelpText(
      'after',
      `
Compared are the number of partitions, leaders, replicas in sync and the configuration that AegisPay sets; the number of
replicas and min.insync.replicas only where a setting asks for one. \`aegispay setup\` puts the configuration right.

Exit code: 0 when all is as it should be, 1 when something differs.`
    )
    .action(async (name: string | undefined, { json }: { json?: true }) => {
      const described = await currentTopics(name ?? null)
      if (json) for (const topic of described) console.log(JSON.stringify(topic))
      else console.log(described.map(shown).join('\n\n'))
      const differing = described.filter(({ differences }) => differences.length > 0)
      for (const { topic, differences } of differing)
        for (const difference of differences) console.error(`aegispay: ${topic}: ${difference}`)
      if (differing.length > 0) process.exitCode = 1
    })

  addRepartitionCommand(topics)
}

async function currentTopics(name: string | null): Promise<TopicDescription[]> {
  const settings = readSettings(['kafka', 'topics', 'log'])
  const log = createLog({ ...settings.log, level: 'error' }, stderr())
  const kafka = await reachKafka(settings.kafka, log)
  const found = await withAdmin(kafka, admin => describeTopics(admin, settings.topics, name))
  if (found.length === 0) throw new SettingsError([`AegisPay has no topic "${name}"`])
  return found
}

function shown({ topic, exists, partitions, config }: TopicDescription): string {
  if (!exists) return `${topic}  missing`
  const heading = `${topic}  partitions ${partitions.length}, offsets kept ${total(partitions)}`
  const configRows = config.map(entry => [
    ...[entry.name, entry.value, entry.wanted ?? '-'],
    differs(entry) ? 'DIFFERS' : ''
  ])
  const partitionRows = partitions.map(({ partition, leader, replicas, inSync, begin, end }) => [
    ...[String(partition), leader < 0 ? 'none' : String(leader), replicas.join(','), inSync.join(',')],
    ...[String(begin), String(end), leader < 0 || inSync.length < replicas.length ? 'DIFFERS' : '']
  ])
  return [
    heading,
    indented(textTable(['CONFIGURATION', 'IS', 'WANTED', ''], configRows)),
    indented(textTable(['PARTITION', 'LEADER', 'REPLICAS', 'IN SYNC', 'BEGIN', 'END', ''], partitionRows))
  ].join('\n')
}

const total = (partitions: TopicDescription['partitions']) =>
  partitions.reduce((sum, { begin, end }) => sum + end - begin, 0)

const indented = (text: string) => text.replaceAll(/^/gm, '  ')
