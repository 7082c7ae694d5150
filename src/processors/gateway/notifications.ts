// What gateways tell by themselves: whether it is theirs, and what it says. The role that takes it in over HTTP is given
// this, since it knows no gateway's protocol.
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { attemptOfKey, type OperationAttempt } from '../../domain/payment/operations.ts'
import { isPaymentId } from '../../identity.ts'
import { readNotification } from './adapters/index.ts'
import type { GatewayOutcome, GatewayProfile } from './spi.ts'

/** The headers of Standard Webhooks, as they came. */
export interface SignatureHeaders {
  readonly id: string
  /** Epoch seconds. */
  readonly timestamp: string
  readonly signature: string
}

export type NotificationReading =
  | { readonly about: 'operation'; readonly operation: OperationAttempt; readonly outcome: GatewayOutcome }
  | { readonly about: 'other' | 'nothing' }

/** Seconds that the clock of a gateway, or the way of its notification, may be off. Older ones may be replayed by anyone. */
const TOLERANCE_S = 300

export class GatewayNotifications {
  readonly #profiles: () => readonly GatewayProfile[]
  readonly #webhooks: ReadonlyMap<string, readonly Webhook[]>

  /**
   * @param secrets `<gateway id>=whsec_<base64>`; a gateway that changes its secret has two for a while
   */
  constructor(profiles: () => readonly GatewayProfile[], secrets: readonly string[]) {
    this.#profiles = profiles
    const byGateway = Map.groupBy(secrets, secret => secret.slice(0, secret.indexOf('=')))
    this.#webhooks = new Map(
      [...byGateway].map(([id, own]) => [id, own.map(secret => new Webhook(secret.slice(id.length + 1)))])
    )
  }

  /** Whether the gateway has a profile and a secret, so that its notifications can be told from forged ones. */
  knows(gateway: string): boolean {
    return this.#profile(gateway) !== undefined && this.#webhooks.has(gateway)
  }

  /** @param body just as it arrived: the signature is of its bytes. */
  judge(gateway: string, body: Buffer, headers: SignatureHeaders): 'GENUINE' | 'STALE' | 'FORGED' {
    const age = Math.abs(Date.now() / 1000 - Number(headers.timestamp))
    if (age > TOLERANCE_S) return 'STALE'
    const { id, timestamp, signature } = headers
    const named = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
    const isSignedBy = (webhook: Webhook): boolean => {
      try {
        webhook.verify(body, named, { jsonParse: false })
        return true
      } catch (error) {
        if (error instanceof WebhookVerificationError) return false
        throw error
      }
    }
    return (this.#webhooks.get(gateway) ?? []).some(isSignedBy) ? 'GENUINE' : 'FORGED'
  }

  /** @param body parsed JSON that is the gateway's beyond doubt */
  read(gateway: string, body: unknown): NotificationReading {
    const profile = this.#profile(gateway)
    const content = profile === undefined ? ({ about: 'other' } as const) : readNotification(profile, body)
    if (content.about !== 'operation') return content
    const { idempotencyKey, paymentId, outcome } = content
    const operation = attemptOfKey(idempotencyKey)
    // The same account at the gateway may be used by others.
    if (operation === null || !isPaymentId(operation.paymentId)) return { about: 'other' }
    // One that names two payments could move the money of the wrong merchant.
    if (paymentId !== null && paymentId !== operation.paymentId) return { about: 'nothing' }
    return { about: 'operation', operation, outcome }
  }

  #profile(gateway: string): GatewayProfile | undefined {
    return this.#profiles().find(({ id }) => id === gateway)
  }
}
