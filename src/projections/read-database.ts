// The only way to the read models' tables for whoever answers merchants.
import type { Pool, QueryResultRow } from 'pg'
import type { Logger } from 'pino'
import { connectPostgres, READER_ROLE, type PostgresConnection } from '../platform/postgres.ts'

/**
 * Reads as a Postgres role that sees, of tables with merchants' data, the rows of one merchant at a time: the one named
 * for the transaction. Row-level security compares it, so that a query that forgets its own condition shows nothing
 * foreign, and one that was never told a merchant shows nothing.
 */
export class ReadDatabase {
  readonly #pool: Pool

  private constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Connects when first used, so the database may be down. */
  static connect(connection: PostgresConnection, log: Logger): ReadDatabase {
    return new ReadDatabase(connectPostgres({ ...connection, role: READER_ROLE, pipeline: true }, log))
  }

  /**
   * Rows of a merchant's data.
   *
   * The four statements go out together and take one round trip. The setting is made before the query is planned, so the
   * planner knows the merchant and how much it owns; that is why it is not a part of the query.
   *
   * @param text in which $1 is the merchant
   * @param values from $2 on
   */
  async ofMerchant<R extends QueryResultRow>(
    merchantId: string,
    text: string,
    values: readonly unknown[] = []
  ): Promise<R[]> {
    const client = await this.#pool.connect()
    let isSound = false
    try {
      const [, , { rows }] = await Promise.all([
        client.query('BEGIN READ ONLY'),
        client.query("SELECT set_config('aegispay.merchant', $1, true)", [merchantId]),
        client.query<R>(text, [merchantId, ...values]),
        client.query('COMMIT')
      ])
      isSound = true
      return rows
    } finally {
      // Of a transaction that failed it is not known how far it has come.
      client.release(!isSound)
    }
  }

  /** Rows of what belongs to no merchant; of merchants' data there are none. */
  async ofNoMerchant<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const { rows } = await this.#pool.query<R>(text, values)
    return rows
  }

  /** How many connections there are, and how many wait for one. */
  get connections(): Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> {
    return this.#pool
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
