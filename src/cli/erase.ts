// `aegispay erase`: personal data, at a terminal. It needs Kafka and PostgreSQL, and no running AegisPay to be accepted.
import type { Command } from 'commander'
import { contactKeyOf, parseContactKey, type ContactKey } from '../customers/contact-key.ts'
import { ContactWriter } from '../customers/contact-writer.ts'
import { eraseCustomer, untilErased, type HeldContacts } from '../customers/erase-customer.ts'
import { readSettings, SettingsError } from '../platform/config/read-settings.ts'
import { assertCoPartitioned } from '../platform/kafka/admin.ts'
import { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { createLog, stderr } from '../platform/log.ts'
import { heldContacts } from '../projections/customers/queries.ts'
import { ReadDatabase } from '../projections/read-database.ts'
import { topicNames } from '../topics.ts'
import { confirmed } from './confirmed.ts'
import { authorOf } from './control-session.ts'
import { reachKafka } from './reach-kafka.ts'

/** Milliseconds that the brokers may take to confirm the tombstones. */
const CONFIRMATION_TIMEOUT_MS = 10_000
/** Milliseconds that the read model may take to follow. */
const APPLIED_WAIT_MS = 30_000

interface Options {
  readonly merchant: string
  readonly yes?: true
  readonly json?: true
}

/** Adds the command and what it can do. */
export function addEraseCommand(program: Command): void {
  program
    .command('erase')
    .description('erase personal data')
    .command('customer')
    .description('erase the contact details of a customer, and wait until no read shows them')
    .argument('<id>', "the merchant's id of the customer")
    .requiredOption('--merchant <id>', 'whose customer it is')
    .option('--yes', 'do not ask')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
What is erased is gone from reads when the command has ended with 0, and from the brokers' disks within three hours.
Payments stay, with the customer's id and country. It may be repeated, and has to be where it fails.

Example:
  aegispay erase customer cus_1 --merchant acme`
    )
    .action(erase)
}

async function erase(customerId: string, { merchant, yes, json }: Options): Promise<void> {
  const key = { merchantId: merchant, customerId }
  const { merchantId } = parseContactKey(contactKeyOf(key)) ?? {}
  if (merchantId !== merchant) throw new SettingsError(['a merchant and a customer have to be named'])
  if (yes !== true && !(await confirmed(`Erase all contact details of ${contactKeyOf(key)}?`))) {
    console.error('aegispay: nothing was erased')
    process.exitCode = 1
    return
  }
  const { changedBy: erasedBy } = authorOf({})
  const { wasHeld, isApplied } = await withContacts((writer, held) =>
    eraseAndWait(writer, held, key, erasedBy)
  )
  const at = new Date().toISOString()
  if (json) console.log(JSON.stringify({ merchant, customer: customerId, wasHeld, isApplied, erasedBy, at }))
  else console.log(wasHeld === false ? 'nothing was held; what may have been on its way is erased' : 'erased')
  if (isApplied) return
  process.exitCode = 1
  console.error(
    'aegispay: Kafka has the erasure, but the read model has not followed: see that the projector runs, then repeat this'
  )
}

async function eraseAndWait(writer: ContactWriter, held: HeldContacts, key: ContactKey, erasedBy: string) {
  const erasure = await eraseCustomer({ ...held, writer }, key, erasedBy)
  console.error(
    `aegispay: Kafka has the erasure; waiting up to ${APPLIED_WAIT_MS / 1000} s for the read model`
  )
  return { wasHeld: erasure.wasHeld, isApplied: await untilErased(held, erasure, APPLIED_WAIT_MS) }
}

async function withContacts<T>(work: (writer: ContactWriter, held: HeldContacts) => Promise<T>): Promise<T> {
  const settings = readSettings(['kafka', 'postgres', 'topics', 'log'])
  // What goes well is told on stdout.
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const topic = topicNames(settings.topics.prefix).customers
  const reads = ReadDatabase.connect(settings.postgres, log)
  try {
    const kafka = await reachKafka(settings.kafka, log)
    const partitions = await assertCoPartitioned(kafka, [topic])
    const producer = await BatchingProducer.start(kafka, log, { sendTimeoutMs: CONFIRMATION_TIMEOUT_MS })
    try {
      const send = producer.send.bind(producer)
      return await work(
        new ContactWriter({ send, topic, partitions, source: '/command-line' }),
        heldContacts(reads)
      )
    } finally {
      await producer.stop()
    }
  } finally {
    await reads.close()
  }
}
