// What gateways tell by themselves: whether it is theirs, and what it says. The role that takes it in over HTTP is given
// this, since it knows no gateway's protocol.
import { attemptOfKey, type OperationAttempt } from '../../domain/payment/operations.ts'
import { isPaymentId } from '../../identity.ts'
import { isSignedByAny, notificationsOf, type HookAdapters } from './adapters/index.ts'
import type { GatewayOutcome, GatewayProfile, NotificationVerdict, RequestHeaders } from './spi.ts'

export type NotificationReading =
  | { readonly about: 'operation'; readonly operation: OperationAttempt; readonly outcome: GatewayOutcome }
  | { readonly about: 'other' | 'nothing' }

export class GatewayNotifications {
  readonly #profiles: () => readonly GatewayProfile[]
  readonly #observe: (profile: GatewayProfile, outcome: GatewayOutcome) => void
  readonly #hooks: HookAdapters
  readonly #secrets: ReadonlyMap<string, readonly string[]>

  /**
   * @param observe told what a gateway says of an operation
   * @param hooks the user's own adapters
   * @param secrets `<gateway id>=whsec_<…>`; a gateway that changes its secret has two for a while
   */
  constructor(
    profiles: () => readonly GatewayProfile[],
    secrets: readonly string[],
    observe: (profile: GatewayProfile, outcome: GatewayOutcome) => void = () => undefined,
    hooks: HookAdapters = new Map()
  ) {
    this.#profiles = profiles
    this.#observe = observe
    this.#hooks = hooks
    const byGateway = Map.groupBy(secrets, secret => secret.slice(0, secret.indexOf('=')))
    this.#secrets = new Map(
      [...byGateway].map(([id, own]) => [id, own.map(secret => secret.slice(id.length + 1))])
    )
  }

  /** Whether a request bears what its signature is judged by; of an unknown gateway, one of any kind. */
  async isSigned(gateway: string, headers: RequestHeaders): Promise<boolean> {
    const profile = this.#profile(gateway)
    const protocol = profile === undefined ? null : notificationsOf(profile, this.#hooks)
    return protocol === null ? isSignedByAny(headers) : protocol.isSigned(headers)
  }

  /** Whether the gateway has a profile, an adapter and a secret, so that its notifications can be told from forged ones. */
  knows(gateway: string): boolean {
    const profile = this.#profile(gateway)
    if (profile === undefined || notificationsOf(profile, this.#hooks) === null) return false
    return this.#secrets.has(gateway)
  }

  /** @param body just as it arrived: the signature is of its bytes. */
  async judge(gateway: string, body: Buffer, headers: RequestHeaders): Promise<NotificationVerdict> {
    const profile = this.#profile(gateway)
    const protocol = profile === undefined ? null : notificationsOf(profile, this.#hooks)
    if (protocol === null) return 'FORGED'
    return protocol.judge(body, headers, this.#secrets.get(gateway) ?? [])
  }

  /** The gateway's id of the notification; null where it has none. */
  async idOf(gateway: string, body: unknown, headers: RequestHeaders): Promise<string | null> {
    const profile = this.#profile(gateway)
    return profile === undefined
      ? null
      : ((await notificationsOf(profile, this.#hooks)?.idOf(body, headers)) ?? null)
  }

  /** @param body parsed JSON that is the gateway's beyond doubt */
  async read(gateway: string, body: unknown): Promise<NotificationReading> {
    const profile = this.#profile(gateway)
    const protocol = profile === undefined ? null : notificationsOf(profile, this.#hooks)
    if (profile === undefined || protocol === null) return { about: 'other' }
    const content = await protocol.read(body)
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
