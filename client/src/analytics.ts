import type { Ask } from './ask.ts'
import { headersOf, type ReadOptions } from './options.ts'
import { List } from './pages.ts'
import type { Query } from './transport.ts'
import type {
  Declines,
  DeclinesQuery,
  InFlight,
  PaymentFigures,
  PaymentFiguresPage,
  PaymentFiguresQuery
} from './wire.ts'

/** Which figures. */
export interface PaymentFiguresFilter extends Omit<PaymentFiguresQuery, 'by' | 'limit' | 'cursor'> {
  /** What is told apart; hours unless given. Currencies always are. */
  readonly by?: readonly ('hour' | 'day' | 'currency' | 'merchant' | 'gateway' | 'method' | 'variant')[]
  /** Rows fetched at a time: 1 to 1000, 100 unless given. */
  readonly pageSize?: number
}

/** Which reasons. */
export interface DeclinesFilter extends Omit<DeclinesQuery, 'limit'> {
  /** Reasons at most: 1 to 100, 20 unless given. */
  readonly limit?: number
}

/**
 * A merchant's payments in figures, which follow what happens within a second or two. Amounts are in minor units, shares
 * from 0 to 1, and null where there is nothing to divide. Everything throws an AegisPayError when it fails.
 */
export class Analytics {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /**
   * What happened to payments, in the order of time, then of currency. Of the last 24 hours unless `from` says otherwise, and
   * of 31 days at most where hours are told apart, else of 400 (`query_invalid`).
   */
  payments(
    filter: PaymentFiguresFilter = {},
    options?: ReadOptions
  ): List<PaymentFigures, PaymentFiguresPage> {
    const { by, pageSize, ...rest } = filter
    const query = { ...rest, by: by?.join(','), limit: pageSize }
    return new List((cursor, before) => {
      // A period that ends now would be another one for the next page.
      const period = before === undefined ? {} : { from: before.from, to: before.to }
      return this.#read('payments', { ...query, ...period, cursor }, options)
    })
  }

  /** What has begun and not ended, now, by currency and status. */
  async inFlight(options?: ReadOptions): Promise<InFlight['data']> {
    return (await this.#read<InFlight>('in-flight', {}, options)).data
  }

  /** Why payments came to nothing, the most frequent reasons first; of the last 24 hours unless `from` says otherwise. */
  declines(filter: DeclinesFilter = {}, options?: ReadOptions): Promise<Declines> {
    return this.#read('declines', { ...filter }, options)
  }

  #read<T>(what: string, query: Query, options: ReadOptions = {}): Promise<T> {
    const request = { path: `v1/analytics/${what}`, query, headers: headersOf(options) }
    return this.#ask({ method: 'GET', ...request }, options)
  }
}
