// The anchors against the rows of the table: whether each is signed, whether they agree with each other, and with the rows.
import { isSigned } from '../../audit/anchor.ts'
import type { PublicKeys } from '../../audit/keys.ts'
import type { Anchor } from '../../generated/records.ts'
import type { AuditFinding, AuditFindings } from './audit-findings.ts'
import type { SourcedAnchor } from './anchor-sources.ts'
import type { Trail } from './trail.ts'

/** What the anchors say of one chain. */
export interface Covered {
  /** That agree with the rows, repeats left out. */
  anchors: number
  /** The last record that one of these covers; -1 for none. */
  through: number
  /** How many records that are. */
  number: number
  /** Whether an anchor says otherwise than the rows. */
  isContradicted: boolean
  /** The one that covers most, of those behind the end of the table. */
  beyond: Anchor | null
}

export interface AnchorCheckDeps {
  /** The prefix of topics. */
  readonly installation: string
  readonly keys: PublicKeys
  readonly findings: AuditFindings
  /** By the topic's name without the prefix. */
  readonly trails: ReadonlyMap<string, Trail>
}

export class AnchorCheck {
  /** Anchors that nobody can tell the signature of, for want of keys. */
  notVerified = 0
  seen = 0
  readonly #deps: AnchorCheckDeps
  readonly #covered = new Map<string, Covered>()
  /** By chain, of those of the present source the one that covers most. */
  #last = new Map<string, Anchor>()

  constructor(deps: AnchorCheckDeps) {
    this.#deps = deps
  }

  of(topic: string, partition: number): Covered {
    const chain = `${topic}/${partition}`
    let covered = this.#covered.get(chain)
    if (covered === undefined) {
      covered = { anchors: 0, through: -1, number: 0, isContradicted: false, beyond: null }
      this.#covered.set(chain, covered)
    }
    return covered
  }

  /** The partitions of a topic that anchors speak of. */
  partitions(topic: string): number[] {
    const chains = [...this.#covered.keys()].filter(chain => chain.startsWith(`${topic}/`))
    return chains.map(chain => Number(chain.slice(topic.length + 1)))
  }

  /** Ends a source. @returns by chain, the anchor of it that covers most */
  endSource(): ReadonlyMap<string, Anchor> {
    const last = this.#last
    this.#last = new Map()
    return last
  }

  /** Anchors of one source, in its order. */
  async take(sourced: readonly SourcedAnchor[]): Promise<void> {
    const sound = sourced.flatMap(one => (this.#isSound(one) ? one.anchor! : []))
    for (const [topic, anchors] of Map.groupBy(sound, ({ topic }) => topic)) {
      const rows = await this.#deps.trails.get(topic)!.at(anchors)
      for (const anchor of anchors) {
        const row = rows.get(`${anchor.partition}/${anchor.offset}`)
        const covered = this.of(topic, anchor.partition)
        if (row === undefined) await this.#missing(anchor, covered)
        else if (row.number === anchor.number && row.chain.toString('hex') === anchor.chain)
          cover(covered, anchor)
        else this.#contradicted(anchor, covered)
      }
    }
  }

  #isSound({ anchor, topic, partition, offset, place }: SourcedAnchor): boolean {
    const { installation, keys, findings, trails } = this.#deps
    const forged = (detail: string) => {
      findings.add({ fault: 'forged_anchor', topic, partition, offset, detail: `${place}: ${detail}` })
      return false
    }
    this.seen++
    if (anchor === null) return forged('it is no anchor')
    if (anchor.installation !== installation || !trails.has(anchor.topic))
      return forged(`it is about ${anchor.installation}${anchor.topic}, which is not of this installation`)
    if (keys.size === 0) this.notVerified++
    else {
      const signed = isSigned(anchor, keys)
      if (signed === null)
        return forged(`it is signed by the key ${anchor.keyId}, which is none of those given`)
      if (!signed) return forged('its signature does not fit what it says')
    }
    const chain = `${anchor.topic}/${anchor.partition}`
    const last = this.#last.get(chain)
    if (last !== undefined && contradict(last, anchor)) {
      const detail = `${place}: number ${anchor.number} at offset ${anchor.offset} cannot be true together with number ${last.number} at offset ${last.offset}, which is signed too`
      findings.add({ fault: 'contradictory_anchors', ...placeOf(anchor), detail })
    }
    if (last === undefined || anchor.number > last.number) this.#last.set(chain, anchor)
    return true
  }

  async #missing(anchor: Anchor, covered: Covered): Promise<void> {
    const { partition, offset, number } = anchor
    const head = await this.#deps.trails.get(anchor.topic)!.head(partition)
    if (head !== null && head.offset > offset) {
      const detail = `an anchor covers the row, number ${number}, and it is not there`
      this.#deps.findings.add({ fault: 'missing_rows', ...placeOf(anchor), detail })
      covered.isContradicted = true
    } else if (covered.beyond === null || covered.beyond.number < number) covered.beyond = anchor
  }

  /** Told once: where a chain was written anew, all anchors from there on say so. */
  #contradicted(anchor: Anchor, covered: Covered): void {
    if (covered.isContradicted) return
    covered.isContradicted = true
    const detail = `what stands up to here is not what was anchored at ${new Date(anchor.signedAt).toISOString()}: rows were written anew`
    this.#deps.findings.add({ fault: 'contradicts_anchor', ...placeOf(anchor), detail })
  }
}

function cover(covered: Covered, { offset, number }: Anchor): void {
  if (offset <= covered.through) return
  covered.anchors++
  covered.through = offset
  covered.number = number
}

const placeOf = ({
  topic,
  partition,
  offset
}: Anchor): Pick<AuditFinding, 'topic' | 'partition' | 'offset'> => ({
  ...{ topic, partition, offset }
})

/** A repeat is none; that one comes late, since its writer was, is none either. */
const contradict = (a: Anchor, b: Anchor): boolean =>
  a.number === b.number || a.offset === b.offset
    ? a.number !== b.number || a.offset !== b.offset || a.chain !== b.chain
    : a.number < b.number !== a.offset < b.offset
