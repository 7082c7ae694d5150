// The results as Markdown tables, and the machine they were measured on.
import type { CachedReadsRun } from './cached-reads.ts'
import { cpus, totalmem } from 'node:os'
import type { BulkheadRun } from './bulkhead.ts'
import type { CpuTimes } from './cpu-time.ts'
import type { FloodRun } from './flood.ts'
import type { GrowthRun } from './growth.ts'
import type { HttpRun } from './http.ts'
import type { Comparison, PeerRun } from './peer.ts'
import type { ProcessorRun } from './processor.ts'
import type { ProjectionsRun } from './projections.ts'
import type { SearchRun } from './search.ts'
import type { RoutingRun } from './routing.ts'
import type { Window } from './window.ts'

export function machine() {
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node
  }
}

export function processorTable(runs: readonly ProcessorRun[]): string {
  return table(
    [
      ...['commands/s', 'CPU s, processor', 'CPU s, Kafka', 'CPU-µs per command, processor', 'Kafka'],
      ...['commands/s with start', 'transactions', 'given up', 'ms each', 'commands each']
    ],
    runs.map(({ steady, whole: all, ...run }) => [
      whole(steady.commandsPerSecond),
      ...[known(steady.cpuSeconds, 'service'), known(steady.cpuSeconds, 'kafka')],
      ...[
        known(steady.cpuMicrosecondsPerCommand, 'service'),
        known(steady.cpuMicrosecondsPerCommand, 'kafka')
      ],
      ...[whole(all.commandsPerSecond), whole(run.transactions), whole(run.transactionsGivenUp)],
      ...[whole(run.transactionMilliseconds), whole(run.commandsPerTransaction)]
    ])
  )
}

export function bulkheadTable(runs: readonly BulkheadRun[]): string {
  return table(
    ['quiet p50', 'p95', 'beside a slow one p50', 'p95', 'p95 to quiet'],
    runs.map(({ quiet, besideSlow, ratio }) => [
      ...[quiet.p50, quiet.p95, besideSlow.p50, besideSlow.p95].map(ms => `${ms.toFixed(0)} ms`),
      ratio.toFixed(2)
    ])
  )
}

export function routingTable(runs: readonly RoutingRun[]): string {
  return table(
    ['policy', 'candidates', 'CPU-µs per decision', 'µs, p50', 'p99'],
    runs.map(({ policy, candidates, cpuMicrosecondsPerDecision: cpu, p50, p99 }) => [
      ...[policy, String(candidates)],
      ...[cpu, p50, p99].map(microseconds => microseconds.toFixed(1))
    ])
  )
}

export function searchTable({ pages }: SearchRun): string {
  return table(
    ['merchant', 'asked for', 'ms, p50', 'p99', 'short pages'],
    pages.map(({ merchant, kind, p50, p99, short, pages }) => [
      ...[merchant, kind, p50.toFixed(1), p99.toFixed(1)],
      `${short} of ${pages}`
    ])
  )
}

/** What the processor and its peers made of the same commands, and what part of a peer's rate the processor reaches. */
export function peerTable({ processor, peers }: Comparison): string {
  const cells = ({ steady, whole: all }: Pick<PeerRun, 'steady' | 'whole'>) => [
    whole(steady.commandsPerSecond),
    ...[known(steady.cpuSeconds, 'service'), known(steady.cpuSeconds, 'kafka')],
    ...[known(steady.cpuMicrosecondsPerCommand, 'service'), known(steady.cpuMicrosecondsPerCommand, 'kafka')],
    whole(all.commandsPerSecond)
  ]
  const ratio = (peer: Window) => (processor.steady.commandsPerSecond / peer.commandsPerSecond).toFixed(2)
  return table(
    [
      ...['', 'commands/s', 'CPU s, client', 'CPU s, Kafka', 'CPU-µs per command, client', 'Kafka'],
      ...['commands/s with start', 'AegisPay to it']
    ],
    [
      ['AegisPay', ...cells(processor), ''],
      ...peers.map(peer => [`Kafka Streams, ${peer.store}`, ...cells(peer), ratio(peer.steady)])
    ]
  )
}

export function projectionsTable(runs: readonly ProjectionsRun[]): string {
  const names = ['service', 'kafka', 'postgres']
  return table(
    [
      ...['events/s', ...names.map(name => `CPU-µs per event, ${name}`), 'events/s with start'],
      ...['transactions', 'ms each']
    ],
    runs.map(({ steady, whole: all, ...run }) => [
      whole(steady.eventsPerSecond),
      ...names.map(name => known(steady.cpuMicrosecondsPerEvent, name)),
      ...[whole(all.eventsPerSecond), whole(run.transactions), whole(run.transactionMilliseconds)]
    ])
  )
}

/** What changes with the number of payments, one column a size. */
export function growthTable(runs: readonly GrowthRun[]): string {
  const rows: [string, (run: GrowthRun) => string][] = [
    ['restored from Kafka, states/s', ({ restore }) => whole(restore.states / restore.seconds)],
    ['… in seconds', ({ restore }) => tenths(restore.seconds)],
    ['anonymous memory then, MB', ({ memoryMB }) => known(memoryMB, 'restored')],
    ['… after the commands', ({ memoryMB }) => known(memoryMB, 'loaded')],
    ['commands/s', ({ steady }) => whole(steady.commandsPerSecond)],
    ['command to event at 200/s, p50 ms', ({ latencyMs }) => tenths(latencyMs.p50)],
    ['… p95 ms', ({ latencyMs }) => tenths(latencyMs.p95)],
    ['… p99 ms', ({ latencyMs }) => tenths(latencyMs.p99)],
    ['SIGTERM to ready elsewhere, first time there, s', ({ takeover }) => hundredths(takeover.sigtermCold_s)],
    ['… where the states are on the disk, s', ({ takeover }) => hundredths(takeover.sigterm_s)],
    ['kill -9 to ready elsewhere, s', ({ takeover }) => hundredths(takeover.kill_s)]
  ]
  return table(
    ['payments before', ...runs.map(({ payments }) => String(payments))],
    rows.map(([name, cell]) => [name, ...runs.map(cell)])
  )
}

export function floodTable({ memoryMB, ...run }: FloodRun): string {
  const { acceptedMs, resultsWaitedMs: waited, statuses } = run
  return table(
    ['', String(run.commands)],
    [
      ['seconds until all were over', tenths(run.seconds)],
      ...(['start', 'peak', 'end'] as const).map(at => [`anonymous memory, ${at}, MB`, known(memoryMB, at)]),
      ...Object.entries(statuses).map(([kind, count]) => [`answers, ${kind}`, whole(count)]),
      ['respond-async answered in, p50 ms', tenths(acceptedMs.p50)],
      ['… at most, ms', tenths(acceptedMs.max)],
      ['results waited, p50 ms', tenths(waited.p50)],
      ['… p99 ms', tenths(waited.p99)],
      ['… at most, ms', tenths(waited.max)]
    ]
  )
}

export function cachedReadsTable(runs: readonly CachedReadsRun[]): string {
  const share = (value: number | null) => (value === null ? '' : hundredths(value))
  return table(
    ['server', 'requests/s', 'of bare', 'CPU-µs each', 'of bare, per CPU'],
    runs.map(({ server, requestsPerSecond, cpuMicrosecondsPerRequest: cpu, ofBare }) => [
      ...[server, whole(requestsPerSecond), hundredths(ofBare.requestsPerSecond)],
      ...[cpu === null ? '' : tenths(cpu), share(ofBare.perCpu)]
    ])
  )
}

export function httpTable(runs: readonly HttpRun[]): string {
  const names = Object.keys(runs[0]?.cpuMillisecondsPerPayment ?? {})
  return table(
    [
      ...['connections', 'payments/s', 'p50 ms', 'p95 ms', 'p99 ms', 'answered 202'],
      ...['transactions/s', 'inputs each', 'ms each', ...names.map(name => `CPU-ms, ${name}`)]
    ],
    runs.map(run => [
      ...[whole(run.connections), whole(run.paymentsPerSecond)],
      ...[tenths(run.latencyMs.p50), tenths(run.latencyMs.p95), tenths(run.latencyMs.p99)],
      whole(run.statuses['202'] ?? 0),
      ...[whole(run.transactionsPerSecond), tenths(run.inputsPerTransaction)],
      tenths(run.transactionMilliseconds),
      ...names.map(name => known(run.cpuMillisecondsPerPayment, name))
    ])
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [head, head.map(() => '---:'), ...rows].map(line).join('\n')
}

const whole = (value: number): string => value.toFixed(0)
const hundredths = (value: number): string => value.toFixed(2)
const tenths = (value: number): string => value.toFixed(1)

function known(times: CpuTimes, name: string): string {
  const value = times[name]
  return value === null || value === undefined ? 'not available' : value.toFixed(value < 10 ? 2 : 1)
}
