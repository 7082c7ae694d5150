// A database with all tables, and with the queues of jobs, of which tests get copies: to make the tables anew takes longer than
// many a test. It is made by the first test on a stack that wants one.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'

const migrations = join(import.meta.dirname, '..', '..', 'migrations')
/** Of the session lock under which it is made. */
const LOCK = 7_302_641

/**
 * Sees to it that it is there.
 *
 * @param server URL of a database on it
 * @returns its name, which is another one for other migrations
 */
export async function databaseTemplate(server: string): Promise<string> {
  const name = `aegispay_template_${digestOfMigrations()}`
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await make(client, server, name)
  } finally {
    await client.end()
  }
  return name
}

/** Under another name until it is complete: whoever makes it may be killed. */
async function make(client: pg.Client, server: string, name: string): Promise<void> {
  const unfinished = `${name}_unfinished`
  await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${unfinished}`)
  const url = new URL(server)
  url.pathname = `/${unfinished}`
  // Loaded by whoever makes it alone.
  const { migrate } = await import('../../src/platform/postgres.ts')
  const { setUpJobQueues } = await import('../../src/platform/job-queue.ts')
  const { queueNames } = await import('../../src/delivery/queues.ts')
  const silent = pino({ level: 'silent' })
  await migrate({ url: url.href }, silent)
  await setUpJobQueues({ url: url.href }, queueNames, silent)
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`)
}

function digestOfMigrations(): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(migrations).sort())
    hash.update(file).update(readFileSync(join(migrations, file)))
  return hash.digest('hex').slice(0, 16)
}
