// `aegispay replay`: what the log says, beside what was made of it.
import { type Command, InvalidArgumentError } from 'commander'
import { isPaymentId } from '../identity.ts'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings } from '../platform/config/read-settings.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import { createLog, stderr } from '../platform/log.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { Findings } from '../replay/findings.ts'
import { withLogs } from '../replay/open-logs.ts'
import { ReadModels } from '../replay/read-models.ts'
import { replayPayment, type PaymentReplay, type ReplayedEvent } from '../replay/replay-payment.ts'
import { verify } from '../replay/verify.ts'
import { textTable } from '../text-table.ts'
import { Progress } from './progress.ts'
import { reachKafka } from './reach-kafka.ts'
import { addReplayProjectionCommand } from './replay-projection.ts'
import { addReplayRoutingCommand } from './replay-routing.ts'
import { shownAmount } from './shown-amount.ts'
import { shownDifference } from './shown-difference.ts'
import { UncheckedError } from './unchecked.ts'

interface Options {
  readonly json?: true
}

/** Adds the command and what it can do. */
export function addReplayCommand(program: Command): void {
  const replay = program.command('replay').description('read the log again and check what was made of it')

  replay
    .command('payment')
    .description("show a payment's events with the state after each, and check it against the stored state")
    .argument('<id>', 'of the payment', paymentId)
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      `
It reads Kafka alone, and may be run at any time. Exit codes: 0 the stored state is what follows from the events,
1 it is not, 2 it could not be checked (payment_not_found: the log holds no event of it).

Example:
  aegispay replay payment pay_${'a'.repeat(32)}`
    )
    .action(showPayment)

  replay
    .command('verify')
    .description('check the whole log, and all that was made of it: sequences, sums, states, read models')
    .option('--partition <number>', 'this one alone', partitionNumber)
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      `
It reads Kafka and PostgreSQL, writes nothing, and may be run while AegisPay runs: what only lags is waited for, and is
no difference. Exit codes: 0 all is equal, 1 something differs, 2 something could not be checked.

Example:
  aegispay replay verify --json`
    )
    .action(verifyLog)

  addReplayProjectionCommand(replay)
  addReplayRoutingCommand(replay)
}

async function verifyLog({ json, partition }: Options & { partition?: number }): Promise<void> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'postgres', 'topics', 'log'])
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const { prefix } = settings.topics
  const pool = connectPostgres(settings.postgres, log)
  const findings = new Findings()
  const bar = new Progress(process.stderr)
  try {
    await orUnchecked(async () => {
      const kafka = await reachKafka(settings.kafka, log)
      const codec = await AvroCodec.connect(settings.schemaRegistry.url)
      await withLogs(kafka, codec, prefix, logs =>
        verify({ logs, models: new ReadModels(pool), findings }, partition ?? null, {
          at: bar.at.bind(bar),
          partitionDone: (done, differences) => bar.line(`partition ${done}: ${differences} differences`)
        })
      )
    })
  } finally {
    await pool.end()
  }
  const { events, payments, total, shown, notChecked } = findings
  if (json) console.log(JSON.stringify({ events, payments, differences: { total, shown }, notChecked }))
  else console.log(verdict(findings))
  if (total > 0) process.exitCode = 1
  else if (notChecked.length > 0) process.exitCode = 2
}

function verdict({ events, payments, total, shown, notChecked }: Findings): string {
  const told = [`Read ${events} events of ${payments} payments: ${total} differences.`]
  if (total > 0) {
    const headings = ['CHECK', 'PARTITION', 'SUBJECT', 'FIELD', 'BY THE LOG', 'FOUND']
    const rows = shown.map(one => [one.check, String(one.partition), one.subject, ...shownDifference(one)])
    told.push(textTable(headings, rows))
    if (total > shown.length) told.push(`${total - shown.length} more are not shown.`)
  }
  if (notChecked.length > 0) told.push(['Not checked:', ...notChecked].join('\n  '))
  return told.join('\n\n')
}

async function showPayment(id: string, { json }: Options): Promise<void> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'topics', 'log'])
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const { prefix } = settings.topics
  const events: ReplayedEvent[] = []
  const replayed = await orUnchecked(async () => {
    const kafka = await reachKafka(settings.kafka, log)
    const codec = await AvroCodec.connect(settings.schemaRegistry.url)
    return withLogs(kafka, codec, prefix, logs =>
      replayPayment(logs, partitionOf(id, logs.partitions), id, event => events.push(event))
    )
  })
  const { corrupt, differences } = replayed
  if (replayed.events === 0 && differences.length === 0)
    throw new UncheckedError(`payment_not_found: the log holds no event of ${id}`)
  if (json) console.log(JSON.stringify({ payment: id, events: events.map(eventJson), corrupt, differences }))
  else console.log(textOf(events, replayed))
  if (corrupt !== null || differences.length > 0) process.exitCode = 1
}

const eventJson = ({ stored: { type, value, partition, offset }, payment }: ReplayedEvent): object => ({
  ...{ sequence: value.sequence, occurredAt: new Date(value.occurredAt).toISOString(), type },
  ...{ causationId: value.causationId, correlationId: value.correlationId },
  input: { topic: value.inputTopic, partition: value.inputPartition, offset: value.inputOffset },
  ...{ partition, offset, payment }
})

function textOf(events: readonly ReplayedEvent[], { corrupt, differences }: PaymentReplay): string {
  const headings = [
    'SEQ',
    'TIME',
    'EVENT',
    'CAUSE',
    'STATUS',
    'AUTHORIZED',
    'CAPTURED',
    'REFUNDED',
    'OPERATION'
  ]
  const told = [textTable(headings, events.map(eventCells))]
  if (corrupt !== null) told.push(`The history is corrupt ${corrupt}.`)
  else if (differences.length === 0) told.push('The stored state is what follows from the events.')
  else {
    const rows = differences.map(shownDifference)
    told.push('The stored state is not what follows from the events:')
    told.push(textTable(['FIELD', 'BY THE EVENTS', 'STORED'], rows))
  }
  return told.join('\n\n')
}

function eventCells({ stored: { type, value }, payment }: ReplayedEvent): string[] {
  const { sequence, occurredAt, causationId } = value
  const what = type === 'CommandRejected' ? `${type} ${value.code}` : type
  const event = [String(sequence ?? '-'), new Date(occurredAt).toISOString(), what, causationId ?? 'a timer']
  if (payment === null) return [...event, '-', '-', '-', '-', '-']
  const { status, currency, authorizedAmount, capturedAmount, refundedAmount, operation } = payment
  const sums = [authorizedAmount, capturedAmount, refundedAmount]
  const waits = operation === null ? '-' : `${operation.kind} ${operation.status} at ${operation.gateway}`
  return [...event, status, ...sums.map(amount => shownAmount(amount, currency)), waits]
}

function partitionNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('A partition is a number from 0.')
  return Number(text)
}

function paymentId(text: string): string {
  if (!isPaymentId(text)) throw new InvalidArgumentError('A payment id is pay_ and 32 of a-z and 2-7.')
  return text
}

/** Whatever keeps the check from its end is no difference. */
async function orUnchecked<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (error) {
    throw new UncheckedError(`not checked: ${(error as Error).message}`, { cause: error })
  }
}
