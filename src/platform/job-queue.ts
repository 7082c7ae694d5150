// A queue of jobs in PostgreSQL, by pg-boss. A job says that there is something to do for a key, never what: that stands
// in the tables of whoever puts it there, and is read when the job's turn has come.
import { PgBoss } from 'pg-boss'
import type { ClientBase, Pool } from 'pg'
import type { Logger } from 'pino'
import { withSession, type PostgresConnection } from './postgres.ts'

/** Of the library's tables. */
const SCHEMA = 'aegispay_jobs'
/** Seconds in which a job must be done: then whoever took it counts as dead, and another does it. */
const EXPIRES_S = 30
/** Seconds between looks for jobs of the dead. */
const SUPERVISION_S = 5
/** Seconds for which a job that was done is kept. */
const KEPT_S = 60
/** Jobs are never given up: about 30 years. */
const FOR_EVER_S = 1_000_000_000
const FOR_EVER_TIMES = 1_000_000_000

export interface Job<T extends object> {
  /** Of two jobs with one key, one waits and at most one is being done. */
  readonly key: string
  /** Jobs of one group are done only so many at a time. */
  readonly group: string
  readonly data: T
  /** Not before; at once unless given. */
  readonly at?: Date
}

/** A job that this process has taken. */
export interface TakenJob<T> {
  readonly data: T
  /** The library's. */
  readonly claim: { readonly id: string; readonly retryCount: number }
}

type Statements = Pick<ClientBase, 'query'>

/**
 * Makes the library's tables and the queue, or brings them up to date; may be run again at any time.
 * @throws when the database is out of reach, or the login may not create a schema
 */
export async function setUpJobQueues(
  connection: PostgresConnection,
  names: readonly string[],
  log: Logger
): Promise<void> {
  await withSession(connection, async db => {
    const boss = bossOn(db, log, { migrate: true, supervise: false })
    await boss.start()
    const options = {
      expireInSeconds: EXPIRES_S,
      retryLimit: FOR_EVER_TIMES,
      ...{ retryDelay: 1, retryBackoff: true, retryDelayMax: 60 },
      retentionSeconds: FOR_EVER_S,
      deleteAfterSeconds: KEPT_S
    }
    for (const name of names) {
      if ((await boss.getQueue(name)) === null)
        await boss.createQueue(name, { policy: 'stately', ...options })
      else await boss.updateQueue(name, options)
    }
    await boss.stop({ graceful: false })
  })
}

export class JobQueue<T extends object> {
  readonly #boss: PgBoss
  readonly #name: string

  private constructor(boss: PgBoss, name: string) {
    this.#boss = boss
    this.#name = name
  }

  /** @throws when the database is out of reach, or `setUpJobQueues` has not been run */
  static async connect<T extends object>(pool: Pool, name: string, log: Logger): Promise<JobQueue<T>> {
    const boss = bossOn(pool, log, { migrate: false, supervise: true })
    await boss.start()
    return new JobQueue(boss, name)
  }

  /** Puts jobs in, within the caller's transaction. One whose key has a job that waits is left out, whatever its time. */
  async put(db: ClientBase, jobs: readonly Job<T>[]): Promise<void> {
    if (jobs.length === 0) return
    const inserted = jobs.map(({ key, group, data, at }) => ({
      ...{ singletonKey: key, group: { id: group }, data },
      ...(at === undefined ? {} : { startAfter: at })
    }))
    await this.#boss.insert(this.#name, inserted, { db: statementsOf(db) })
  }

  /** Takes out jobs that wait, within the caller's transaction: that of a key, or those whose data has all of the fields. */
  async withdraw(
    db: ClientBase,
    which: { readonly key: string } | { readonly data: Partial<T> }
  ): Promise<void> {
    for (;;) {
      const options = { ...which, queued: true, limit: 1000, db: statementsOf(db) }
      const found = await this.#boss.findJobs(this.#name, options)
      if (found.length === 0) return
      const ids = found.map(({ id }) => id)
      await this.#boss.deleteJob(this.#name, ids, { db: statementsOf(db) })
    }
  }

  /** Jobs whose time has come, at most `limit`, and of each group no more than `ofGroup` at a time anywhere. */
  async take(limit: number, ofGroup: number): Promise<TakenJob<T>[]> {
    const jobs = await this.#boss.fetch<T>(this.#name, {
      batchSize: limit,
      groupConcurrency: ofGroup,
      includeMetadata: true
    })
    return jobs.map(({ id, retryCount, data }) => ({ data, claim: { id, retryCount } }))
  }

  async done({ claim }: TakenJob<T>): Promise<void> {
    await this.#boss.complete(this.#name, claim)
  }

  /** Is tried again, ever more seldom. */
  async failed({ claim }: TakenJob<T>): Promise<void> {
    await this.#boss.fail(this.#name, claim)
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: false })
  }
}

function bossOn(
  db: Statements,
  log: Logger,
  options: { readonly migrate: boolean; readonly supervise: boolean }
): PgBoss {
  const boss = new PgBoss({
    db: statementsOf(db),
    schema: SCHEMA,
    schedule: false,
    // It would tell of every time that it looks for work, and finds none.
    openTelemetry: { enabled: false },
    superviseIntervalSeconds: SUPERVISION_S,
    monitorIntervalSeconds: SUPERVISION_S,
    maintenanceIntervalSeconds: KEPT_S,
    ...options
  })
  // Without a listener an error of its own housekeeping would end the process.
  boss.on('error', error => log.warn({ error }, 'the job queue has trouble'))
  return boss
}

const statementsOf = (db: Statements) => ({
  executeSql: (text: string, values?: unknown[]) =>
    db.query(text, values) as Promise<{ rows: Record<string, unknown>[] }>
})
