import { recordHeaders } from '../../src/headers.ts'
import { configReasons, topics, type Topic } from '../../src/topics.ts'
import { markdownTable } from './markdown-table.ts'

/** Renders every topic as a page for people. */
export function renderTopics(): string {
  const all = Object.values(topics) as Topic[]
  return [
    '<!-- Generated from src/topics.ts and src/headers.ts by `npm run generate`. Do not edit. -->',
    '# Topics',
    'All that AegisPay keeps in Kafka. An installation may put a prefix before every name (`AEGISPAY_PREFIX`). `aegispay setup` creates the topics and gives those that are there this configuration. Values are Avro in Confluent wire format, their schemas in [schemas](../schemas); the same as a machine reads it is [asyncapi.yaml](asyncapi.yaml), and how to take part from outside is [from-kafka.md](from-kafka.md).',
    markdownTable(
      ['topic', 'key', 'kept', 'written by', 'read by'],
      all.map(topic => [
        `[${topic.name}](#${anchor(topic.name)})`,
        `\`${topic.key}\``,
        kept(topic),
        topic.writer,
        topic.readers.join(', ')
      ])
    ),
    'The topics that have as many partitions as `AEGISPAY_PARTITIONS` said when they were created form one family: a payment has the same partition in all of them, so that one owner sees all of it.',
    ...all.flatMap(section),
    '## Headers',
    markdownTable(
      ['header', 'holds'],
      Object.entries(recordHeaders).map(([name, holds]) => [`\`${name}\``, holds])
    ),
    '## Why they are configured so',
    markdownTable(
      ['configuration', 'why'],
      Object.entries(configReasons).map(([name, why]) => [`\`${name}\``, why])
    ),
    ''
  ].join('\n\n')
}

function section(topic: Topic): string[] {
  const { name, why, key, records, headers, partitions, config, writer, readers } = topic
  return [
    `## ${name}`,
    why,
    [
      `**Key**: \`${key}\``,
      `**Partitions**: ${partitions === 'payments' ? 'as the family has' : String(partitions)}`,
      `**Written by**: ${writer}`,
      `**Read by**: ${readers.join(', ') || 'nobody yet'}`,
      `**Records**: ${records.map(linked).join(', ') || 'whatever could not be processed'}`,
      `**Headers**: ${headers.map(header => `\`${header}\``).join(', ') || 'none'}`,
      `**Configuration**: ${Object.entries(config).map(code).join(', ')}`
    ]
      .map(line => `- ${line}`)
      .join('\n')
  ]
}

function kept({ config }: Topic): string {
  if (config['cleanup.policy'] === 'compact') return 'the last of each key'
  const days = Number(config['retention.ms']) / (24 * 60 * 60 * 1000)
  return days < 0 ? 'for ever' : `${days} days`
}

function linked(record: string): string {
  const [, folder, name] = record.split('.')
  return `[${name}](../schemas/${folder}/${name}.avsc)`
}

const code = ([name, value]: [string, string]) => `\`${name}=${value}\``
const anchor = (heading: string) => heading.replaceAll('.', '')
