import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Notifications } from '../notifications.ts'
import type { Intent, Refund, StripeObject } from './objects.ts'

/** What is done about an object some time after. */
export type Ending = 'CHARGE' | 'FAIL' | 'REFUND' | 'FAIL_REFUND' | 'CREATE'

interface Due {
  readonly object: string
  readonly ending: Ending
  readonly detail: string
}

/** Stripe's objects, on the disk of the ledger, and what is still to be done about them. All of it in the caller's transaction. */
export class Store {
  readonly #statements: ReturnType<typeof prepare>
  readonly #notifications: Notifications
  readonly #gateway: string
  readonly #clock: () => number

  constructor(db: DatabaseSync, gateway: string, notifications: Notifications, clock: () => number) {
    this.#statements = prepare(db)
    this.#gateway = gateway
    this.#notifications = notifications
    this.#clock = clock
  }

  intent(id: string): Intent | undefined {
    return this.#find(id, 'payment_intent') as Intent | undefined
  }

  refund(id: string): Refund | undefined {
    return this.#find(id, 'refund') as Refund | undefined
  }

  /** Keeps an object as it is from now on, and tells so. */
  put(object: StripeObject, event: string | null): void {
    this.#statements.upsert.run(
      object.id,
      object.object,
      object.created,
      JSON.stringify(object),
      this.#clock()
    )
    if (event === null) return
    const id = `evt_${randomUUID().replaceAll('-', '')}`
    const created = Math.floor(this.#clock() / 1000)
    this.#notifications.put(
      id,
      this.#gateway,
      JSON.stringify({ id, object: 'event', type: event, created, livemode: false, data: { object } })
    )
  }

  /** Newest first. */
  intents(created: { readonly gte: number; readonly lte: number }): Intent[] {
    return this.#parsed(this.#statements.intents.all(created.gte, created.lte)) as Intent[]
  }

  /** What the index of the search has: nothing that was made, or is changed, in the last milliseconds. */
  indexed(key: string, value: string, lagMs: number): Intent[] {
    const intents = this.#parsed(this.#statements.indexed.all(this.#clock() - lagMs)) as Intent[]
    return intents.filter(({ metadata }) => metadata[key] === value)
  }

  /** Newest first. */
  refundsOf(intent: string): Refund[] {
    return this.#parsed(this.#statements.refundsOf.all(intent)) as Refund[]
  }

  later(object: string, ending: Ending, afterMs: number, detail: object = {}): void {
    this.#statements.insertDue.run(object, ending, JSON.stringify(detail), this.#clock() + afterMs)
  }

  hasDue(): boolean {
    return this.#statements.due.get(this.#clock()) !== undefined
  }

  /** What has become due, which is then done. */
  takeDue(): Due[] {
    const now = this.#clock()
    const due = this.#statements.due.all(now) as unknown as Due[]
    if (due.length > 0) this.#statements.removeDue.run(now)
    return due
  }

  #find(id: string, object: string): StripeObject | undefined {
    const row = this.#statements.find.get(id, object) as { body: string } | undefined
    return row === undefined ? undefined : (JSON.parse(row.body) as StripeObject)
  }

  #parsed(rows: unknown[]): StripeObject[] {
    return (rows as { body: string }[]).map(({ body }) => JSON.parse(body) as StripeObject)
  }
}

function prepare(db: DatabaseSync) {
  return {
    find: db.prepare('SELECT body FROM stripe_objects WHERE id = ? AND object = ?'),
    upsert: db.prepare(
      `INSERT INTO stripe_objects (id, object, created, body, changed_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at`
    ),
    intents: db.prepare(
      `SELECT body FROM stripe_objects WHERE object = 'payment_intent' AND created >= ? AND created <= ?
       ORDER BY sequence DESC`
    ),
    indexed: db.prepare(
      `SELECT body FROM stripe_objects WHERE object = 'payment_intent' AND changed_at <= ? ORDER BY sequence DESC`
    ),
    refundsOf: db.prepare(
      `SELECT body FROM stripe_objects WHERE object = 'refund' AND body ->> '$.payment_intent' = ?
       ORDER BY sequence DESC`
    ),
    insertDue: db.prepare('INSERT INTO stripe_due (object, ending, detail, due_at) VALUES (?, ?, ?, ?)'),
    due: db.prepare('SELECT object, ending, detail FROM stripe_due WHERE due_at <= ? ORDER BY due_at'),
    removeDue: db.prepare('DELETE FROM stripe_due WHERE due_at <= ?')
  }
}
