// How likely gateways approve payments, learnt from what they did: Beta posteriors whose evidence fades.
import type { Features } from './features.ts'
import type { ApprovalEstimate } from './scores.ts'

/** Milliseconds after which an outcome counts half: issuers and gateways change within days, not minutes. */
export const HALF_LIFE_MS = 6 * 60 * 60 * 1000
/** Segments that are kept; the one that learnt nothing for the longest time goes first. */
export const MAX_SEGMENTS = 2_000
/** What is believed of a gateway that nothing is known of, and how many outcomes that belief is worth. */
const PRIOR_MEAN = 0.85
const PRIOR_OUTCOMES = 4
/** What is known of a coarser segment counts for at most so many outcomes of the finer one. */
const LENT_OUTCOMES = 20

/** Decayed numbers of outcomes. */
export interface Counts {
  readonly approved: number
  readonly declined: number
}

const NOTHING: Counts = { approved: 0, declined: 0 }

/** Those of many segments, as of one moment. */
export interface SegmentCounts {
  /** Epoch milliseconds. */
  readonly asOf: number
  readonly segments: ReadonlyMap<string, Counts>
}

interface Segment {
  approved: number
  declined: number
  /** Epoch milliseconds. */
  asOf: number
}

/** From the coarsest to the finest: each is a part of the one before. */
export function segmentsOf(gateway: string, features: Features): readonly string[] {
  const { currency, country, method, network, amountBand } = features
  const inCurrency = `${gateway}|${currency}`
  const ofCards = `${inCurrency}|${country ?? ''}|${method}`
  return [gateway, inCurrency, ofCards, `${ofCards}|${network ?? ''}|${amountBand}`]
}

/** What one partition has learnt, or all of them together: counts add. */
export class Approvals {
  /** The one that learnt last stands last. */
  readonly #segments = new Map<string, Segment>()
  readonly #cap: number

  constructor(cap = MAX_SEGMENTS) {
    this.#cap = cap
  }

  /** @param now epoch milliseconds */
  learn(segments: readonly string[], outcome: 'approved' | 'declined', now: number): void {
    for (const segment of segments) this.#add(segment, { approved: 0, declined: 0, [outcome]: 1 }, now)
  }

  /** Adds what another has learnt. */
  merge({ segments, asOf }: SegmentCounts): void {
    for (const [segment, counts] of segments) this.#add(segment, counts, asOf)
  }

  /** Takes away what was merged before, faded since as all has. */
  unmerge({ segments, asOf }: SegmentCounts): void {
    for (const [segment, { approved, declined }] of segments)
      if (this.#segments.has(segment)) this.#add(segment, { approved: -approved, declined: -declined }, asOf)
  }

  /** @param now epoch milliseconds */
  counts(segment: string, now: number): Counts {
    const held = this.#segments.get(segment)
    if (held === undefined) return NOTHING
    const faded = fading(held.asOf, now)
    return { approved: Math.max(0, held.approved * faded), declined: Math.max(0, held.declined * faded) }
  }

  /** What there is to tell others. */
  snapshot(now: number): SegmentCounts {
    return {
      asOf: now,
      segments: new Map([...this.#segments.keys()].map(key => [key, this.counts(key, now)]))
    }
  }

  get size(): number {
    return this.#segments.size
  }

  /**
   * The posterior of the finest segment. Each segment takes the posterior mean of the rest of the coarser one for its prior,
   * worth as much as is known there, up to a bound: so a segment that was never met is judged by what it is a part of, and
   * no outcome counts twice.
   *
   * Source: A. Gelman et al., "Bayesian Data Analysis", 3rd ed., 2013, ch. 2 (Beta posteriors) and 5 (partial pooling).
   *
   * @param segments from the coarsest to the finest
   * @param now epoch milliseconds
   */
  estimate(segments: readonly string[], now: number): ApprovalEstimate {
    let mean = PRIOR_MEAN
    let outcomes = PRIOR_OUTCOMES
    let whole = this.#countsOf(segments[0], now)
    for (let i = 0; i < segments.length; i++) {
      const part = this.#countsOf(segments[i + 1], now)
      // A part may be known that its whole has forgotten.
      const approved = Math.max(0, whole.approved - part.approved)
      const declined = Math.max(0, whole.declined - part.declined)
      const lent = Math.min(outcomes, LENT_OUTCOMES)
      outcomes = lent + approved + declined
      mean = (lent * mean + approved) / outcomes
      whole = part
    }
    return { mean, spread: Math.sqrt((mean * (1 - mean)) / (outcomes + 1)) }
  }

  #countsOf(segment: string | undefined, now: number): Counts {
    return segment === undefined ? NOTHING : this.counts(segment, now)
  }

  #add(segment: string, { approved, declined }: Counts, at: number): void {
    const held = this.#segments.get(segment)
    this.#segments.delete(segment)
    const asOf = Math.max(at, held?.asOf ?? at)
    const faded = fading(at, asOf)
    const kept = held === undefined ? 0 : fading(held.asOf, asOf)
    this.#segments.set(segment, {
      approved: (held?.approved ?? 0) * kept + approved * faded,
      declined: (held?.declined ?? 0) * kept + declined * faded,
      asOf
    })
    if (this.#segments.size <= this.#cap) return
    const [oldest] = this.#segments.keys()
    this.#segments.delete(oldest!)
  }
}

/** What is left of a count. */
const fading = (asOf: number, now: number): number => 2 ** (Math.min(0, asOf - now) / HALF_LIFE_MS)
