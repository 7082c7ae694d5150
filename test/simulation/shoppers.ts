import type { Merchants, Payment } from './merchants.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** What is asked for, payment by payment, and when. */
export class Shoppers {
  readonly #merchants: Merchants
  readonly #scheduler: Scheduler
  readonly #random: Random

  constructor(merchants: Merchants, scheduler: Scheduler, random: Random) {
    this.#merchants = merchants
    this.#scheduler = scheduler
    this.#random = random
  }

  /** @param forMs milliseconds in which all of it happens */
  begin(forMs: number): void {
    const random = this.#random
    const payments = random.between(2, 6)
    for (let nth = 0; nth < payments; nth++) {
      const beginsAt = random.between(0, forMs / 2)
      this.#scheduler.after(beginsAt, () => this.#live(this.#merchants.initiate(), forMs - beginsAt))
    }
  }

  #live(payment: Payment, forMs: number): void {
    const random = this.#random
    const asks = [
      () => this.#merchants.capture(payment),
      () => this.#merchants.cancel(payment),
      () => this.#merchants.refund(payment),
      () => this.#merchants.refund(payment),
      () => this.#merchants.retry(payment),
      () => this.#merchants.closeRefunds(payment)
    ]
    const count = random.between(0, 6)
    for (let nth = 0; nth < count; nth++) {
      const ask = random.pick(asks)
      // Some at one moment: then only one of them can be right.
      const at = random.chance(0.3) ? Math.round(forMs / 2) : random.between(0, forMs - 1)
      this.#scheduler.after(at, ask)
    }
  }
}
