// `aegispay replay routing`: what another policy would have come to.
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { checkMeaning, writtenDocument } from '../control/document-faults.ts'
import { checkReferences } from '../control/references.ts'
import { ControlTable } from '../control/table.ts'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings, SettingsError } from '../platform/config/read-settings.ts'
import { parseJsonBody } from '../platform/http/json-body.ts'
import { createLog, stderr } from '../platform/log.ts'
import { withLogs } from '../replay/open-logs.ts'
import type { Interval } from '../replay/routing/inverse-propensity.ts'
import { replayRouting } from '../replay/routing/replay-routing.ts'
import type { RoutingReport } from '../replay/routing/tally.ts'
import { refuseCardNumbers } from '../screen.ts'
import { textTable } from '../text-table.ts'
import { topicNames } from '../topics.ts'
import { instant } from './instant.ts'
import { Progress } from './progress.ts'
import { reachKafka } from './reach-kafka.ts'
import { shownAmount } from './shown-amount.ts'

interface Options {
  readonly policy: string
  readonly from: number
  readonly to?: number
  readonly json?: true
}

/** Adds the command to those of `replay`. */
export function addReplayRoutingCommand(replay: Command): void {
  replay
    .command('routing')
    .description('tell what another routing policy would have come to, by the choices that were made')
    .requiredOption('--policy <file>', 'the policy as JSON, as `control put routing-policies` takes it')
    .requiredOption('--from <time>', 'choices from this time on (RFC 3339)', instant)
    .option('--to <time>', 'choices before this time (RFC 3339); now unless given', instant)
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      `
It reads Kafka alone, writes nothing, and may be run at any time. What is expected is told with intervals in which the truth
lies in 95 of 100 cases. It can only be told of gateways that could have been chosen then: a policy that explores
(\`exploration\`, \`thompson\`, \`split\`) makes its successors tellable.

Exit codes: 0 it is told, 1 it failed, 3 too little was explored to tell.

Example:
  aegispay replay routing --policy new.json --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z`
    )
    .action(showRouting)
}

async function showRouting({ policy: file, from, to, json }: Options): Promise<void> {
  const period = { from, to: to ?? Date.now() }
  if (period.from >= period.to)
    throw new SettingsError(['--from has to be before --to, which is now unless given'])
  const policy = writtenDocument('routing-policies', parseJsonBody(readFileSync(file), refuseCardNumbers))
  checkMeaning('routing-policies', policy)
  const settings = readSettings(['kafka', 'schemaRegistry', 'topics', 'log'])
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const kafka = await reachKafka(settings.kafka, log)
  const codec = await AvroCodec.connect(settings.schemaRegistry.url)
  const { prefix } = settings.topics
  const topic = topicNames(prefix).control
  const table = await ControlTable.follow({ ...{ kafka, topic, codec, log }, groupPrefix: prefix })
  try {
    // A gateway that there is not would be passed over silently.
    checkReferences('routing-policies', policy, table)
  } finally {
    await table.stop()
  }
  const bar = new Progress(process.stderr)
  const report = await withLogs(kafka, codec, prefix, ({ events }) =>
    replayRouting(events, policy, period, bar.at.bind(bar))
  )
  const [since, until] = [period.from, period.to].map(at => new Date(at).toISOString())
  bar.line(`choices from ${since} to ${until}`)
  if (json) console.log(JSON.stringify({ policy: policy.id, from: since, to: until, ...report }))
  else console.log(textOf(report))
  if (report.tooLittle.length > 0) process.exitCode = 3
}

function textOf(report: RoutingReport): string {
  const { choices, open, unrecorded, unrouted, volume, approvals, fees, effective, tooLittle } = report
  const left = [
    ...(open > 0 ? [`${open} whose outcome is not known yet`] : []),
    ...(unrecorded > 0 ? [`${unrecorded} that were recorded without probabilities`] : [])
  ]
  const told = [
    `${choices} choices were made anew${left.length > 0 ? `; left out: ${left.join(', ')}` : ''}.`,
    textTable(
      ['GATEWAY', 'HAPPENED', 'EXPECTED', 'NEVER SEEN'],
      volume.map(one => [one.gateway, ...[one.happened, one.expected, one.unseen].map(part(choices))])
    )
  ]
  const rows = [
    [
      'approved',
      approvals.happened === null ? '-' : percent(approvals.happened),
      ...interval(approvals.expected, percent)
    ],
    ...fees.map(({ currency, happened, expected }) => {
      const amount = (value: number) => shownAmount(Math.max(0, Math.round(value)), currency)
      return [`fees, ${currency}`, amount(happened), ...interval(expected, amount)]
    })
  ]
  told.push(textTable(['', 'HAPPENED', 'EXPECTED', '95 %'], rows))
  if (unrouted > 0) told.push(`For ${unrouted} choices the policy has no gateway.`)
  if (tooLittle.length === 0)
    told.push(`That says as much as ${Math.floor(effective)} payments that the policy had routed itself.`)
  else told.push(['Too little was explored to tell:', ...tooLittle].join('\n  '))
  return told.join('\n\n')
}

const part = (whole: number) => (value: number) =>
  `${Math.round(value)} (${whole === 0 ? '-' : percent(value / whole)})`

function interval(estimate: Interval | null, shown: (value: number) => string): string[] {
  if (estimate === null) return ['-', '-']
  const { value, low, high } = estimate
  return [shown(value), `${shown(low)} to ${shown(high)}`]
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
