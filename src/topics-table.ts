import type { Settings } from './platform/config/settings.ts'
import { textTable } from './text-table.ts'
import { topicNames, topics, type Topic, type TopicId } from './topics.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const HEADINGS = ['TOPIC', 'KEY', 'PARTITIONS', 'KEPT', 'WRITER', 'READERS', 'WHY']

/** The topics as a table for people, under the names that they have with these settings. */
export function topicsTable({ prefix, partitions }: Settings['topics']): string {
  const names = topicNames(prefix)
  const rows = (Object.entries(topics) as [TopicId, Topic][]).map(([id, topic]) => [
    names[id],
    topic.key,
    String(topic.partitions === 'payments' ? partitions : topic.partitions),
    retentionOf(topic),
    topic.writer,
    topic.readers.join('; ') || '-',
    topic.why
  ])
  return textTable(HEADINGS, rows)
}

function retentionOf({ config }: Topic): string {
  if (config['cleanup.policy'] === 'compact') return 'last per key'
  const ms = Number(config['retention.ms'])
  return ms < 0 ? 'forever' : `${ms / DAY_MS} days`
}
