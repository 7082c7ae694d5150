import type { DatabaseSync } from 'node:sqlite'
import { Webhook } from 'standardwebhooks'
import type { StoredAnswer } from './ledger.ts'
import { signedByStripe, STRIPE_GATEWAY } from './stripe/webhook-signature.ts'
import { referenceOf, type OperationRequest } from './operations.ts'

export interface NotificationTarget {
  /** Notifications go to `<url>/<gateway>/notifications`; null while nobody listens. */
  readonly url: () => string | null
  /** Of Standard Webhooks, `whsec_` and base64. */
  readonly secret: string
}

interface Row {
  readonly id: string
  readonly gateway: string
  readonly body: string
  readonly attempts: number
}

const AT_ONCE = 32
const ANSWER_TIMEOUT_MS = 5_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * What gateways tell by themselves, signed as the gateway signs, and sent until it is taken: over restarts, as long
 * as that takes. Under the same id, so that a receiver can tell a repeat.
 */
export class Notifications {
  readonly #statements: ReturnType<typeof prepare>
  readonly #target: NotificationTarget | null
  readonly #clock: () => number
  readonly #sending = new Map<string, Promise<void>>()

  /** @param target null when nobody is notified: then what there is to say is kept. */
  constructor(db: DatabaseSync, target: NotificationTarget | null, clock: () => number) {
    this.#statements = prepare(db)
    this.#target = target
    this.#clock = clock
  }

  /** Has something to say about an operation from now on; to be called in a transaction. */
  add(gateway: string, request: OperationRequest, { body }: StoredAnswer): void {
    const { payment, operation, idempotencyKey } = request
    const now = this.#clock()
    const notification = {
      type: 'operation.updated',
      timestamp: new Date(now).toISOString(),
      data: { payment, operation, idempotencyKey, ...(JSON.parse(body) as object) }
    }
    const id = `msg_${referenceOf({ id: gateway }, request)}_${now}`
    this.put(id, gateway, JSON.stringify(notification))
  }

  /** Has this to say from now on; to be called in a transaction. */
  put(id: string, gateway: string, body: string): void {
    this.#statements.insert.run(id, gateway, body, this.#clock())
  }

  /** Starts to send what is due. */
  sendDue(): void {
    const url = this.#target?.url() ?? null
    if (url === null) return
    const due = this.#statements.due.all(this.#clock(), AT_ONCE) as unknown as Row[]
    for (const row of due) {
      if (this.#sending.has(row.id)) continue
      this.#sending.set(
        row.id,
        this.#send(url, row).finally(() => this.#sending.delete(row.id))
      )
    }
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    await Promise.all(this.#sending.values())
  }

  async #send(url: string, { id, gateway, body, attempts }: Row): Promise<void> {
    const sentAt = new Date()
    try {
      const answer = await fetch(`${url}/${gateway}/notifications`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(gateway === STRIPE_GATEWAY ? signedByStripe : signed)(this.#target!.secret, id, sentAt, body)
        },
        body,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS)
      })
      await answer.arrayBuffer()
      if (answer.ok) {
        this.#statements.remove.run(id)
        return
      }
    } catch {
      // Nobody listens, or nobody answered: sent again below.
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS)
    this.#statements.postpone.run(this.#clock() + pause, id)
  }
}

const signed = (secret: string, id: string, sentAt: Date, body: string) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
  'webhook-signature': new Webhook(secret).sign(id, sentAt, body)
})

function prepare(db: DatabaseSync) {
  return {
    insert: db.prepare(
      'INSERT INTO notifications (id, gateway, body, due_at, attempts) VALUES (?, ?, ?, ?, 0)'
    ),
    due: db.prepare('SELECT * FROM notifications WHERE due_at <= ? ORDER BY due_at LIMIT ?'),
    postpone: db.prepare('UPDATE notifications SET due_at = ?, attempts = attempts + 1 WHERE id = ?'),
    remove: db.prepare('DELETE FROM notifications WHERE id = ?')
  }
}
