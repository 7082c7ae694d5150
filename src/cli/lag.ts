// `aegispay lag`: what an operator asks first.
import type { Command } from 'commander'
import { lagOfGroups, type GroupLag } from '../lag/lag-of-groups.ts'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings } from '../platform/config/read-settings.ts'
import { withAdmin } from '../platform/kafka/admin.ts'
import { createLog, stderr } from '../platform/log.ts'
import { ReadDatabase } from '../projections/read-database.ts'
import { textTable } from '../text-table.ts'
import { reachKafka } from './reach-kafka.ts'

/** Adds the command. */
export function addLagCommand(program: Command): void {
  program
    .command('lag')
    .description('show how far every role is behind, partition by partition, and who reads them')
    .option('--json', 'one JSON document a line, one for each consumer group')
    .addHelpText(
      'after',
      `
A position is where the role really goes on: the processors' from the checkpoints on payments.state, the projector's from
PostgreSQL, those of the gateway executors and of listeners from their consumer groups. Tools that only know consumer groups
show none but the last two.
LAG counts offsets, so it includes the markers of transactions that stand among the records.

Exit code: 0 when every partition has a member that reads it; 1 when a group or a partition has none, or when positions
cannot be read. Being behind is no fault: alert on the metrics for that.`
    )
    .action(async ({ json }: { json?: true }) => {
      const groups = await currentLag()
      if (json) for (const group of groups) console.log(JSON.stringify(group))
      else console.log(tables(groups))
      const faulty = groups.filter(({ faults }) => faults.length > 0)
      for (const { group, faults } of faulty)
        for (const fault of faults) console.error(`aegispay: ${group}: ${fault}`)
      if (faulty.length > 0) process.exitCode = 1
    })
}

async function currentLag(): Promise<GroupLag[]> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'postgres', 'topics', 'log'])
  const log = createLog({ ...settings.log, level: 'error' }, stderr())
  const kafka = await reachKafka(settings.kafka, log)
  const reads = ReadDatabase.connect(settings.postgres, log)
  const codec = () => AvroCodec.connect(settings.schemaRegistry.url)
  try {
    return await withAdmin(kafka, admin =>
      lagOfGroups({ ...{ kafka, admin, reads, codec }, prefix: settings.topics.prefix })
    )
  } finally {
    await reads.close()
  }
}

function tables(groups: readonly GroupLag[]): string {
  const totals = groups.map(({ group, role, state, members, positionsIn, lag, partitions }) => [
    ...[group, role, state, String(members)],
    ...[String(partitions.length), positionsIn, shown(lag)]
  ])
  const rows = groups.flatMap(({ group, partitions }) =>
    partitions.map(({ topic, partition, position, end, lag, owner, host }) => [
      ...[group, topic, String(partition), shown(position), String(end), shown(lag)],
      ...[owner ?? '-', host ?? '-']
    ])
  )
  return [
    textTable(['GROUP', 'ROLE', 'STATE', 'MEMBERS', 'PARTITIONS', 'POSITIONS IN', 'LAG'], totals),
    textTable(['GROUP', 'TOPIC', 'PARTITION', 'POSITION', 'END', 'LAG', 'MEMBER', 'HOST'], rows)
  ].join('\n\n')
}

const shown = (offset: number | null) => (offset === null ? '-' : String(offset))
