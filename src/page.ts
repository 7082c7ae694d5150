// Lists that are read in parts, whoever keeps them.

/** What is asked of a list. */
export interface PageRequest {
  /** From 1. */
  readonly limit: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string
}

export interface Page<T> {
  readonly data: readonly T[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}
