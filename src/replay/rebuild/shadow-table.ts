// The tables of a view beside the live ones: in a schema of its own, made by the same migrations, so that they have the same
// columns, indexes and row-level security, and filled by the projection's own code, whose statements name no schema.
//
// All of it is done by one session, which holds an advisory lock. So there is never a second one that builds the same view,
// and what a killed process leaves behind is a schema that nobody uses: the next one drops it.
import type { ClientBase } from 'pg'
import pg from 'pg'
import type { Logger } from 'pino'
import {
  migrateBeside,
  MIGRATIONS_TABLE,
  withSession,
  type PostgresConnection
} from '../../platform/postgres.ts'
import type { View } from '../../projections/view.ts'
import type { CarriedRows } from './carried-rows.ts'
import { fingerprintQuery, type Fingerprint } from './fingerprint.ts'

/** By partition, the offset of the first record that is not applied. */
export type Positions = ReadonlyMap<number, number>

/** Where readers and projectors find their tables; the migrations name it too. */
const LIVE = 'public'
/** Milliseconds that reads may have to wait behind the swap, when another read holds it up. */
const LOCK_TIMEOUT_MS = 2_000
/** SQLSTATE lock_not_available and deadlock_detected. */
const HELD_UP = ['55P03', '40P01']

/** Somebody else is using what has to be locked for a moment; nothing has changed. */
export class HeldUpError extends Error {
  override readonly name = 'HeldUpError'
}

export class ShadowTable {
  readonly #db: ClientBase
  readonly #view: View
  readonly #schema: string

  private constructor(db: ClientBase, view: View, schema: string) {
    this.#db = db
    this.#view = view
    this.#schema = schema
  }

  /**
   * Lets `work` fill empty tables for the view. Unless they are swapped in, they are gone afterwards.
   * @throws Error `rebuild_running: …` while another session does this with the view
   * @throws Error `tables_not_owned: …` and `migrations_differ: …` when what would be swapped in could not take the place
   */
  static withOne<T>(
    connection: PostgresConnection,
    view: View,
    log: Logger,
    work: (shadow: ShadowTable) => Promise<T>
  ): Promise<T> {
    return withSession(connection, async db => {
      const schema = `aegispay_rebuild_${view.name}`
      const { rows } = await db.query<{ isOurs: boolean }>(
        `SELECT pg_try_advisory_lock(hashtext('aegispay rebuild'), hashtext($1)) AS "isOurs"`,
        [view.name]
      )
      if (!rows[0]!.isOurs)
        throw new Error(`rebuild_running: ${view.name} is being rebuilt by another session`)
      for (const table of view.tables) await checkOwner(db, table)
      await db.query(`SET TimeZone = 'UTC'`)
      // What is lost when the server dies is built again.
      await db.query('SET synchronous_commit = off')
      await db.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
      try {
        await migrateBeside(db, schema, log)
        await checkMigrations(db)
        return await work(new ShadowTable(db, view, schema))
      } finally {
        // On a session that has broken the next one does it.
        await db.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`).catch(() => undefined)
      }
    })
  }

  async livePositions(): Promise<Positions> {
    const { rows } = await this.#db.query<{ partition: number; next_offset: number }>(
      `SELECT partition, next_offset FROM ${LIVE}.projection_positions WHERE view = $1`,
      [this.#view.name]
    )
    return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]))
  }

  /** Applies what records say, of each partition consecutive ones. */
  async apply(said: readonly unknown[]): Promise<void> {
    await this.#view.apply(this.#db, said)
  }

  /**
   * Takes rows over from the live tables, and the inputs that they show, as they are at one moment.
   * @returns the live positions of that moment
   */
  async carry(
    { where }: CarriedRows,
    { starts, touched }: { readonly starts: Positions; readonly touched: ReadonlySet<string> }
  ): Promise<Positions> {
    const db = this.#db
    const { name, tables } = this.#view
    await db.query(
      'CREATE TABLE starting_points (partition integer PRIMARY KEY, start_offset bigint NOT NULL)'
    )
    await db.query('INSERT INTO starting_points SELECT * FROM unnest($1::integer[], $2::bigint[])', [
      [...starts.keys()],
      [...starts.values()]
    ])
    await db.query('CREATE TABLE touched (key text PRIMARY KEY)')
    await db.query('INSERT INTO touched SELECT * FROM unnest($1::text[])', [[...touched]])
    return this.#transaction('BEGIN ISOLATION LEVEL REPEATABLE READ', async () => {
      const positions = await this.livePositions()
      for (const table of tables)
        await db.query(`INSERT INTO ${table} SELECT * FROM ${LIVE}.${table} AS live WHERE ${where}`)
      await db.query(
        `INSERT INTO projection_inputs SELECT * FROM ${LIVE}.projection_inputs WHERE view = $1`,
        [name]
      )
      return positions
    })
  }

  /** Of the live tables, with the positions at which they are just that. Holds nobody up. */
  async liveFingerprint(): Promise<{ readonly print: Fingerprint; readonly positions: Positions }> {
    const { name, tables } = this.#view
    // One statement sees one moment.
    const { rows } = await this.#db.query<Fingerprint & { positions: Record<string, number> }>(
      `SELECT print.*, (
         SELECT coalesce(json_object_agg(partition, next_offset), '{}') FROM ${LIVE}.projection_positions WHERE view = $1
       ) AS positions
       FROM (${await fingerprintQuery(this.#db, tables, LIVE)}) AS print`,
      [name]
    )
    const { positions, ...print } = rows[0]!
    return {
      print,
      positions: new Map(Object.entries(positions).map(([partition, offset]) => [Number(partition), offset]))
    }
  }

  async fingerprint(): Promise<Fingerprint> {
    const { rows } = await this.#db.query<Fingerprint>(
      await fingerprintQuery(this.#db, this.#view.tables, this.#schema)
    )
    return rows[0]!
  }

  /** The planner has to know the tables from the first read on. */
  async analyze(): Promise<void> {
    await this.#db.query(`ANALYZE ${this.#view.tables.join(', ')}`)
  }

  /**
   * Puts the tables in the live ones' place, in one transaction. No projector moves a position meanwhile, in whatever
   * process it is: `catchUp` applies what is missing up to the live positions, and the projectors then go on from where it
   * has come to, by the compare-and-set with which they always move. Reads wait for the renaming alone.
   *
   * @param catchUp returns the positions that it has come to
   * @throws HeldUpError when a lock is not to be had in time
   */
  async swap(catchUp: (live: Positions) => Promise<Positions>): Promise<Positions> {
    const db = this.#db
    try {
      return await this.#transaction('BEGIN', async () => {
        await db.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
        await db.query('SET LOCAL synchronous_commit = on')
        await db.query(`LOCK TABLE ${LIVE}.projection_positions IN SHARE ROW EXCLUSIVE MODE`)
        const positions = await catchUp(await this.livePositions())
        await this.#replaceProgress(positions)
        for (const table of this.#view.tables) {
          await this.#takeOverGrants(table)
          // Without CASCADE: whatever hangs on the live table is not to vanish with it.
          await db.query(`DROP TABLE ${LIVE}.${table}`)
          await db.query(`ALTER TABLE ${table} SET SCHEMA ${LIVE}`)
        }
        return positions
      })
    } catch (error) {
      if (error instanceof pg.DatabaseError && HELD_UP.includes(error.code ?? ''))
        throw new HeldUpError(error.message, { cause: error })
      throw error
    }
  }

  async #replaceProgress(positions: Positions): Promise<void> {
    const { name } = this.#view
    await this.#db.query(`DELETE FROM ${LIVE}.projection_positions WHERE view = $1`, [name])
    await this.#db.query(
      `INSERT INTO ${LIVE}.projection_positions (view, partition, next_offset)
       SELECT $1, partition, next_offset FROM unnest($2::integer[], $3::bigint[]) AS moved (partition, next_offset)`,
      [name, [...positions.keys()], [...positions.values()]]
    )
    await this.#db.query(`DELETE FROM ${LIVE}.projection_inputs WHERE view = $1`, [name])
    await this.#db.query(
      `INSERT INTO ${LIVE}.projection_inputs SELECT * FROM projection_inputs WHERE view = $1`,
      [name]
    )
  }

  /** The migrations' grants are there; an operator may have added some, for a tool that reads. */
  async #takeOverGrants(table: string): Promise<void> {
    const { rows } = await this.#db.query<{ statement: string }>(
      `SELECT format('GRANT %s ON %I TO %s%s', privilege_type, relname,
         CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
         CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS statement
       FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = $1::regclass AND grantee <> relowner`,
      [`${LIVE}.${table}`]
    )
    for (const { statement } of rows) await this.#db.query(statement)
  }

  async #transaction<T>(begin: string, work: () => Promise<T>): Promise<T> {
    await this.#db.query(begin)
    try {
      const result = await work()
      await this.#db.query('COMMIT')
      return result
    } catch (error) {
      await this.#db.query('ROLLBACK').catch(() => undefined)
      throw error
    }
  }
}

/** The table that is swapped in belongs to whoever made it, and the projectors have to be able to write it. */
async function checkOwner(db: ClientBase, table: string): Promise<void> {
  const { rows } = await db.query<{ owner: string; isOwner: boolean }>(
    `SELECT pg_get_userbyid(relowner) AS owner, pg_get_userbyid(relowner) = current_user AS "isOwner"
     FROM pg_class WHERE oid = $1::regclass`,
    [`${LIVE}.${table}`]
  )
  const { owner, isOwner } = rows[0]!
  if (!isOwner) throw new Error(`tables_not_owned: the tables belong to the login ${owner}; run this by it`)
}

async function checkMigrations(db: ClientBase): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT name FROM ${MIGRATIONS_TABLE} AS ours FULL JOIN ${LIVE}.${MIGRATIONS_TABLE} AS live USING (name)
     WHERE ours.name IS NULL OR live.name IS NULL`
  )
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name).join(', ')
  throw new Error(`migrations_differ: the database and this version differ in ${names}; run aegispay setup`)
}
