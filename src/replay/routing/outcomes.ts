// Which choice of a gateway came to what, as the events of payments tell it.
import type { StoredEvent } from '../../projections/view.ts'
import type { RecordedChoice } from './recorded-choice.ts'

interface Awaited {
  readonly choice: RecordedChoice
  /** Epoch milliseconds. */
  readonly at: number
}

/** Holds the choices whose outcome has not come yet, and hands each over once: with its outcome, or at the end without. */
export class Outcomes {
  readonly #awaited = new Map<string, Awaited>()
  readonly #concluded: (choice: RecordedChoice, approved: boolean | null, at: number) => void

  constructor(concluded: (choice: RecordedChoice, approved: boolean | null, at: number) => void) {
    this.#concluded = concluded
  }

  take({ type, value }: StoredEvent): void {
    switch (type) {
      case 'GatewaySelected': {
        // The one before has come to nothing, or there would be no other.
        this.#conclude(value.paymentId, false)
        this.#awaited.set(value.paymentId, { choice: value, at: value.occurredAt })
        return
      }
      case 'PaymentAuthorized':
        this.#conclude(value.paymentId, true)
        return
      case 'PaymentFailed':
      case 'PaymentCancelled':
        this.#conclude(value.paymentId, false)
        return
      default:
        return
    }
  }

  /** No more events come. */
  end(): void {
    for (const { choice, at } of this.#awaited.values()) this.#concluded(choice, null, at)
    this.#awaited.clear()
  }

  #conclude(paymentId: string, approved: boolean): void {
    const awaited = this.#awaited.get(paymentId)
    if (awaited === undefined) return
    this.#awaited.delete(paymentId)
    this.#concluded(awaited.choice, approved, awaited.at)
  }
}
