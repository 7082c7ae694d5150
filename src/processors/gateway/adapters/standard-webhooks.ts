// Notifications that are signed as Standard Webhooks 1.0 has it.
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import {
  MAX_NOTIFICATION_ID_LENGTH,
  NOTIFICATION_TOLERANCE_S,
  type NotificationProtocol,
  type RequestHeaders
} from '../spi.ts'
import { oneOf } from './statements.ts'

interface SignatureHeaders {
  readonly id: string
  /** Epoch seconds. */
  readonly timestamp: string
  readonly signature: string
}

/** All of the protocol but what notifications say. */
export const standardWebhooks: Omit<NotificationProtocol, 'read'> = {
  isSigned: headers => signatureIn(headers) !== null,

  judge(body, headers, secrets) {
    const signed = signatureIn(headers)
    if (signed === null) return 'FORGED'
    if (Math.abs(Date.now() / 1000 - Number(signed.timestamp)) > NOTIFICATION_TOLERANCE_S) return 'STALE'
    return secrets.some(secret => isSignedBy(secret, body, signed)) ? 'GENUINE' : 'FORGED'
  },

  idOf: (_body, headers) => signatureIn(headers)?.id ?? null
}

function signatureIn(headers: RequestHeaders): SignatureHeaders | null {
  const id = oneOf(headers['webhook-id'])
  const timestamp = oneOf(headers['webhook-timestamp'])
  const signature = oneOf(headers['webhook-signature'])
  if (id === null || timestamp === null || signature === null) return null
  return id.length > MAX_NOTIFICATION_ID_LENGTH ? null : { id, timestamp, signature }
}

function isSignedBy(secret: string, body: Buffer, { id, timestamp, signature }: SignatureHeaders): boolean {
  const webhook = webhookOf(secret)
  if (webhook === null) return false
  const named = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
  try {
    webhook.verify(body, named, { jsonParse: false })
    return true
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false
    throw error
  }
}

/** Null for a secret of another form, which signs nothing. */
function webhookOf(secret: string): Webhook | null {
  try {
    return new Webhook(secret)
  } catch {
    return null
  }
}
