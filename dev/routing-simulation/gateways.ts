// Gateways whose approval drifts, as nobody but the oracle knows it.
import { uniform } from '../../src/domain/routing/draw.ts'
import type { RoutingSubject } from '../../src/domain/routing/features.ts'
import type { GatewayProfile } from '../../src/domain/routing/route.ts'

export const HOUR_MS = 60 * 60 * 1000

interface Nature {
  readonly id: string
  /** Approval in the middle of its drift, 0 to 1. */
  readonly middle: number
  /** Half of what it drifts by. */
  readonly swing: number
  readonly periodHours: number
  /** Of the period. */
  readonly phase: number
  /** Added for customers from a country. */
  readonly countries: Readonly<Record<string, number>>
  readonly feeBasisPoints: number
}

const COUNTRIES = ['DE', 'FR', 'PL']

const natures: readonly Nature[] = [
  {
    ...{ id: 'steady', middle: 0.82, swing: 0.02, periodHours: 48, phase: 0 },
    ...{ countries: {}, feeBasisPoints: 150 }
  },
  {
    ...{ id: 'tidal', middle: 0.78, swing: 0.14, periodHours: 60, phase: 0.25 },
    ...{ countries: { DE: 0.03 }, feeBasisPoints: 120 }
  },
  {
    ...{ id: 'counter', middle: 0.76, swing: 0.14, periodHours: 60, phase: 0.75 },
    ...{ countries: { FR: 0.06 }, feeBasisPoints: 130 }
  },
  {
    ...{ id: 'regional', middle: 0.68, swing: 0.05, periodHours: 36, phase: 0.1 },
    ...{ countries: { PL: 0.24 }, feeBasisPoints: 100 }
  }
]

export const profiles: readonly GatewayProfile[] = natures.map(({ id, feeBasisPoints }, i) => ({
  ...{ id, priority: i, currencies: ['EUR'], operations: ['PURCHASE'] },
  ...{ callTimeoutMs: 1000, sendWithinMs: 1000, feeBasisPoints, feeFixed: 10 }
}))

/** The probability that the gateway approves the payment. @param now milliseconds since the simulation began */
export function truth(gateway: string, { customer }: RoutingSubject, now: number): number {
  const { middle, swing, periodHours, phase, countries } = natures.find(({ id }) => id === gateway)!
  const drift = swing * Math.sin(2 * Math.PI * (now / HOUR_MS / periodHours + phase))
  const local = countries[customer.country ?? ''] ?? 0
  return Math.min(0.99, Math.max(0.01, middle + drift + local))
}

/** The i-th payment. Sums are spread as prices are: many small, few large. */
export function payment(seed: string, i: number): RoutingSubject {
  const country = COUNTRIES[Math.floor(uniform(`${seed}/${i}/country`) * COUNTRIES.length)]!
  const amount = Math.round(500 * 10 ** (2 * uniform(`${seed}/${i}/amount`)))
  const customer = { id: `customer-${Math.floor(uniform(`${seed}/${i}/customer`) * 500)}`, country }
  return { amount, currency: 'EUR', customer, paymentMethod: { type: 'CARD' } }
}

/** What the gateway would answer: the same for the same payment, whoever asks. */
export const approves = (seed: string, i: number, gateway: string, probability: number): boolean =>
  uniform(`${seed}/${i}/outcome/${gateway}`) < probability
