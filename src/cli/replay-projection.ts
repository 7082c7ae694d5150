// `aegispay replay projection`: a read model built anew beside the live one.
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings } from '../platform/config/read-settings.ts'
import { withAdmin } from '../platform/kafka/admin.ts'
import { createLog, stderr } from '../platform/log.ts'
import { views } from '../projections/index.ts'
import type { ViewName } from '../projections/view.ts'
import { rebuild, type Comparison, type Rebuilt } from '../replay/rebuild/rebuild.ts'
import type { StartingPoint } from '../replay/rebuild/starting-point.ts'
import { textTable } from '../text-table.ts'
import { confirmed } from './confirmed.ts'
import { instant } from './instant.ts'
import { Progress } from './progress.ts'
import { reachKafka } from './reach-kafka.ts'

interface Options {
  readonly from: StartingPoint
  readonly dryRun?: true
  readonly acceptDifferences?: true
  readonly json?: true
}

/** Adds the command to those of `replay`. */
export function addReplayProjectionCommand(replay: Command): void {
  replay
    .command('projection')
    .description('build a read model anew from the log, beside the live one, and put it in its place')
    .addArgument(new Argument('<name>', 'of the read model').choices(views.map(({ name }) => name)))
    .addOption(
      new Option(
        '--from <where>',
        'beginning, a time (RFC 3339) or an offset: rows that nothing since has touched are kept'
      )
        .argParser(startingPoint)
        .default({ type: 'beginning' }, 'beginning')
    )
    .option('--dry-run', 'compare, and change nothing')
    .option('--accept-differences', 'put it in place also when it differs from the live one, without asking')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      `
Reads go on meanwhile, and so do the projectors; they may also be stopped. A run that is interrupted leaves the live read
model as it was, and the next one clears up.

Exit codes: 0 the two are equal, or the new one is in place; 1 they differ and the live one is as it was; or it failed.

Examples:
  aegispay replay projection payments --from beginning
  aegispay replay projection payment_events --from 2026-01-31T00:00:00Z --dry-run
  aegispay replay projection payments --from beginning --accept-differences`
    )
    .action(replayProjection)
}

async function replayProjection(name: ViewName, options: Options): Promise<void> {
  const { from, json } = options
  const settings = readSettings(['kafka', 'schemaRegistry', 'postgres', 'topics', 'log'])
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const kafka = await reachKafka(settings.kafka, log)
  const codec = await AvroCodec.connect(settings.schemaRegistry.url)
  const bar = new Progress(process.stderr)
  const deps = { kafka, codec, postgres: settings.postgres, prefix: settings.topics.prefix, log }
  const rebuilt = await withAdmin(kafka, admin =>
    rebuild(
      { ...deps, admin },
      {
        ...{ view: views.find(view => view.name === name)!, from },
        decide: comparison => decide(comparison, options),
        progress: { at: bar.at.bind(bar), step: bar.line.bind(bar) }
      }
    )
  )
  const { live, rebuilt: anew, isEqual, isSwapped, positions } = rebuilt
  if (json)
    console.log(
      JSON.stringify({
        ...{ name, live, rebuilt: anew, isEqual, isSwapped },
        positions: Object.fromEntries(positions)
      })
    )
  else console.log(verdict(rebuilt))
  if (!isEqual && !isSwapped) process.exitCode = 1
}

async function decide({ live, rebuilt, isEqual }: Comparison, options: Options): Promise<boolean> {
  if (options.dryRun === true) return false
  if (isEqual || options.acceptDifferences === true) return true
  if (!process.stdin.isTTY) return false
  console.error(comparisonTable({ live, rebuilt }))
  return confirmed('They differ. Put the new one in place of the live one?')
}

function verdict({ live, rebuilt, isEqual, isSwapped }: Rebuilt): string {
  const outcome = isSwapped ? 'The new one is in place.' : 'The live one is as it was.'
  const hint =
    isEqual || isSwapped
      ? ''
      : ' `aegispay replay verify` tells where; --accept-differences puts the new one in place.'
  return `${comparisonTable({ live, rebuilt })}\n\n${isEqual ? 'Equal' : 'They differ'}. ${outcome}${hint}`
}

const comparisonTable = ({ live, rebuilt }: Pick<Comparison, 'live' | 'rebuilt'>): string =>
  textTable(
    ['', 'ROWS', 'SHA-256'],
    [
      ['live', String(live.rows), live.hash],
      ['rebuilt', String(rebuilt.rows), rebuilt.hash]
    ]
  )

function startingPoint(text: string): StartingPoint {
  if (text === 'beginning') return { type: 'beginning' }
  if (/^\d{1,15}$/.test(text)) return { type: 'offset', offset: Number(text) }
  try {
    return { type: 'time', at: instant(text) }
  } catch {
    throw new InvalidArgumentError('It is beginning, an offset, or a time like 2026-01-31T12:00:00Z.')
  }
}
