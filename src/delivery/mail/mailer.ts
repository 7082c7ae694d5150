import { createTransport, type Transporter } from 'nodemailer'
import type { Settings } from '../../platform/config/settings.ts'

export interface Mail {
  readonly from: { readonly name: string; readonly address: string }
  readonly replyTo: string | null
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly messageId: string
}

/**
 * What became of a mail. Reasons are words and codes of ours: what a server says may repeat the address.
 *
 * - `refused`: for good, by a 5xx about the sender, the recipient or the content.
 * - `failed`: for now, by a 4xx, or since there is no talking with the server.
 */
export type Sent =
  { readonly outcome: 'sent' } | { readonly outcome: 'refused' | 'failed'; readonly reason: string }

/** Milliseconds, of a connection and of what is said on it: together less than a job may take. */
const CONNECT_MS = 5_000
const SILENCE_MS = 8_000
/** For one mail, whatever the server does. */
const MAIL_MS = 20_000
const CONNECTIONS = 4

/** Hands mails to the SMTP server. */
export class Mailer {
  readonly #transport: Transporter

  constructor({ host, port, security, user, password }: Settings['mail'] & { readonly host: string }) {
    this.#transport = createTransport({
      ...{ host, port },
      ...{ secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
      ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
      ...{ pool: true, maxConnections: CONNECTIONS },
      ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
      // A mail is what is given to it, and nothing that it fetches.
      ...{ disableFileAccess: true, disableUrlAccess: true }
    })
  }

  /** Whatever happens is the outcome. */
  async send({ from, replyTo, to, ...mail }: Mail): Promise<Sent> {
    const timeout = Promise.withResolvers<Sent>()
    const timer = setTimeout(() => timeout.resolve({ outcome: 'failed', reason: 'timeout' }), MAIL_MS)
    try {
      const sending = this.#transport.sendMail({
        ...{ ...mail, from, to },
        ...(replyTo === null ? {} : { replyTo }),
        // No answers from those who are away.
        headers: { 'Auto-Submitted': 'auto-generated' }
      })
      return await Promise.race([sending.then((): Sent => ({ outcome: 'sent' }), failureOf), timeout.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  stop(): Promise<void> {
    this.#transport.close()
    return Promise.resolve()
  }
}

/** What a 5xx is about that holds for this mail, whoever brings it; one about signing in is ours to mend. */
const ABOUT_THE_MAIL: ReadonlySet<unknown> = new Set(['EENVELOPE', 'EMESSAGE'])

function failureOf(error: unknown): Sent {
  const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number }
  if (responseCode === undefined) return { outcome: 'failed', reason: code?.toLowerCase() ?? 'unknown' }
  const isForGood = responseCode >= 500 && ABOUT_THE_MAIL.has(code)
  return { outcome: isForGood ? 'refused' : 'failed', reason: `smtp_${responseCode}` }
}
