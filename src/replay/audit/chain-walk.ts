// One chain, walked from its first row on.
import { entryHash, GENESIS } from '../../audit/chain.ts'
import type { AuditFinding } from './audit-findings.ts'
import type { TrailRow } from './trail.ts'

/** Numbers that were passed over at a row, until it is known whether their rows stand elsewhere. */
interface Gap {
  readonly row: TrailRow
  readonly first: number
  readonly last: number
  found: number
}

/** Gaps that are kept in mind; a trail with more is in ruins, and what follows is told as it comes. */
const GAPS = 1_000

export class ChainWalk {
  /** What the chain came to with the last row in its place. */
  previous: Buffer = GENESIS
  #number = 0
  readonly #gaps: Gap[] = []
  readonly #add: (finding: AuditFinding) => void
  #rows = 0

  constructor(add: (finding: AuditFinding) => void) {
    this.#add = add
  }

  get rows(): number {
    return this.#rows
  }

  /**
   * Takes the next row by its offset.
   * @returns whether its hash follows from the row before and from what it says
   */
  take(row: TrailRow): boolean {
    this.#rows++
    const { number, chain } = row
    if (number <= this.#number) {
      this.#outOfPlace(row)
      return false
    }
    const isNext = number === this.#number + 1
    const follows = isNext && entryHash(this.previous, row).equals(chain)
    if (!isNext) this.#passOver(row)
    else if (!follows) this.#tell('edited_row', row, 'its hash is not the one that follows from what it says')
    this.#number = number
    this.previous = chain
    return follows
  }

  /** Tells of what was missed and did not turn up. */
  end(): void {
    for (const { row, first, last, found } of this.#gaps) {
      const numbers = first === last ? `number ${first}` : `numbers ${first} to ${last}`
      const missing = last - first + 1 - found
      if (found > 0)
        this.#tell('reordered_rows', row, `before it ${numbers} should stand: they stand elsewhere`)
      if (missing > 0) this.#tell('missing_rows', row, `before it ${missing} of ${numbers} are missing`)
    }
  }

  #passOver(row: TrailRow): void {
    const gap = { row, first: this.#number + 1, last: row.number - 1, found: 0 }
    if (this.#gaps.length < GAPS) this.#gaps.push(gap)
    else this.#tell('missing_rows', row, `before it numbers ${gap.first} to ${gap.last} should stand`)
  }

  #outOfPlace(row: TrailRow): void {
    const gap = this.#gaps.find(({ first, last }) => first <= row.number && row.number <= last)
    if (gap === undefined) this.#tell('inserted_row', row, `it is a second row with the number ${row.number}`)
    else gap.found++
  }

  #tell(fault: AuditFinding['fault'], { topic, partition, offset }: TrailRow, detail: string): void {
    this.#add({ fault, topic, partition, offset, detail })
  }
}
