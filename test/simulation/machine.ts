import type { Clock } from '../../src/platform/clock.ts'
import type { Scheduler } from './scheduler.ts'

/**
 * A process of the product. Whatever reaches it, a timer or an answer, does so through `deliver`: so it can be killed, after
 * which nothing does, or frozen, after which everything does at once.
 */
export class Machine {
  readonly name: string
  readonly clock: Clock
  readonly #scheduler: Scheduler
  /** Milliseconds by which its clock is wrong. */
  #skew = 0
  #state: 'UP' | 'FROZEN' | 'DEAD' = 'UP'
  readonly #held: (() => void)[] = []
  readonly #atDeath: (() => void)[] = []

  constructor(name: string, scheduler: Scheduler) {
    this.name = name
    this.#scheduler = scheduler
    this.clock = {
      now: () => scheduler.now + this.#skew,
      monotonic: () => scheduler.time,
      after: (ms, act) => this.#after(ms, act),
      every: (ms, act) => this.#every(ms, act),
      soon: act => void this.#after(0, act)
    }
  }

  get isUp(): boolean {
    return this.#state === 'UP'
  }

  get isDead(): boolean {
    return this.#state === 'DEAD'
  }

  deliver(act: () => void): void {
    if (this.#state === 'UP') act()
    else if (this.#state === 'FROZEN') this.#held.push(act)
  }

  /** Sets its clock wrong by so much, or right by 0. */
  setClock(skewMs: number): void {
    this.#skew = skewMs
  }

  kill(): void {
    if (this.#state === 'DEAD') return
    this.#state = 'DEAD'
    this.#held.length = 0
    for (const act of this.#atDeath) act()
  }

  /** What others notice at once: its connections break, its locks are given back. */
  whenDead(act: () => void): void {
    this.#atDeath.push(act)
  }

  freeze(): void {
    if (this.#state === 'UP') this.#state = 'FROZEN'
  }

  thaw(): void {
    if (this.#state !== 'FROZEN') return
    this.#state = 'UP'
    for (const act of this.#held.splice(0)) this.#scheduler.after(0, () => this.deliver(act))
  }

  #after(ms: number, act: () => void): () => void {
    let isOff = false
    const off = this.#scheduler.after(ms, () =>
      this.deliver(() => {
        if (!isOff) act()
      })
    )
    return () => {
      isOff = true
      off()
    }
  }

  #every(ms: number, act: () => void): () => void {
    let calledOff: () => void
    const turn = () => {
      calledOff = this.#after(ms, turn)
      act()
    }
    calledOff = this.#after(ms, turn)
    return () => calledOff()
  }
}
