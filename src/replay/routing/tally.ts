// What a policy would have come to, against what happened.
import type { RoutingPolicy } from '../../domain/routing/policy.ts'
import { InversePropensity, type Interval } from './inverse-propensity.ts'
import { oddsUnder, recordedOdds, type RecordedChoice } from './recorded-choice.ts'

/** More of the volume than this at gateways that could not have been drawn, and nothing can be told. */
const MOST_UNSEEN = 0.01
/** Draws, in effect, below which an interval says little. */
const LEAST_EFFECTIVE = 50

export interface GatewayVolume {
  readonly gateway: string
  /** Choices. */
  readonly happened: number
  readonly expected: number
  /** Of the expected ones, those made where the gateway could not have been drawn. */
  readonly unseen: number
}

export interface Fees {
  readonly currency: string
  /** Minor units in all, for payments that were approved. */
  readonly happened: number
  readonly expected: Interval | null
}

export interface RoutingReport {
  /** Choices that were looked at. */
  readonly choices: number
  /** Left out: what came of them is not known yet. */
  readonly open: number
  /** Left out: recorded before what it takes was. */
  readonly unrecorded: number
  /** For which the policy has no gateway. */
  readonly unrouted: number
  readonly volume: readonly GatewayVolume[]
  readonly approvals: {
    /** Part of the choices, 0 to 1. */
    readonly happened: number | null
    readonly expected: Interval | null
  }
  readonly fees: readonly Fees[]
  /** How many draws of the policy's own would have told as much. */
  readonly effective: number
  /** Part of the expected volume that nothing is known of, 0 to 1. */
  readonly unseen: number
  /** Why there are no expectations; empty where there are. */
  readonly tooLittle: readonly string[]
}

export class RoutingTally {
  readonly #policy: RoutingPolicy
  readonly #approvals = new InversePropensity()
  readonly #fees = new Map<string, { paid: number; choices: number; estimate: InversePropensity }>()
  readonly #volume = new Map<string, { happened: number; expected: number; unseen: number }>()
  #choices = 0
  #approved = 0
  #open = 0
  #unrecorded = 0
  #unrouted = 0

  constructor(policy: RoutingPolicy) {
    this.#policy = policy
  }

  /** @param approved null while it is not known */
  add(choice: RecordedChoice, approved: boolean | null): void {
    const before = recordedOdds(choice)
    if (before === null) this.#unrecorded++
    else if (approved === null) this.#open++
    else this.#count(choice, before, approved)
  }

  #count(choice: RecordedChoice, before: ReadonlyMap<string, number>, approved: boolean): void {
    const { gateway, probability, candidates, features } = choice
    const odds = oddsUnder(this.#policy, choice)
    this.#choices++
    this.#approved += Number(approved)
    if (odds.size === 0) this.#unrouted++
    this.#of(gateway).happened++
    for (const [id, chance] of odds) {
      this.#of(id).expected += chance
      if ((before.get(id) ?? 0) === 0) this.#of(id).unseen += chance
    }
    const weight = (odds.get(gateway) ?? 0) / probability
    this.#approvals.add(weight, Number(approved))
    const cost = candidates.find(one => one.gateway === gateway)?.terms['cost'] ?? 0
    const fee = approved ? cost : 0
    const fees = this.#feesIn(features['currency']!)
    fees.paid += fee
    fees.choices++
    fees.estimate.add(weight, fee)
  }

  report(): RoutingReport {
    const choices = this.#choices
    const volume = [...this.#volume].map(([gateway, counts]) => ({ gateway, ...counts }))
    const sum = (of: (one: GatewayVolume) => number) => volume.reduce((all, one) => all + of(one), 0)
    const expected = sum(one => one.expected)
    const unseen = expected === 0 ? 0 : sum(one => one.unseen) / expected
    const tooLittle = this.#tooLittle(unseen, volume)
    const ifTold = (estimate: Interval | null) => (tooLittle.length === 0 ? estimate : null)
    return {
      ...{ choices, open: this.#open, unrecorded: this.#unrecorded, unrouted: this.#unrouted },
      volume: volume.sort((a, b) => (a.gateway < b.gateway ? -1 : 1)),
      approvals: {
        happened: choices === 0 ? null : this.#approved / choices,
        expected: ifTold(this.#approvals.mean)
      },
      fees: [...this.#fees].map(([currency, { paid, choices: made, estimate }]) => ({
        ...{ currency, happened: paid },
        expected: ifTold(scaled(estimate.mean, made))
      })),
      ...{ effective: this.#approvals.effective, unseen, tooLittle }
    }
  }

  #tooLittle(unseen: number, volume: readonly GatewayVolume[]): string[] {
    const told: string[] = []
    if (unseen > MOST_UNSEEN) {
      const where = volume
        .filter(one => one.unseen > 0)
        .map(one => `${one.gateway} ${percent(one.unseen / this.#choices)}`)
      told.push(
        `${percent(unseen)} of the volume would go where it could not have gone then: ${where.join(', ')}`
      )
    }
    const { effective } = this.#approvals
    if (effective < LEAST_EFFECTIVE)
      told.push(`what happened says as much as ${Math.floor(effective)} payments of the policy's own`)
    return told
  }

  #of(gateway: string) {
    let counts = this.#volume.get(gateway)
    if (counts === undefined) this.#volume.set(gateway, (counts = { happened: 0, expected: 0, unseen: 0 }))
    return counts
  }

  #feesIn(currency: string) {
    let fees = this.#fees.get(currency)
    if (fees === undefined)
      this.#fees.set(currency, (fees = { paid: 0, choices: 0, estimate: new InversePropensity() }))
    return fees
  }
}

const scaled = (mean: Interval | null, by: number): Interval | null =>
  mean && { value: mean.value * by, low: mean.low * by, high: mean.high * by }

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`
