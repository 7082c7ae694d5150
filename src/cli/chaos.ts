// `aegispay chaos`: what becomes of payments while gateways do badly, tried out on a sandbox.
import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Command } from 'commander'
import { readScenario, scenariosIn } from '../chaos/read-scenario.ts'
import { runScenario, type ChaosReport } from '../chaos/run.ts'
import { isLoopback } from '../chaos/sandbox.ts'
import { Service, type Keys } from '../chaos/service.ts'
import { Toxiproxy } from '../chaos/toxiproxy.ts'
import { textTable } from '../text-table.ts'
import { Progress } from './progress.ts'
import { UncheckedError } from './unchecked.ts'

interface Options {
  readonly url: string
  readonly keys: string
  readonly toxiproxy: string
  readonly scenarios: string
  readonly json?: true
}

const SCENARIOS = join(import.meta.dirname, '..', '..', 'examples', 'chaos')

/** Adds the command and what it can do. */
export function addChaosCommand(program: Command): void {
  const chaos = program
    .command('chaos')
    .description('try out what becomes of payments while gateways do badly')

  chaos
    .command('list')
    .description('list the scenarios of a folder')
    .option('--scenarios <folder>', 'where they are', SCENARIOS)
    .option('--json', 'one JSON document a line, one for each scenario')
    .action(listScenarios)

  chaos
    .command('run')
    .description('run a scenario against a sandbox on this machine, and judge it')
    .argument('<scenario>', 'a name that `list` shows, or a file')
    .option('--url <url>', 'of the API', 'http://127.0.0.1:8080')
    .option(
      '--keys <file>',
      'JSON with apiKey and adminKey, as `seed --demo` prints it',
      '.aegispay/dev.json'
    )
    .option('--toxiproxy <url>', 'of its API, for scenarios that cut', 'http://127.0.0.1:8474')
    .option('--scenarios <folder>', 'where names are looked up', SCENARIOS)
    .option('--json', 'the report as one JSON document')
    .addHelpText(
      'after',
      `
It sends payments of its own, has the sandbox's gateways do badly as the scenario says, waits until all payments have settled, and
compares them with the sandbox's ledger. It refuses to run where a gateway's profile has another adapter than the sandbox, or
anything is not on this machine. Faults are taken back when it ends, also by SIGINT; the sandbox forgets them by itself
when their time is over, should it be killed.

Exit codes: 0 the hypothesis holds, 1 it does not, 2 it could not be run, 3 the scenario was skipped, 130 it was interrupted.

Example:
  aegispay chaos run brown-out`
    )
    .action(run)
}

function listScenarios({ scenarios: folder, json }: Pick<Options, 'scenarios' | 'json'>): void {
  const found = scenariosIn(folder)
  const known = found.flatMap(({ scenario }) => scenario ?? [])
  if (json) for (const { name, description } of known) console.log(JSON.stringify({ name, description }))
  else
    console.log(
      textTable(
        ['NAME', 'DESCRIPTION'],
        known.map(({ name, description }) => [name, description])
      )
    )
  for (const { fault } of found) if (fault !== null) console.error(`aegispay: ${fault}`)
  if (found.some(({ fault }) => fault !== null)) process.exitCode = 2
}

async function run(named: string, options: Options): Promise<void> {
  const { url, json } = options
  const scenario = orUnchecked(() =>
    readScenario(
      /\.json$|[/\\]/.test(named) || isAbsolute(named) ? named : join(options.scenarios, `${named}.json`)
    )
  )
  if (!isLoopback(url)) throw new UncheckedError(`${url} is not on this machine: chaos is done nowhere else`)
  const keys = orUnchecked(() => JSON.parse(readFileSync(options.keys, 'utf8')) as Keys)
  const bar = new Progress(process.stderr)
  const stop = new AbortController()
  const interrupted = () => stop.abort()
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  const parts = { service: new Service(url, keys), toxiproxy: new Toxiproxy(options.toxiproxy) }
  const teller = { line: bar.line.bind(bar), at: (done: number, of: number) => bar.at(done, of) }
  const report = await runScenario(scenario, parts, teller, stop.signal).catch((error: unknown) => {
    throw new UncheckedError(messageOf(error))
  })
  bar.line(`${scenario.name}: ${report.verdict}`)
  console.log(json ? JSON.stringify(report) : textOf(report))
  process.exitCode = { holds: 0, fails: 1, skipped: 3, interrupted: 130 }[report.verdict]
}

function textOf(report: ChaosReport): string {
  if (report.verdict === 'skipped') return `skipped: ${report.reason}`
  const { asked, accepted, answers, statuses, p50Ms, p95Ms, charges } = report.figures
  const checks = report.checks.map(({ what, wanted, found, holds }) => [
    what,
    ...[wanted, found, holds ? 'holds' : 'FAILS']
  ])
  const figures = [
    ['payments sent, accepted', `${asked}, ${accepted}`],
    ['answers', shown(answers)],
    ['answered, p50 and p95', `${p50Ms ?? '-'} ms, ${p95Ms ?? '-'} ms`],
    ['statuses in the end', shown(statuses)],
    ['charges in the ledger', shown(charges)]
  ]
  return [
    textTable(['CHECK', 'WANTED', 'FOUND', ''], checks),
    textTable(['SEEN', ''], figures),
    `The hypothesis ${report.verdict === 'holds' ? 'holds' : report.verdict === 'fails' ? 'FAILS' : 'was not tried to the end'}.`
  ].join('\n\n')
}

const shown = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ') || '-'

/** What cannot be read or is no scenario leaves nothing to judge. */
function orUnchecked<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UncheckedError(messageOf(error))
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
