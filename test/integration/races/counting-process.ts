// A process that counts (core/counting-logic.ts) as a member of a group, for tests that freeze and kill it:
// `node counting-process.ts <options as JSON>`. It says on standard output, one JSON object a line, what it does.
import { pino } from 'pino'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import { OwnerGroup } from '../../../src/processors/core/owner-group.ts'
import { jsonChangelog } from '../../json-changelog.ts'
import { countedOf, CountingLogic, inputsOf, stateOf } from '../core/counting-logic.ts'

export interface CountingProcessOptions {
  readonly brokers: readonly string[]
  /** Of the topics and the group. */
  readonly name: string
  /** For its local stores. */
  readonly stateDir: string
  readonly sessionTimeoutMs: number
  readonly transactionTimeoutMs: number
}

export type Said =
  | { readonly event: 'takeover' }
  | { readonly event: 'transaction'; readonly records: number }
  | { readonly event: 'rebuild'; readonly reason: string }

const options = JSON.parse(process.argv[2]!) as CountingProcessOptions
const { brokers, name } = options
const silent = pino({ level: 'silent' })
const say = (said: Said) => void process.stdout.write(`${JSON.stringify(said)}\n`)
const fatal = (error: Error) => {
  console.error(error)
  process.exit(1)
}

await OwnerGroup.start<number>({
  kafka: connectKafka({ brokers, clientId: 'test' }, silent),
  groupId: name,
  inputs: Object.entries(inputsOf(name)).map(([id, topic]) => ({ id, topic, throttled: false })),
  changelog: jsonChangelog<number>(stateOf(name)),
  stateDir: options.stateDir,
  createLogic: () => new CountingLogic(countedOf(name)),
  sessionTimeoutMs: options.sessionTimeoutMs,
  transactionTimeoutMs: options.transactionTimeoutMs,
  noProgressMs: 60_000,
  processName: String(process.pid),
  observe: {
    transaction: counts =>
      say({ event: 'transaction', records: Object.values(counts).reduce((sum, count) => sum + count, 0) }),
    restoring: () => undefined,
    takeover: () => say({ event: 'takeover' }),
    rebuild: reason => say({ event: 'rebuild', reason })
  },
  fatal,
  log: silent
})
