import { afterAll } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { databaseTemplate } from './database-template.ts'

export interface TestStack {
  readonly kafkaBrokers: readonly string[]
  readonly schemaRegistry: string
  readonly postgres: string
  readonly redis: string
  /** The broker's folder of logs; null where it is out of reach. */
  readonly kafkaLogs: string | null
  /** Of this test file alone: what it creates on the shared services begins with it. */
  readonly prefix: string
  /** Makes an empty PostgreSQL database that is dropped after the file's last test, and returns its URL. */
  readonly createDatabase: () => Promise<string>
  /** The same with all tables, as `aegispay setup` makes them. */
  readonly createMigratedDatabase: () => Promise<string>
}

const prefix = `t${randomBytes(4).toString('hex')}-`

/**
 * The real services that the test run shares.
 *
 * @throws Error when the tests do not run through `npm test`
 */
export function stack(): TestStack {
  const given = process.env['AEGISPAY_TEST_STACK']
  if (given === undefined) throw new Error('there is no stack to test on: run through npm test')
  const addresses = JSON.parse(given) as Omit<
    TestStack,
    'prefix' | 'createDatabase' | 'createMigratedDatabase'
  >
  const { postgres } = addresses
  return {
    ...addresses,
    prefix,
    createDatabase: () => createDatabase(postgres, 'template1'),
    createMigratedDatabase: async () => createDatabase(postgres, await databaseTemplate(postgres))
  }
}

const databases: { server: string; name: string }[] = []

async function createDatabase(server: string, template: string): Promise<string> {
  const name = `${prefix}${databases.length + 1}`
  databases.push({ server, name })
  await execute(server, `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

afterAll(async () => {
  for (const { server, name } of databases) {
    await execute(server, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
  }
})

async function execute(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
