/** A part of a list. */
export interface Page<T> {
  readonly data: readonly T[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/** @param before the page that the cursor is of, where the list has read it itself */
type FetchPage<P> = (cursor: string | undefined, before?: P) => Promise<P>

/**
 * A list that is fetched page by page as it is read:
 *
 * ```ts
 * for await (const payment of payments.list({ status: 'FAILED' })) console.log(payment.id)
 * ```
 */
export class List<T, P extends Page<T> = Page<T>> implements AsyncIterable<T> {
  readonly #fetch: FetchPage<P>

  constructor(fetch: FetchPage<P>) {
    this.#fetch = fetch
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const { data } of this.pages()) yield* data
  }

  /**
   * The same by pages.
   * @param cursor `nextCursor` of the page before; the first page unless given
   */
  async *pages(cursor?: string): AsyncGenerator<P, void, undefined> {
    let page = await this.#fetch(cursor)
    yield page
    while (page.nextCursor !== null) {
      page = await this.#fetch(page.nextCursor, page)
      yield page
    }
  }
}
