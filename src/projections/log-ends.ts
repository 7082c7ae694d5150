/** Where the log of a partition ended. */
export interface LogEnd {
  readonly partition: number
  /** Behind the last record. */
  readonly offset: number
  /** Before it was looked at, in milliseconds of a clock that nobody sets. */
  readonly seenAt: number
}

/** Ends of one partition that are kept. Where a view is far behind, they lie the further apart. */
const KEPT = 64

/**
 * The ends that logs were seen to have and a view has not come to yet. When it comes to one, the view shows everything that
 * was on record when the end was seen, however long the log has become meanwhile.
 */
export class LogEnds {
  /** By partition, the oldest first. */
  #ahead = new Map<number, readonly LogEnd[]>()

  /**
   * Takes in where logs end now. What was seen of other partitions is forgotten.
   * @param positions that the view has come to, by partition
   * @returns of each partition the last end that the view has come to, unless it has come to none since
   */
  reached(seen: readonly LogEnd[], positions: ReadonlyMap<number, number>): LogEnd[] {
    const before = this.#ahead
    this.#ahead = new Map()
    return seen.flatMap(end => {
      const { partition } = end
      const position = positions.get(partition)
      if (position === undefined) return []
      const ends = [...(before.get(partition) ?? []), end]
      const ahead = ends.filter(({ offset }) => offset > position)
      this.#ahead.set(partition, ahead.length > KEPT ? ahead.filter((_, i) => i % 2 === 0) : ahead)
      return ends.findLast(({ offset }) => offset <= position) ?? []
    })
  }
}
