// What a choice, and an estimate, may depend on.
import { exponentOf } from '../money/currencies.ts'
import type { Condition } from './policy.ts'

/** What of a payment the choice may depend on. */
export interface RoutingSubject {
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly customer: { readonly id: string; readonly country: string | null }
  readonly paymentMethod: { readonly type: string; readonly network?: string | null }
}

export interface Features {
  readonly merchant: string
  readonly customer: string
  /** Minor units. */
  readonly amount: number
  readonly amountBand: string
  readonly currency: string
  readonly country: string | null
  readonly method: string
  readonly network: string | null
  /** Of the day in UTC, 0 to 23. */
  readonly hour: number
}

const HOUR_MS = 60 * 60 * 1000

/** @param now epoch milliseconds */
export const featuresOf = (
  { amount, currency, customer, paymentMethod }: RoutingSubject,
  merchant: string,
  now: number
): Features => ({
  ...{ merchant, customer: customer.id, amount, amountBand: amountBand(amount, currency), currency },
  ...{ country: customer.country, method: paymentMethod.type, network: paymentMethod.network ?? null },
  hour: Math.floor(now / HOUR_MS) % 24
})

const BANDS = [10, 100, 1000, 10_000, 100_000]

/** Powers of ten in units of the currency: few enough that each is met often, and apart as issuers' limits are. */
function amountBand(amount: number, currency: string): string {
  const units = amount / 10 ** (exponentOf(currency) ?? 2)
  const below = BANDS.find(band => units < band)
  return below === undefined ? `${BANDS.at(-1)}+` : `<${below}`
}

/** As an event keeps them; the merchant stands in its envelope. */
export function recordedFeatures(features: Features): Record<string, string> {
  const { customer, amount, amountBand: band, currency, country, method, network, hour } = features
  return {
    ...{ amount: String(amount), amount_band: band, currency, method, customer, hour: String(hour) },
    ...(country !== null && { country }),
    ...(network !== null && { network })
  }
}

export function holds(condition: Condition | undefined, features: Features): boolean {
  if (condition === undefined) return true
  const { currencies, countries, methods, networks, merchants, customers, amount, hours } = condition
  return (
    isAmong(features.currency, currencies) &&
    isAmong(features.country, countries) &&
    isAmong(features.method, methods) &&
    isAmong(features.network, networks) &&
    isAmong(features.merchant, merchants) &&
    isAmong(features.customer, customers) &&
    features.amount >= (amount?.from ?? 0) &&
    features.amount < (amount?.below ?? Infinity) &&
    (hours === undefined || isWithin(features.hour, hours))
  )
}

const isAmong = (value: string | null, wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || (value !== null && wanted.includes(value))

const isWithin = (hour: number, { from, until }: { from: number; until: number }): boolean =>
  from < until ? hour >= from && hour < until : hour >= from || hour < until
