// One request's call or look-up: at its gateway, behind what guards it, a call under a lease.
import type { Logger } from 'pino'
import type { GatewayRequest } from '../../generated/records.ts'
import { sleep, systemClock, type Clock } from '../../platform/clock.ts'
import { openGateway } from './adapters/index.ts'
import { deliver, lookUp } from './call.ts'
import { Gateways, type OpenGateway } from './gateways.ts'
import type { Claim, Leases } from './leases.ts'
import type { Guard, GuardObserver, Rejection } from './resilience/guard.ts'
import type { Gateway, GatewayCall, GatewayOutcome, GatewayProfile, OperationKind } from './spi.ts'

export interface CallerOptions {
  readonly profiles: () => readonly GatewayProfile[]
  readonly leases: Leases
  /** Told what came of asking for a call's lease. */
  readonly observeLease: (lease: Claim['lease']) => void
  readonly observeGuard: GuardObserver
  /** By HTTP unless given. */
  readonly open?: (profile: GatewayProfile) => Gateway
  /** That of the system unless given. */
  readonly clock?: Clock
  readonly log: Logger
}

/** How a request is to be dealt with. */
interface Circumstances {
  /** See `Delivery`. */
  readonly isFirst: () => boolean
  /** What has not begun then is left to the successor. */
  readonly isStopping: () => boolean
  /** Runs the call, for instance as part of a trace. */
  readonly run: <T>(call: () => T) => T
}

export interface EndedCall {
  readonly outcome: GatewayOutcome
  /** Milliseconds; what the request waited before is left out. */
  readonly latencyMs: number
}

/** Milliseconds after which a lease that another has is asked for again. */
const LEASE_POLL_MS = 50
/** Milliseconds that a lease outlives the longest call. */
const LEASE_MARGIN_MS = 1_000

export class Caller {
  readonly #gateways: Gateways
  readonly #options: CallerOptions
  readonly #clock: Clock

  constructor(options: CallerOptions) {
    const { profiles, open = openGateway, observeGuard, clock = systemClock, log } = options
    this.#options = options
    this.#clock = clock
    this.#gateways = new Gateways({ profiles, open, observe: observeGuard, clock, log })
  }

  /**
   * Makes the call; while another executor has its lease, only after that, or when the time to call is over. Or asks what
   * became of it, which needs no lease, and which nothing but its own kind can hold up.
   * @returns null when the executor stops before
   */
  async call(request: GatewayRequest, circumstances: Circumstances): Promise<EndedCall | null> {
    const { isFirst, isStopping } = circumstances
    const isLookUp = knownAction(request.action) === 'LOOK_UP'
    for (let wasContested = false; ;) {
      const open = this.#gateways.get(request.gateway)
      const send = (contested: boolean, rejection: Rejection | null) =>
        this.#send(request, circumstances, open, contested, rejection)
      if (open === null) return isStopping() ? null : send(wasContested, null)
      if (!isLookUp && !wasContested && isFirst()) {
        // Of a request that somebody else may have called, a refusal would prove nothing, and leave one more unknown.
        const rejection = open.guard.rejectionOf(this.#patienceMs(request))
        if (rejection !== null) return isStopping() ? null : send(false, rejection)
      }
      const ended = await (isLookUp ? open.guard.lookUps : open.guard.calls).run(async () => {
        if (isStopping()) return null
        if (isLookUp) return this.#isCurrent(open) ? send(false, null) : 'MOVED'
        const patienceMs = this.#patienceMs(request)
        // When it is too late to call, nothing is sent that would have to wait.
        const rejection = patienceMs < 0 ? null : await open.guard.turn(patienceMs, isStopping)
        if (isStopping()) return null
        if (rejection !== null) return send(wasContested, rejection)
        return this.#underLease(request, open, wasContested, contested => send(contested, null))
      })
      if (ended === 'MOVED') continue
      if (ended !== 'WAIT') return ended
      wasContested = true
      // Outside of the limit: who waits takes no connection away from calls that can be made.
      await sleep(this.#clock, LEASE_POLL_MS)
    }
  }

  async #send(
    request: GatewayRequest,
    { isFirst, run }: Circumstances,
    open: OpenGateway | null,
    wasContested: boolean,
    rejection: Rejection | null
  ): Promise<EndedCall> {
    const began = this.#clock.monotonic()
    const question = {
      call: callOf(request),
      sendBy: request.sendBy,
      settlingTimeMs: open?.profile.settlingTimeMs ?? 0,
      memoryMs: open === null ? 0 : open.profile.idempotencyWindowMs - open.profile.sendWithinMs
    }
    const guard = open?.guard ?? null
    const gateway =
      rejection === null || guard === null ? (guard?.gateway ?? null) : guard.closedFor(rejection)
    const now = () => this.#clock.now()
    const delivery = { ...question, isFirst: () => !wasContested && isFirst(), wasContested }
    const outcome = await run(() =>
      knownAction(request.action) === 'LOOK_UP'
        ? lookUp(question, gateway, now)
        : deliver(delivery, gateway, now)
    )
    return { outcome, latencyMs: Math.round(this.#clock.monotonic() - began) }
  }

  /** Milliseconds that are left to begin the call. */
  #patienceMs({ sendBy }: GatewayRequest): number {
    return sendBy - this.#clock.now()
  }

  /** What guards the gateways that were called. */
  guards(): readonly Guard[] {
    return this.#gateways.guards()
  }

  /** Waits for the calls under way. */
  close(): Promise<void> {
    return this.#gateways.close()
  }

  async #underLease<T>(
    { idempotencyKey, sendBy, timeoutMs }: GatewayRequest,
    open: OpenGateway,
    wasContested: boolean,
    send: (wasContested: boolean) => Promise<T>
  ): Promise<T | 'WAIT' | 'MOVED'> {
    const lookUpMs = wasContested ? open.profile.callTimeoutMs : 0
    const claim = await this.#options.leases.claim(idempotencyKey, lookUpMs + timeoutMs + LEASE_MARGIN_MS)
    this.#options.observeLease(claim.lease)
    // When it is too late to call, only a look-up is left to do, which disturbs nobody.
    if (claim.lease === 'TAKEN' && this.#clock.now() <= sendBy) return 'WAIT'
    try {
      if (!this.#isCurrent(open)) return 'MOVED'
      return await send(wasContested || claim.lease === 'TAKEN')
    } finally {
      if (claim.lease === 'OURS') claim.release()
    }
  }

  /** The profile may have changed while a call waited, and what was opened by the old one is closed. */
  #isCurrent(open: OpenGateway): boolean {
    return this.#gateways.get(open.profile.id) === open
  }
}

const callOf = (request: GatewayRequest): GatewayCall => ({
  paymentId: request.paymentId,
  operationId: request.operationId,
  kind: knownKind(request.kind),
  idempotencyKey: request.idempotencyKey,
  amount: request.amount,
  currency: request.currency,
  // Of what was authorized or purchased the payment method may have been let go.
  token: request.token === '' ? null : request.token,
  method: request.method,
  gatewayReference: request.reference,
  sendBy: request.sendBy,
  timeoutMs: request.timeoutMs
})

function knownAction(action: GatewayRequest['action']): 'PERFORM' | 'LOOK_UP' {
  if (action === 'UNRECOGNIZED')
    throw new Error('a gateway request for an action that this version does not know')
  return action ?? 'PERFORM'
}

function knownKind(kind: GatewayRequest['kind']): OperationKind {
  if (kind === 'UNRECOGNIZED') throw new Error('a gateway request of a kind that this version does not know')
  return kind
}
