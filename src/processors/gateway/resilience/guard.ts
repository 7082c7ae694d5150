// Everything that stands between our calls and one gateway, so that neither harms the other.
import type { Logger } from 'pino'
import { resilienceOf, type BreakerSettings } from '../../../control/gateway-resilience.ts'
import type { GatewayHealth } from '../../../generated/records.ts'
import type { Clock } from '../../../platform/clock.ts'
import { TooSlowError, within } from '../../../platform/within.ts'
import { CallFigures, WINDOW_MS } from '../health/call-figures.ts'
import {
  outcomeWithout,
  type Gateway,
  type GatewayCall,
  type GatewayOutcome,
  type GatewayProfile
} from '../spi.ts'
import { Breaker, type BreakerState, type Ended } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { Pace } from './pace.ts'
import { verdictOf } from './verdict.ts'

/** Why a call is not made. */
export type Rejection = 'gateway_breaker_open' | 'gateway_busy' | 'gateway_rate_limited'

const reasons: Readonly<Record<Rejection, string>> = {
  gateway_breaker_open: 'the gateway has failed too often of late',
  gateway_busy: 'too many calls wait for the gateway',
  gateway_rate_limited: 'the gateway takes no more calls for now'
}

export interface GuardObserver {
  /** A call was not made. */
  readonly rejected: (gateway: string, reason: Rejection) => void
  readonly breaker: (gateway: string, state: BreakerState) => void
}

/** Milliseconds that an adapter may overstay what a call may take. */
const GRACE_MS = 1_000
/** One in so many connections is for look-ups, so that calls cannot keep what is unknown from being asked. */
const CONNECTIONS_A_LOOK_UP = 8

/**
 * Guards one gateway. `NOT_SENT` by it is as sure as any: nothing was given to the gateway. Whether that is proof depends
 * on who else may have called, which only the caller knows.
 */
export class Guard {
  /** Where calls have their connections. */
  readonly calls: Bulkhead
  /** Where look-ups have theirs, which are never refused. */
  readonly lookUps: Bulkhead
  readonly breaker: Breaker
  /** The gateway, with the breaker before it. */
  readonly gateway: Gateway
  readonly #profile: GatewayProfile
  readonly #gateway: Gateway
  readonly #pace: Pace
  readonly #clock: Clock
  readonly #observe: GuardObserver
  readonly #log: Logger
  readonly #breakerSettings: BreakerSettings
  readonly #figures = new CallFigures()
  /** Epoch milliseconds. */
  #breakerSince: number
  /** When the gateway was last asked for anything, by a clock that nobody sets. */
  #askedAt: number
  #isProbing = false

  constructor(profile: GatewayProfile, gateway: Gateway, clock: Clock, observe: GuardObserver, log: Logger) {
    const { id, maxConnections, callTimeoutMs } = profile
    const { breaker, maxQueued, callsPerSecond } = resilienceOf(profile)
    this.#profile = profile
    this.#gateway = gateway
    this.#clock = clock
    this.#observe = observe
    this.#log = log
    this.#pace = new Pace(callsPerSecond, clock)
    this.#breakerSettings = breaker
    this.#breakerSince = clock.now()
    this.#askedAt = clock.monotonic()
    this.breaker = new Breaker(breaker, state => {
      this.#breakerSince = clock.now()
      log[state === 'OPEN' ? 'error' : 'info']({ gateway: id, breaker: state }, 'circuit breaker changed')
      observe.breaker(id, state)
    })
    observe.breaker(id, 'CLOSED')
    const lookUps = Math.max(1, Math.floor(maxConnections / CONNECTIONS_A_LOOK_UP))
    this.calls = new Bulkhead({ places: Math.max(1, maxConnections - lookUps), maxQueued }, clock)
    this.lookUps = new Bulkhead({ places: lookUps, maxQueued: Infinity }, clock)
    this.gateway = {
      perform: call => this.#perform(call),
      lookUp: async call => {
        const ended = this.breaker.watch(this.#clock.monotonic())
        const found = await this.#watched(ended, callTimeoutMs, () => gateway.lookUp(call))
        return found === null ? null : outcomeOnly(found)
      },
      close: () => gateway.close()
    }
  }

  /**
   * Why a call had better not even wait in line; null when it may.
   * @param patienceMs milliseconds that it can wait
   */
  rejectionOf(patienceMs: number): Rejection | null {
    if (this.breaker.state(this.#clock.monotonic()) === 'OPEN') return 'gateway_breaker_open'
    if (!this.#pace.hasTurnWithin(patienceMs)) return 'gateway_rate_limited'
    return this.calls.isFull(patienceMs) ? 'gateway_busy' : null
  }

  /**
   * Waits until the gateway takes a call.
   * @param patienceMs milliseconds that the call can wait
   * @returns why it is not to be made; null when it is
   */
  async turn(patienceMs: number, isStopping: () => boolean): Promise<Rejection | null> {
    return (await this.#pace.turn(patienceMs, isStopping)) ? null : 'gateway_rate_limited'
  }

  /** The gateway for a call that is not to be made; what it knows can still be asked. */
  closedFor(reason: Rejection): Gateway {
    return { ...this.gateway, perform: () => Promise.resolve(this.#reject(reason)) }
  }

  /** How the gateway does, but for who says so and when. */
  health(): Omit<GatewayHealth, 'executor' | 'observedAt' | 'validForMs'> {
    const now = this.#clock.monotonic()
    return {
      gateway: this.#profile.id,
      breaker: this.breaker.state(now),
      breakerSince: this.#breakerSince,
      inFlight: this.calls.active + this.lookUps.active,
      queued: this.calls.queued,
      windowMs: WINDOW_MS,
      ...this.#figures.at(now)
    }
  }

  /**
   * Asks a gateway something harmless that is on trial and that nobody has called for a while, so that no payment has to be
   * the one that finds out.
   */
  probeWhenIdle(): void {
    const now = this.#clock.monotonic()
    const probe = this.#gateway.probe?.bind(this.#gateway)
    const isIdle = now - this.#askedAt >= this.#breakerSettings.probeAfterMs
    if (probe === undefined || this.#isProbing || !isIdle || this.breaker.state(now) !== 'HALF_OPEN') return
    this.#isProbing = true
    const { callTimeoutMs } = this.#profile
    const ask = async () =>
      (await probe()) ? null : outcomeWithout('UNKNOWN', 'gateway_probe_failed', 'the probe found it unwell')
    void this.#watched(this.breaker.watch(now), callTimeoutMs, ask).then(() => {
      this.#isProbing = false
    })
  }

  #reject(reason: Rejection): GatewayOutcome {
    this.#observe.rejected(this.#profile.id, reason)
    return outcomeWithout('NOT_SENT', reason, reasons[reason])
  }

  async #perform(call: GatewayCall): Promise<GatewayOutcome> {
    const ended = this.breaker.admit(this.#clock.monotonic())
    if (ended === null) return this.#reject('gateway_breaker_open')
    const began = this.#clock.monotonic()
    const outcome = await this.#watched(ended, call.timeoutMs, () => this.#gateway.perform(call))
    const now = this.#clock.monotonic()
    const isApproved = outcome.outcome === 'SUCCEEDED'
    this.#figures.ended(call, verdictOf(outcome), isApproved, now - began, now)
    if (outcome.retryAfterMs !== undefined) this.#pace.rest(outcome.retryAfterMs)
    return outcomeOnly(outcome)
  }

  /** Bounds what an adapter does, which may be somebody else's, and tells the breaker how it has ended. */
  async #watched<T extends GatewayOutcome | null>(
    ended: Ended,
    timeoutMs: number,
    ask: () => Promise<T>
  ): Promise<T | GatewayOutcome> {
    this.#askedAt = this.#clock.monotonic()
    const outcome = await within(timeoutMs + GRACE_MS, Promise.resolve().then(ask), this.#clock).catch(
      (error: unknown) => this.#failed(error)
    )
    ended(outcome === null ? 'SUCCESS' : verdictOf(outcome), this.#clock.monotonic())
    return outcome
  }

  /** Adapters promise neither to throw nor to hang. Of a call whose adapter does, nobody knows whether it was made. */
  #failed(error: unknown): GatewayOutcome {
    this.#log.error({ err: error, gateway: this.#profile.id }, 'an adapter broke its promise')
    return error instanceof TooSlowError
      ? outcomeWithout('UNKNOWN', 'gateway_timeout', 'the adapter did not end the call in time')
      : outcomeWithout('UNKNOWN', 'gateway_adapter_failed', 'the adapter failed')
  }
}

/** Without what is about the gateway and not about the operation, which nobody else is to be told. */
function outcomeOnly({
  retryAfterMs: _rest,
  isTurnedAway: _health,
  ...outcome
}: GatewayOutcome): GatewayOutcome {
  return outcome
}
