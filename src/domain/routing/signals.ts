/** What is known of a gateway's health at this moment, from the calls that executors have made of late. */
export interface GatewaySignals {
  /** `OPEN`: calls are refused before they leave us. `HALF_OPEN`: a few are let through to try. */
  readonly breaker: 'CLOSED' | 'HALF_OPEN' | 'OPEN'
  /** Share of calls that the gateway answered as a gateway should, a decline among them, 0 to 1; null without calls. */
  readonly successShare: number | null
  /** Milliseconds within which 95 of 100 calls ended; null without calls. */
  readonly latencyP95Ms: number | null
  /** How many calls that is learnt from. */
  readonly calls: number
}

/** By gateway id. A gateway of which nothing is known lately is left out, and is not the worse for it. */
export type SignalsByGateway = ReadonlyMap<string, GatewaySignals>

/**
 * What signals that are not ours say of gateways, for one payment: by gateway, by the name of the signal, -1 to 1. What is
 * left out says nothing.
 */
export type Preferences = ReadonlyMap<string, Readonly<Record<string, number>>>
