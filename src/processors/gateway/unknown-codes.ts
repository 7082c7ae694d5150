// Counts the codes that gateways decline with and that nobody has sorted in yet.
import { declineCodes, declineReasonOf } from '../../domain/declines/codes.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { Gateway, GatewayOutcome, GatewayProfile, OwnAdapterKind } from './spi.ts'

/** A gateway that makes its codes up, for instance with an id in each, must not fill the memory of what collects metrics. */
const MAX_CODES = 50
const OTHER = 'other'

export class UnknownCodes {
  readonly #metrics: Metrics
  readonly #seen = new Set<string>()

  constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  /** Looks at what a gateway says of an operation. An adapter of the user's own has no table of codes: it says itself what they mean. */
  observe({ id, adapter }: GatewayProfile, { outcome, code }: GatewayOutcome): void {
    if (outcome !== 'DECLINED' || code === null || !(adapter in declineCodes)) return
    if (declineReasonOf(adapter as OwnAdapterKind, code) !== 'unknown') return
    if (this.#seen.size < MAX_CODES) this.#seen.add(code)
    const label = this.#seen.has(code) ? code : OTHER
    this.#metrics.counter('aegispay_gateway_unknown_codes_total').inc({ gateway: id, code: label })
  }

  /** The gateway, with all of its outcomes looked at. */
  watching(profile: GatewayProfile, gateway: Gateway): Gateway {
    return {
      perform: async call => {
        const outcome = await gateway.perform(call)
        this.observe(profile, outcome)
        return outcome
      },
      lookUp: async call => {
        const found = await gateway.lookUp(call)
        if (found !== null) this.observe(profile, found)
        return found
      },
      close: () => gateway.close(),
      ...(gateway.probe === undefined ? {} : { probe: () => gateway.probe!() })
    }
  }
}
