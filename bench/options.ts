import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const help = `Usage: npm run bench [-- processor|projections|http|cached-reads|growth|flood|bulkhead|routing|search] [options]

Measures AegisPay on a stack of its own, which it starts and removes. Without an argument, processor,
projections and http:

  processor   InitiatePayment commands preloaded onto payments.commands, and one process with the role processor
  projections events of payments preloaded onto payments.events, and one process with the role projector
  growth      what depends on how many payments there are: restoring, memory, rate, latency, takeover
  flood       all roles in one process, commands produced straight to the topic, and payments over HTTP meanwhile
  bulkhead    all roles in one process: payments at one gateway while another is slow and has more to do than it can
  search      pages of the list of payments, whatever is asked, of a merchant with 1000000 and of one among several
  routing     one choice of a gateway among ten; it needs no stack
  cached-reads  reads of one payment out of memory, and a bare Fastify route that answers with the same bytes
  http        all roles in one process, and clients that each send a payment as soon as the last one is answered

  --commands N         processor, growth, flood: commands preloaded (default 200000, 1000000 with --peer)
  --peer               processor: let Kafka Streams take the same commands too, and compare; needs a JDK 21 or later and
                       Maven. With fewer commands a virtual machine is measured that warms up
  --payments N         projections: payments whose events are preloaded, six each (default 100000);
                       search: payments of the one merchant (default 1000000)
  --sizes A,B          growth: payments that there are before (default 10000,1000000)
  --connections A,B    http: clients at a time (default 1,16,64)
  --seconds N          http: measured for each number of clients; growth: for latency; bulkhead: each phase (default 20)
  --warm-up N          http, growth, bulkhead: seconds before that which do not count (default 10)
  --runs N             how often all is measured (default 1)
  --out DIR            where the results go, as JSON (default bench/results)
  --cpu-prof DIR       profile the process under test into DIR and show where its time goes; profiling slows it down, so
                       no results are written
  --help               shows this text

Settings in the environment (AEGISPAY_PARTITIONS, ...) apply. With the addresses of a stack in it, that one is used: its
login makes and drops databases; the CPU time of its parts is then not known, and its topics, named bench-..., stay.`

const benchmarks = [
  'processor',
  'projections',
  'growth',
  'flood',
  'bulkhead',
  'routing',
  'search',
  'cached-reads',
  'http'
] as const
export type BenchmarkName = (typeof benchmarks)[number]

export interface Options {
  readonly benchmarks: readonly BenchmarkName[]
  readonly commands: number
  readonly peer: boolean
  readonly payments: number
  readonly sizes: readonly number[]
  readonly connections: readonly number[]
  readonly seconds: number
  readonly warmUp_s: number
  readonly runs: number
  /** Absolute path. */
  readonly out: string
  /** Absolute path of the folder for profiles; without it nothing is profiled. */
  readonly profiles?: string
}

/** The command line is not understood: the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * @returns undefined when help is asked for
 * @throws UsageError
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args)
  if (values.help) return undefined
  const [given, ...more] = positionals
  const name = benchmarks.find(benchmark => benchmark === given)
  if (more.length > 0 || name !== given) {
    throw new UsageError(`there is no benchmark "${positionals.join(' ')}"`)
  }
  return {
    benchmarks:
      name === undefined
        ? benchmarks.filter(
            benchmark =>
              !['growth', 'flood', 'bulkhead', 'routing', 'search', 'cached-reads'].includes(benchmark)
          )
        : [name],
    commands: count('--commands', values.commands ?? (values.peer ? '1000000' : '200000')),
    peer: values.peer,
    payments: count('--payments', values.payments ?? (name === 'search' ? '1000000' : '100000')),
    sizes: values.sizes.split(',').map(size => count('--sizes', size)),
    connections: values.connections.split(',').map(connections => count('--connections', connections)),
    seconds: count('--seconds', values.seconds),
    warmUp_s: count('--warm-up', values['warm-up']),
    runs: count('--runs', values.runs),
    out: resolve(values.out),
    ...(values['cpu-prof'] === undefined ? {} : { profiles: resolve(values['cpu-prof']) })
  }
}

function parse(args: readonly string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        commands: { type: 'string' },
        peer: { type: 'boolean', default: false },
        payments: { type: 'string' },
        sizes: text('10000,1000000'),
        connections: text('1,16,64'),
        seconds: text('20'),
        'warm-up': text('10'),
        runs: text('1'),
        out: text('bench/results'),
        'cpu-prof': { type: 'string' },
        help: { type: 'boolean', default: false }
      }
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function count(option: string, given: string): number {
  if (!/^[1-9]\d{0,7}$/.test(given)) {
    throw new UsageError(`${option} takes whole numbers from 1 to 99999999, not "${given}"`)
  }
  return Number(given)
}
