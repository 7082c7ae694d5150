// Webhooks as their receiver has them: signed after Standard Webhooks 1.0.
import { AegisPayError } from './errors.ts'

/** What a webhook says. */
export interface WebhookEvent {
  /** As `payment.completed`. Take one that you do not know for one that is new. */
  readonly type: string
  /** When it happened, RFC 3339. */
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface VerifyOptions {
  /** Seconds that the signature may be old, or ahead; 300 unless given. */
  readonly toleranceSeconds?: number
}

type HeaderSource = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

const TOLERANCE_S = 300
const PREFIX = 'whsec_'

/**
 * Reads a webhook once it has shown to be ours, unchanged and recent. Remember `webhook-id`: one comes at least once.
 *
 * @param body the bytes as they came, as text: JSON that was parsed and written again has another signature
 * @param headers of the request
 * @param secret `whsec_…` of the endpoint
 * @throws AegisPayError webhook_malformed, webhook_stale, webhook_signature_invalid
 */
export async function verifyWebhook(
  body: string,
  headers: HeaderSource,
  secret: string,
  { toleranceSeconds = TOLERANCE_S }: VerifyOptions = {}
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name =>
    headerOf(headers, name)
  )
  if (id === undefined || signatures === undefined || !/^\d{1,12}$/.test(timestamp ?? ''))
    throw new AegisPayError('webhook_malformed', 'The request is no signed webhook.')
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new AegisPayError('webhook_stale', 'The webhook is too old, or from the future.')
  const key = await keyOf(secret)
  const content = new TextEncoder().encode(`${id}.${timestamp!}.${body}`)
  // Two while a secret is rotated.
  for (const signature of signatures.split(' ')) {
    const [version, encoded = ''] = signature.split(',')
    // In the time that it takes, whatever the signature.
    if (version === 'v1' && (await crypto.subtle.verify('HMAC', key, bytesOf(encoded), content)))
      return eventIn(body)
  }
  throw new AegisPayError('webhook_signature_invalid', 'The webhook is not signed with this secret.')
}

function headerOf(headers: HeaderSource, name: string): string | undefined {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const bytes = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : new Uint8Array()
  if (bytes.length === 0) throw new AegisPayError('request_invalid', 'A secret is `whsec_` and base64.')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

/** Empty for what is no base64. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

function eventIn(body: string): WebhookEvent {
  try {
    return JSON.parse(body) as WebhookEvent
  } catch (error) {
    throw new AegisPayError('webhook_malformed', 'The webhook is signed, and no JSON.', { cause: error })
  }
}
