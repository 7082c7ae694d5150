/** A part of a list. */
export interface Page<T> {
  readonly data: readonly T[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/**
 * A list that is fetched page by page as it is read:
 *
 * ```ts
 * for await (const payment of payments.list({ status: 'FAILED' })) console.log(payment.id)
 * ```
 */
export class List<T> implements AsyncIterable<T> {
  readonly #fetch: (cursor: string | undefined) => Promise<Page<T>>

  constructor(fetch: (cursor: string | undefined) => Promise<Page<T>>) {
    this.#fetch = fetch
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const { data } of this.pages()) yield* data
  }

  /**
   * The same by pages.
   * @param cursor `nextCursor` of the page before; the first page unless given
   */
  async *pages(cursor?: string): AsyncGenerator<Page<T>, void, undefined> {
    let page = await this.#fetch(cursor)
    yield page
    while (page.nextCursor !== null) {
      page = await this.#fetch(page.nextCursor)
      yield page
    }
  }
}
