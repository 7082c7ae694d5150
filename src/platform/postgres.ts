import { join } from 'node:path'
import { runner, type RunnerOption } from 'node-pg-migrate'
import pg from 'pg'
import type { Logger } from 'pino'
import { ensureRole } from './postgres-role.ts'

/** What readers take on, by the migrations' policies. Shared by a server's databases; its rights are each one's own. */
export const READER_ROLE = 'aegispay_reader'

/** Which migrations a schema has had. */
export const MIGRATIONS_TABLE = 'schema_migrations'

const migrations = join(import.meta.dirname, '..', '..', 'migrations')

/** How to reach the database. */
export interface PostgresConnection {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  /** PEM of the authority that signed the server's certificate; connects by TLS. The URL then has no sslmode. */
  readonly tlsCa?: string | null
}

export interface PoolOptions extends PostgresConnection {
  /** Open connections, hence transactions at one moment; 10 unless given. */
  readonly maxConnections?: number
  /**
   * For writers whose last transactions may be lost when the server dies, since they write them again: commits do not
   * wait for the disk. What is lost is always a whole end of the history, never a part.
   */
  readonly isReplayable?: boolean
  /** Every session takes this role on, and has its rights instead of the login's. */
  readonly role?: string
  /** What is asked of one connection at once goes out at once. */
  readonly pipeline?: boolean
}

/**
 * A pool of connections that reads bigint as number and gives up on what hangs: 5 s for a connection, 30 s for a
 * statement. Connects when first used, so the database may be down.
 */
export function connectPostgres(options: PoolOptions, log: Logger): pg.Pool {
  const { role, isReplayable = false, pipeline = false } = options
  const sessionSettings = [
    ...(role === undefined ? [] : [`-c role=${role}`]),
    ...(isReplayable ? ['-c synchronous_commit=off'] : [])
  ]
  const pool = new pg.Pool({
    ...clientConfig(options),
    max: options.maxConnections ?? 10,
    pipeline,
    options: sessionSettings.join(' '),
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    statement_timeout: 30_000,
    // The server's limit does not help where the server cannot be heard.
    query_timeout: 35_000,
    // A process that was frozen in a transaction would hold its row locks against its successor.
    idle_in_transaction_session_timeout: 10_000,
    types: { getTypeParser }
  })
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', error => log.warn({ error }, 'an idle connection to PostgreSQL broke'))
  // The pool listens only while a connection is idle, and one that breaks while it is lent out says so beside failing its
  // queries: with nobody to hear it the process would end.
  pool.on('connect', client => client.on('error', () => undefined))
  return pool
}

/**
 * Runs `work` in one transaction. When it throws, the connection is closed, which rolls back whatever state it is in.
 * An error of the commit itself leaves open whether it took effect.
 */
export async function inTransaction<T>(pool: pg.Pool, work: (db: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let committed = false
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    committed = true
    return result
  } finally {
    client.release(!committed)
  }
}

/**
 * Makes the readers' role where it is missing and brings the database to the newest schema. Processes that start at once
 * take turns by an advisory lock.
 *
 * @throws RoleUnfitError when the login may not make the role or take it on
 * @throws when the database is out of reach or a migration fails; a failed run leaves nothing behind.
 */
export async function migrate(connection: PostgresConnection, log: Logger): Promise<void> {
  await withSession(connection, db => ensureRole(db, READER_ROLE))
  const ran = await runner({ ...migrationOptions(log), databaseUrl: clientConfig(connection) })
  if (ran.length > 0) log.info({ migrations: ran.map(({ name }) => name) }, 'migrated the database')
}

/**
 * Makes the tables of the newest schema, empty, in another one than that of `migrate`, and lets the session find
 * unqualified names there. That is why migrations name tables without their schema.
 */
export async function migrateBeside(db: pg.ClientBase, schema: string, log: Logger): Promise<void> {
  await runner({
    ...{ ...migrationOptions(log), dbClient: db },
    ...{ schema, createSchema: true, migrationsSchema: schema }
  })
}

const migrationOptions = (log: Logger) =>
  ({
    dir: migrations,
    migrationsTable: MIGRATIONS_TABLE,
    direction: 'up',
    advisoryLockMode: 'wait',
    logger: {
      debug: message => log.debug(message),
      info: message => log.debug(message),
      warn: message => log.warn(message),
      error: message => log.error(message)
    }
  }) satisfies Partial<RunnerOption>

/** A session apart, for work of which a statement may take any time; numbers are read as by `connectPostgres`. */
export async function withSession<T>(
  connection: PostgresConnection,
  work: (db: pg.ClientBase) => Promise<T>
): Promise<T> {
  const client = new pg.Client({
    ...clientConfig(connection),
    keepAlive: true,
    // A process that was frozen in a transaction would hold its locks against all others.
    idle_in_transaction_session_timeout: 10_000,
    types: { getTypeParser }
  })
  // When the connection breaks, queries say so; with nobody to hear this the process would end.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Rows as one JSON parameter, for `json_populate_recordset`: a bulk write is one statement with one parameter,
 * whatever the number of rows.
 */
export function asJsonRows(rows: readonly object[]): string {
  const json = JSON.stringify(rows)
  // PostgreSQL's text cannot hold U+0000, which a sender or a gateway may have put anywhere.
  return json.includes('\\u0000') ? JSON.stringify(rows, withoutNul) : json
}

function withoutNul(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return replaceNul(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [replaceNul(key), field as unknown]))
}

const replaceNul = (text: string): string => text.replaceAll('\0', '\ufffd')

function clientConfig({ url, tlsCa }: PostgresConnection): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'aegispay',
    ...(tlsCa === undefined || tlsCa === null ? {} : { ssl: { ca: tlsCa } })
  }
}

type ParserOf = (oid: number, format?: string) => (text: string) => unknown

const parserOf = pg.types.getTypeParser as ParserOf

/** Of pg_type. */
const INT8_ARRAY = 1016

/** Amounts, offsets, versions and terms are bigint columns that hold safe integers only. */
const getTypeParser = ((oid, format) => {
  if (oid === (pg.types.builtins.INT8 as number)) return safeInteger
  const parse = parserOf(oid, format)
  return oid === INT8_ARRAY ? text => (parse(text) as string[]).map(safeInteger) : parse
}) satisfies ParserOf as typeof pg.types.getTypeParser

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer`)
  return value
}
