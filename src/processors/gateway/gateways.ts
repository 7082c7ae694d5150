import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import { Guard, type GuardObserver } from './resilience/guard.ts'
import type { Gateway, GatewayProfile } from './spi.ts'

/** A gateway in use. */
export interface OpenGateway {
  readonly profile: GatewayProfile
  readonly guard: Guard
}

export interface GatewaysOptions {
  readonly profiles: () => readonly GatewayProfile[]
  readonly open: (profile: GatewayProfile) => Gateway
  readonly observe: GuardObserver
  readonly clock: Clock
  readonly log: Logger
}

/**
 * The gateways of the control data, opened when first called and opened anew when their profile has changed. What was
 * learnt of a gateway is forgotten then: the change may have been its cure.
 */
export class Gateways {
  readonly #options: GatewaysOptions
  readonly #open = new Map<string, OpenGateway>()

  constructor(options: GatewaysOptions) {
    this.#options = options
  }

  /** Null when no profile has this id. */
  get(id: string): OpenGateway | null {
    const { profiles, open: openGateway, observe, clock, log } = this.#options
    const profile = profiles().find(candidate => candidate.id === id)
    const open = this.#open.get(id)
    if (open !== undefined && open.profile === profile) return open
    if (open !== undefined) this.#close(open)
    if (profile === undefined) return null
    const guard = new Guard(profile, openGateway(profile), clock, observe, log)
    const opened = { profile, guard }
    this.#open.set(id, opened)
    return opened
  }

  /** What guards those in use. */
  guards(): readonly Guard[] {
    return [...this.#open.values()].map(({ guard }) => guard)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ guard }) => guard.gateway.close()))
  }

  #close({ profile, guard }: OpenGateway): void {
    this.#open.delete(profile.id)
    guard.gateway.close().catch((error: unknown) => {
      this.#options.log.warn(
        { err: error, gateway: profile.id },
        'a gateway with a changed profile did not close'
      )
    })
  }
}
