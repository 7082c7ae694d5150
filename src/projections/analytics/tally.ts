// What the events of one transaction add to the tables: one row for each key, however many events there are.
import { recordedEventOf, UnprojectableError, type StoredSequencedEvent } from '../view.ts'
import { factsOf, type Decline, type Fact } from './facts.ts'
import { inFlight } from './in-flight.ts'
import { counted, grains, latencies, rowDimensions, summed, type SummedMeasure } from './measures.ts'
import { binOf } from './sketch.ts'
import { tracked, type SequencedEvent, type TrackedPayment } from './tracked-payment.ts'

/** What a row is about, and columns that are added to those of the same key: counts, sums, and counts by bin. */
type Row = Record<string, string | number | bigint | Record<string, number>>

/** Characters of a text that a row is about. A code of somebody else's adapter may be longer than an index has room for. */
const KEY_LENGTH = 200

/** Rows to be added, by their keys. */
class Additions {
  readonly #rows = new Map<string, Row>()

  /** @param name of the key, which is made once for many additions */
  to(name: string, emptyRow: () => Row): Row {
    let row = this.#rows.get(name)
    if (row === undefined) this.#rows.set(name, (row = emptyRow()))
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
      this.#count(factsOf(event, before, after), event, after, partition)
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

  #count(
    facts: readonly Fact[],
    { occurredAt }: SequencedEvent,
    payment: TrackedPayment,
    partition: number
  ): void {
    if (facts.length === 0) return
    const { merchant_id } = payment
    const about = rowDimensions.map(dimension => (payment[dimension] ?? '').slice(0, KEY_LENGTH))
    const whose = JSON.stringify([merchant_id, ...about])
    for (const [grain, length] of ofGrains) {
      const begins = Math.floor(occurredAt / length) * length
      const name = `${grain} ${begins} ${partition} ${whose}`
      const place = () => ({
        ...{ merchant_id, grain, starts_at: new Date(begins).toISOString(), partition },
        ...Object.fromEntries(rowDimensions.map((dimension, i) => [dimension, about[i]!]))
      })
      for (const fact of facts) {
        if (fact.kind === 'declined') this.#decline(fact, name, place)
        else
          addFact(
            this.#counts.to(name, () => ({ ...place(), ...nothing() })),
            fact
          )
      }
    }
  }

  #decline({ subject, stage, code, declineType }: Decline, placeName: string, place: () => Row): void {
    const about = { subject, stage, code: code.slice(0, KEY_LENGTH), decline_type: declineType }
    const name = `${placeName} ${JSON.stringify(Object.values(about))}`
    const row = this.#declines.to(name, () => ({ ...place(), ...about, declines: 0 }))
    add(row, 'declines', 1)
  }

  #move(before: TrackedPayment | null, after: TrackedPayment, partition: number): void {
    const change = (payment: TrackedPayment | null, by: 1 | -1) => {
      for (const { status, amount } of inFlight(payment)) {
        const { merchant_id, currency } = after
        const row = this.#inFlight.to(`${status} ${currency} ${partition} ${merchant_id}`, () => ({
          ...{ merchant_id, currency, status, partition },
          ...{ in_flight: 0, in_flight_amount: 0n }
        }))
        add(row, 'in_flight', by)
        sum(row, 'in_flight_amount', BigInt(by * amount))
      }
    }
    change(before, -1)
    change(after, 1)
  }
}

const ofGrains = Object.entries(grains)

/** By measure, the column of its amounts. */
const amountOf = Object.fromEntries(summed.map(measure => [measure, `${measure}_amount`])) as Readonly<
  Record<SummedMeasure, string>
>

const nothing = (): Row =>
  Object.fromEntries([
    ...summed.flatMap(measure => [[measure, 0] as const, [amountOf[measure], 0n] as const]),
    ...counted.map(measure => [measure, 0] as const),
    ...latencies.map(latency => [latency, {}] as const)
  ])

function addFact(row: Row, fact: Exclude<Fact, { kind: 'declined' }>): void {
  switch (fact.kind) {
    case 'summed':
      add(row, fact.measure, 1)
      sum(row, amountOf[fact.measure], fact.amount)
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

const add = (row: Row, column: string, count: number): void =>
  void (row[column] = (row[column] as number) + count)

const sum = (row: Row, column: string, amount: bigint): void =>
  void (row[column] = (row[column] as bigint) + amount)
