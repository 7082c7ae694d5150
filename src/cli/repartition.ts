// `aegispay topics repartition`: the way to another number of partitions.
import { type Command, InvalidArgumentError } from 'commander'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings } from '../platform/config/read-settings.ts'
import { withAdmin } from '../platform/kafka/admin.ts'
import { createLog, stderr } from '../platform/log.ts'
import { repartition } from '../repartition/repartition.ts'
import { reachKafka } from './reach-kafka.ts'

/** Adds the command to `aegispay topics`. */
export function addRepartitionCommand(topics: Command): void {
  topics
    .command('repartition')
    .description('copy a stopped installation to topics of another prefix with another number of partitions')
    .requiredOption('--partitions <number>', 'of the payments topics to be', partitions)
    .requiredOption('--to <prefix>', 'before the names of the topics to be', prefix)
    .addHelpText(
      'after',
      `
Which payments a processor owns follows from the number of partitions, so it cannot just be raised. This copies what the
installation in the environment has come to, checks the copies, and opens them while it locks the old topics, in one
transaction. Until then nothing is changed but by itself: it may be stopped and run again at any time. Stop all but query
before; docs/operating.md says step by step how.

Exit code: 0 when all is copied, 1 when it is not, and why.

Example:
  aegispay topics repartition --partitions 8 --to v2-`
    )
    .action(run)
}

async function run(options: { partitions: number; to: string }): Promise<void> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'topics', 'processing', 'log'])
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const kafka = await reachKafka(settings.kafka, log)
  const codec = await AvroCodec.connect(settings.schemaRegistry.url)
  const to = { prefix: options.to, partitions: options.partitions }
  const { transactionTimeoutMs } = settings.processing
  const step = (line: string) => console.log(line)
  const uncommitted = kafka.admin({ readUncommitted: true })
  await uncommitted.connect()
  const ports = { kafka, uncommitted, codec, from: settings.topics, to, transactionTimeoutMs, step, log }
  const isNew = await withAdmin(kafka, admin => repartition({ ...ports, admin })).finally(() =>
    uncommitted.disconnect()
  )
  console.log(
    isNew
      ? `the payments are on ${to.partitions} partitions under the prefix "${to.prefix}", and the old topics are locked`
      : `this was done before: the payments are under the prefix "${to.prefix}"`
  )
}

function partitions(text: string): number {
  const count = Number(text)
  if (/^\d{1,4}$/.test(text) && count >= 1 && count <= 1000) return count
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000.')
}

function prefix(text: string): string {
  if (/^[a-zA-Z0-9._-]{1,60}$/.test(text)) return text
  throw new InvalidArgumentError('It takes 1 to 60 letters, digits, dots, underscores and hyphens.')
}
