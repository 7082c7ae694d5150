// What the events of one transaction add to the tables: one row for each key, however many events there are.
import { recordedEventOf, UnprojectableError, type StoredSequencedEvent } from '../view.ts'
import { factsOf, type Decline, type Fact } from './facts.ts'
import { inFlight } from './in-flight.ts'
import { counted, grains, latencies, rowDimensions, summed, type Grain } from './measures.ts'
import { binOf } from './sketch.ts'
import { tracked, type SequencedEvent, type TrackedPayment } from './tracked-payment.ts'

/** What a row is about. */
type Key = Readonly<Record<string, string | number>>
/** Columns that are added to those of the same key: counts, sums as texts of integers, and counts by bin. */
type Sums = Record<string, number | bigint | Record<string, number>>

/** Characters of a text that a row is about. A code of somebody else's adapter may be longer than an index has room for. */
const KEY_LENGTH = 200

/** Rows to be added, by their keys. */
class Additions {
  readonly #rows = new Map<string, Key & Sums>()

  to(key: Key, empty: () => Sums): Sums {
    const name = JSON.stringify(Object.values(key))
    const known = this.#rows.get(name)
    if (known !== undefined) return known
    const row = { ...key, ...empty() } as Key & Sums
    this.#rows.set(name, row)
    return row
  }

  /** In the order of their keys, in which whoever else writes them would lock them. */
  rows(): object[] {
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => asJson(row))
  }
}

/** JSON has no integers as large as sums may become. */
const asJson = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'bigint' ? String(value) : (value as unknown)
    ])
  )

export class Tally {
  readonly #payments: Map<string, TrackedPayment>
  readonly #counts = new Additions()
  readonly #declines = new Additions()
  readonly #inFlight = new Additions()

  /** @param payments those of the events that are known, by their ids */
  constructor(payments: ReadonlyMap<string, TrackedPayment>) {
    this.#payments = new Map(payments)
  }

  /** @throws UnprojectableError when the event does not fit what is known of its payment */
  take(stored: StoredSequencedEvent): void {
    const { partition, offset } = stored
    try {
      const event = recordedEventOf(stored) as SequencedEvent
      const before = this.#payments.get(event.paymentId) ?? null
      const after = tracked(before, event)
      this.#payments.set(event.paymentId, after)
      for (const fact of factsOf(event, before, after)) this.#count(fact, event, after, partition)
      this.#move(before, after, partition)
    } catch (error) {
      throw new UnprojectableError(offset, error)
    }
  }

  /** By table. */
  rows(): Record<
    'analytics' | 'analytics_declines' | 'analytics_in_flight' | 'analytics_payments',
    object[]
  > {
    return {
      analytics: this.#counts.rows(),
      analytics_declines: this.#declines.rows(),
      analytics_in_flight: this.#inFlight.rows(),
      analytics_payments: [...this.#payments.values()]
    }
  }

  #count(fact: Fact, { occurredAt }: SequencedEvent, payment: TrackedPayment, partition: number): void {
    for (const grain of Object.keys(grains) as Grain[]) {
      const key = keyOf(payment, grain, occurredAt, partition)
      if (fact.kind === 'declined')
        add(this.#declines.to({ ...key, ...declineKey(fact) }, noDeclines), 'declines', 1)
      else addFact(this.#counts.to(key, nothing), fact)
    }
  }

  #move(before: TrackedPayment | null, after: TrackedPayment, partition: number): void {
    const change = (payment: TrackedPayment | null, by: 1 | -1) => {
      for (const { status, amount } of inFlight(payment)) {
        const { merchant_id, currency } = after
        const row = this.#inFlight.to({ merchant_id, currency, status, partition }, noneInFlight)
        add(row, 'in_flight', by)
        sum(row, 'in_flight_amount', BigInt(by * amount))
      }
    }
    change(before, -1)
    change(after, 1)
  }
}

const nothing = (): Sums =>
  Object.fromEntries([
    ...summed.flatMap(measure => [[measure, 0] as const, [`${measure}_amount`, 0n] as const]),
    ...counted.map(measure => [measure, 0] as const),
    ...latencies.map(latency => [latency, {}] as const)
  ])

const noDeclines = (): Sums => ({ declines: 0 })
const noneInFlight = (): Sums => ({ in_flight: 0, in_flight_amount: 0n })

function keyOf(payment: TrackedPayment, grain: Grain, at: number, partition: number): Key {
  const starts_at = new Date(Math.floor(at / grains[grain]) * grains[grain]).toISOString()
  const about = rowDimensions.map(dimension => [dimension, (payment[dimension] ?? '').slice(0, KEY_LENGTH)])
  return {
    merchant_id: payment.merchant_id,
    grain,
    starts_at,
    partition,
    ...Object.fromEntries(about)
  } as Key
}

const declineKey = ({ subject, stage, code, declineType }: Decline): Key => ({
  ...{ subject, stage, code: code.slice(0, KEY_LENGTH), decline_type: declineType }
})

function addFact(row: Sums, fact: Exclude<Fact, { kind: 'declined' }>): void {
  switch (fact.kind) {
    case 'summed':
      add(row, fact.measure, 1)
      sum(row, `${fact.measure}_amount`, fact.amount)
      return
    case 'counted':
      add(row, fact.measure, 1)
      return
    case 'took': {
      const bins = row[fact.latency] as Record<string, number>
      const bin = binOf(fact.ms)
      bins[bin] = (bins[bin] ?? 0) + 1
    }
  }
}

const add = (row: Sums, column: string, count: number): void =>
  void (row[column] = (row[column] as number) + count)

const sum = (row: Sums, column: string, amount: bigint): void =>
  void (row[column] = (row[column] as bigint) + amount)
