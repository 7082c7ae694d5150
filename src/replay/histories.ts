// The histories of all payments of one partition, as its events tell them.
import { CorruptHistoryError } from '../domain/payment/statuses.ts'
import type { PaymentState } from '../domain/payment/state.ts'
import type { StoredEvent } from '../projections/view.ts'
import { inputOf } from './event-log.ts'
import type { Findings } from './findings.ts'
import { brokenSums, PaymentFold } from './payment-fold.ts'

export interface History {
  readonly state: PaymentState | null
  /** Of the payment's last event. */
  readonly lastOffset: number
}

export class Histories {
  readonly #partition: number
  readonly #findings: Findings
  readonly #folds = new Map<string, PaymentFold>()
  readonly #corrupt = new Set<string>()
  readonly #inputs = new Map<string, number>()

  constructor(partition: number, findings: Findings) {
    this.#partition = partition
    this.#findings = findings
  }

  /** An event that cannot follow is told once; whatever comes after it in that payment proves nothing. */
  take(event: StoredEvent): void {
    this.#findings.events++
    const [topic, offset] = inputOf(event)
    if (topic !== null) this.#inputs.set(topic, Math.max(offset, this.#inputs.get(topic) ?? -1))
    if (event.type === 'InputsHandled' || this.#corrupt.has(event.value.paymentId)) return
    const { paymentId } = event.value
    let fold = this.#folds.get(paymentId)
    if (fold === undefined) this.#folds.set(paymentId, (fold = new PaymentFold()))
    try {
      fold.take(event)
    } catch (error) {
      if (!(error instanceof CorruptHistoryError)) throw error
      this.#break(paymentId, 'history', event.offset, 'an event that can follow', error.message)
      return
    }
    const broken = fold.state === null ? null : brokenSums(fold.state)
    if (broken !== null)
      this.#break(paymentId, 'sums', event.offset, 'refunded ≤ captured ≤ authorized ≤ amount', broken)
  }

  #break(subject: string, check: 'history' | 'sums', offset: number, expected: string, found: string): void {
    this.#corrupt.add(subject)
    this.#findings.add({
      ...{ check, partition: this.#partition, subject },
      ...{ field: `event at offset ${offset}`, expected, found }
    })
  }

  /** Of each input topic, the last offset whose effects were seen. */
  get inputs(): ReadonlyMap<string, number> {
    return this.#inputs
  }

  /** Payments that the log names, whether their histories can be followed or not. */
  get paymentIds(): Iterable<string> {
    return this.#folds.keys()
  }

  /** Those that came to be: an id may have had refused commands alone. */
  get count(): number {
    return [...this.#folds.values()].filter(({ state }) => state !== null && state.payment !== null).length
  }

  isCorrupt(paymentId: string): boolean {
    return this.#corrupt.has(paymentId)
  }

  /** Null for a payment that the log does not name. */
  of(paymentId: string): History | null {
    return this.#folds.get(paymentId) ?? null
  }
}
