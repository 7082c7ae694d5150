// What gateways tell by themselves: whether it is theirs, and what it says. The role that takes it in over HTTP is given
// this, since it knows no gateway's protocol.
import { attemptOfKey, type OperationAttempt } from '../../domain/payment/operations.ts'
import { isPaymentId } from '../../identity.ts'
import { isSignedByAny, notificationsOf } from './adapters/index.ts'
import type { GatewayOutcome, GatewayProfile, NotificationVerdict, RequestHeaders } from './spi.ts'

export type NotificationReading =
  | { readonly about: 'operation'; readonly operation: OperationAttempt; readonly outcome: GatewayOutcome }
  | { readonly about: 'other' | 'nothing' }

export class GatewayNotifications {
  readonly #profiles: () => readonly GatewayProfile[]
  readonly #observe: (profile: GatewayProfile, outcome: GatewayOutcome) => void
  readonly #secrets: ReadonlyMap<string, readonly string[]>

  /**
   * @param observe told what a gateway says of an operation
   * @param secrets `<gateway id>=whsec_<…>`; a gateway that changes its secret has two for a while
   */
  constructor(
    profiles: () => readonly GatewayProfile[],
    secrets: readonly string[],
    observe: (profile: GatewayProfile, outcome: GatewayOutcome) => void = () => undefined
  ) {
    this.#profiles = profiles
    this.#observe = observe
    const byGateway = Map.groupBy(secrets, secret => secret.slice(0, secret.indexOf('=')))
    this.#secrets = new Map(
      [...byGateway].map(([id, own]) => [id, own.map(secret => secret.slice(id.length + 1))])
    )
  }

  /** Whether a request bears what its signature is judged by; of an unknown gateway, one of any kind. */
  isSigned(gateway: string, headers: RequestHeaders): boolean {
    const profile = this.#profile(gateway)
    return profile === undefined ? isSignedByAny(headers) : notificationsOf(profile).isSigned(headers)
  }

  /** Whether the gateway has a profile and a secret, so that its notifications can be told from forged ones. */
  knows(gateway: string): boolean {
    return this.#profile(gateway) !== undefined && this.#secrets.has(gateway)
  }

  /** @param body just as it arrived: the signature is of its bytes. */
  judge(gateway: string, body: Buffer, headers: RequestHeaders): NotificationVerdict {
    const profile = this.#profile(gateway)
    if (profile === undefined) return 'FORGED'
    return notificationsOf(profile).judge(body, headers, this.#secrets.get(gateway) ?? [])
  }

  /** The gateway's id of the notification; null where it has none. */
  idOf(gateway: string, body: unknown, headers: RequestHeaders): string | null {
    const profile = this.#profile(gateway)
    return profile === undefined ? null : notificationsOf(profile).idOf(body, headers)
  }

  /** @param body parsed JSON that is the gateway's beyond doubt */
  read(gateway: string, body: unknown): NotificationReading {
    const profile = this.#profile(gateway)
    if (profile === undefined) return { about: 'other' }
    const content = notificationsOf(profile).read(body)
    if (content.about !== 'operation') return content
    const { idempotencyKey, paymentId, outcome } = content
    const operation = attemptOfKey(idempotencyKey)
    // The same account at the gateway may be used by others.
    if (operation === null || !isPaymentId(operation.paymentId)) return { about: 'other' }
    // One that names two payments could move the money of the wrong merchant.
    if (paymentId !== null && paymentId !== operation.paymentId) return { about: 'nothing' }
    this.#observe(profile, outcome)
    return { about: 'operation', operation, outcome }
  }

  #profile(gateway: string): GatewayProfile | undefined {
    return this.#profiles().find(({ id }) => id === gateway)
  }
}
