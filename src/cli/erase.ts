// `aegispay erase`: personal data, at a terminal. It needs no schema registry: an erasure must not wait for one.
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { contactKeyOf } from '../customers/contact-key.ts'
import { ContactWriter } from '../customers/contact-writer.ts'
import { eraseCustomer, type ErasurePorts } from '../customers/erase-customer.ts'
import { readSettings, SettingsError } from '../platform/config/read-settings.ts'
import { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { createLog, stderr } from '../platform/log.ts'
import { appliedContacts, findCustomer } from '../projections/customers/queries.ts'
import { SharedClients } from '../shared-clients.ts'
import { topicNames } from '../topics.ts'

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
    .addHelpText(
      'after',
      `
Example:
  aegispay erase customer cus_1 --merchant acme`
    )
    .command('customer')
    .description('erase the contact details of a customer and wait until no read shows them; may be repeated')
    .argument('<id>', "the merchant's id of the customer")
    .requiredOption('--merchant <id>', 'whose customer it is')
    .option('--yes', 'do not ask')
    .option('--json', 'answer as JSON')
    .action(erase)
}

async function erase(customerId: string, { merchant, yes, json }: Options): Promise<void> {
  const key = { merchantId: merchant, customerId }
  if (yes !== true && !(await confirmed(`Erase all contact details of ${contactKeyOf(key)}?`))) {
    console.error('aegispay: nothing was erased')
    process.exitCode = 1
    return
  }
  const { wasHeld, isApplied } = await withContacts(ports => eraseCustomer(ports, key, APPLIED_WAIT_MS))
  if (json) console.log(JSON.stringify({ merchant, customer: customerId, wasHeld, isApplied }))
  else console.log(wasHeld ? 'erased' : 'nothing was held; what may have been on its way is erased')
  if (isApplied) return
  process.exitCode = 1
  console.error(
    'aegispay: Kafka has the erasure, but the read model has not followed: run a projector, then this again'
  )
}

/** Asks at the terminal; where there is none, nobody can agree. */
async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new SettingsError(['there is no terminal to ask at: say --yes'])
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}

async function withContacts<T>(work: (ports: ErasurePorts) => Promise<T>): Promise<T> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'postgres', 'redis', 'topics', 'log'])
  const log = createLog(settings.log, stderr())
  const clients = new SharedClients(settings, log)
  const producer = await BatchingProducer.start(clients.kafka, log, {
    sendTimeoutMs: CONFIRMATION_TIMEOUT_MS
  })
  try {
    const reads = clients.reads()
    const topic = topicNames(settings.topics.prefix).customers
    const partitions = await clients.partitions()
    return await work({
      writer: new ContactWriter({ send: record => producer.send(record), topic, partitions }),
      isHeld: async key => (await findCustomer(reads, key)) !== null,
      applied: () => appliedContacts(reads)
    })
  } finally {
    await producer.stop()
    await clients.close()
  }
}
