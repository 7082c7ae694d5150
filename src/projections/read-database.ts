// The only way to the read models' tables for whoever answers merchants.
import type { Pool, QueryResultRow } from 'pg'
import type { Logger } from 'pino'
import { connectPostgres, READER_ROLE, type PostgresConnection } from '../platform/postgres.ts'

/**
 * Reads as a Postgres role that sees, of tables with merchants' data, the rows of one merchant at a time: the one named
 * for the transaction. Row-level security compares it, so that a query that forgets its own condition shows nothing
 * foreign, and one that was never told a merchant shows nothing. Payments of all merchants are shown to a read that says that
 * it is an operator's.
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
   * @param text in which $1 is the merchant
   * @param values from $2 on
   */
  ofMerchant<R extends QueryResultRow>(
    merchantId: string,
    text: string,
    values: readonly unknown[] = []
  ): Promise<R[]> {
    return this.#asReader<R>({ setting: 'aegispay.merchant', to: merchantId }, text, [merchantId, ...values])
  }

  /** Rows of payments of all merchants, for those who run the installation. */
  ofAllMerchants<R extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return this.#asReader<R>({ setting: 'aegispay.operator', to: 'on' }, text, values)
  }

  /** Rows of what belongs to no merchant; of merchants' data there are none. */
  async ofNoMerchant<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const { rows } = await this.#pool.query<R>(text, values)
    return rows
  }

  /**
   * The four statements go out together and take one round trip. The setting is made before the query is planned, so the
   * planner knows the merchant and how much it owns; that is why it is not a part of the query. It ends with the transaction.
   */
  async #asReader<R extends QueryResultRow>(
    { setting, to }: { readonly setting: string; readonly to: string },
    text: string,
    values: readonly unknown[]
  ): Promise<R[]> {
    const client = await this.#pool.connect()
    let isSound = false
    try {
      const [, , { rows }] = await Promise.all([
        client.query('BEGIN READ ONLY'),
        client.query('SELECT set_config($1, $2, true)', [setting, to]),
        client.query<R>(text, [...values]),
        client.query('COMMIT')
      ])
      isSound = true
      return rows
    } finally {
      // Of a transaction that failed it is not known how far it has come.
      client.release(!isSound)
    }
  }

  /** How many connections there are, and how many wait for one. */
  get connections(): Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> {
    return this.#pool
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
