import pLimit, { type LimitFunction } from 'p-limit'
import type { Logger } from 'pino'
import type { Gateway, GatewayProfile } from './spi.ts'

/** A gateway in use. Calls beyond its connections wait here, where waiting costs them none of their own time. */
export interface OpenGateway {
  readonly profile: GatewayProfile
  readonly gateway: Gateway
  readonly limit: LimitFunction
}

/** The gateways of the control data, opened when first called and opened anew when their profile has changed. */
export class Gateways {
  readonly #profiles: () => readonly GatewayProfile[]
  readonly #openGateway: (profile: GatewayProfile) => Gateway
  readonly #log: Logger
  readonly #open = new Map<string, OpenGateway>()

  constructor(
    profiles: () => readonly GatewayProfile[],
    open: (profile: GatewayProfile) => Gateway,
    log: Logger
  ) {
    this.#profiles = profiles
    this.#openGateway = open
    this.#log = log
  }

  /** Null when no profile has this id. */
  get(id: string): OpenGateway | null {
    const profile = this.#profiles().find(candidate => candidate.id === id)
    const open = this.#open.get(id)
    if (open !== undefined && open.profile === profile) return open
    if (open !== undefined) this.#close(open)
    if (profile === undefined) return null
    const opened = { profile, gateway: this.#openGateway(profile), limit: pLimit(profile.maxConnections) }
    this.#open.set(id, opened)
    return opened
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ gateway }) => gateway.close()))
  }

  #close({ profile, gateway }: OpenGateway): void {
    this.#open.delete(profile.id)
    gateway.close().catch((error: unknown) => {
      this.#log.warn({ err: error, gateway: profile.id }, 'a gateway with a changed profile did not close')
    })
  }
}
