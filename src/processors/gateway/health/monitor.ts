// Tells the others how the gateways do, and finds out by itself about one that nobody calls any more.
import type { Logger } from 'pino'
import type { GatewayHealth } from '../../../generated/records.ts'
import type { Clock } from '../../../platform/clock.ts'
import { repeat } from '../../../platform/repeat.ts'
import type { Guard } from '../resilience/guard.ts'

export interface MonitorOptions {
  /** Of the gateways in use. */
  readonly guards: () => readonly Guard[]
  /** Names this executor among all others. */
  readonly executor: string
  /** Writes a record, or with null the tombstone of one. */
  readonly publish: (gateway: string, health: GatewayHealth | null) => Promise<unknown>
  readonly clock: Clock
  readonly log: Logger
}

const EVERY_MS = 1_000
/** Milliseconds after which what has not changed is said again. */
const HEARTBEAT_MS = 10_000
/** Three heartbeats. */
const VALID_FOR_MS = 30_000

export class HealthMonitor {
  readonly #options: MonitorOptions
  /** By gateway, what was written last, and when. */
  readonly #published = new Map<string, { readonly said: string; readonly at: number }>()
  #end: () => void = () => undefined

  private constructor(options: MonitorOptions) {
    this.#options = options
  }

  static start(options: MonitorOptions): HealthMonitor {
    const monitor = new HealthMonitor(options)
    const { clock, log } = options
    monitor.#end = repeat(
      EVERY_MS,
      () => monitor.#look(),
      error => log.debug({ err: error }, 'the health of gateways was not published'),
      clock
    )
    return monitor
  }

  /** Has the others forget what this executor saw. */
  async stop(): Promise<void> {
    this.#end()
    const { publish, log } = this.#options
    // They forget it by themselves, only later.
    await Promise.all([...this.#published.keys()].map(gateway => publish(gateway, null))).catch(
      (error: unknown) => log.debug({ err: error }, 'the health of gateways was not taken back')
    )
  }

  async #look(): Promise<void> {
    const { guards, executor, publish, clock } = this.#options
    const now = clock.monotonic()
    await Promise.all(
      guards().map(async guard => {
        guard.probeWhenIdle()
        const seen = guard.health()
        const said = JSON.stringify(seen)
        const last = this.#published.get(seen.gateway)
        if (last?.said === said && now - last.at < HEARTBEAT_MS) return
        this.#published.set(seen.gateway, { said, at: now })
        const health = { ...seen, executor, observedAt: clock.now(), validForMs: VALID_FOR_MS }
        await publish(seen.gateway, health)
      })
    )
  }
}
