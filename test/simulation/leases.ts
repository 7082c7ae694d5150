import type { Redis } from 'ioredis'
import type { Scheduler } from './scheduler.ts'

/** Stands in for Redis, as far as leases use it: it forgets, and it may be away. */
export class SimulatedRedis {
  isAway = false
  readonly #scheduler: Scheduler
  readonly #held = new Map<string, { token: string; until: number }>()

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  readonly client = {
    set: (key: string, token: string, _px: 'PX', ms: number) => {
      if (this.isAway) return Promise.reject(new Error('away'))
      const held = this.#held.get(key)
      if (held !== undefined && held.until > this.#scheduler.time) return Promise.resolve(null)
      this.#held.set(key, { token, until: this.#scheduler.time + ms })
      return Promise.resolve('OK')
    },
    eval: (_script: string, _keys: 1, key: string, token: string) => {
      if (this.isAway) return Promise.reject(new Error('away'))
      if (this.#held.get(key)?.token === token) this.#held.delete(key)
      return Promise.resolve(1)
    }
  } as unknown as Pick<Redis, 'set' | 'eval'>

  forget(): void {
    this.#held.clear()
  }
}
