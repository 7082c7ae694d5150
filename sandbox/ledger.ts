import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from './database.ts'
import type { SandboxOperation } from './gateways.ts'

/** An answer exactly as it went out, so that a replay is equal to the byte. */
export interface StoredAnswer {
  readonly status: number
  readonly body: string
}

/** Money that moved, or was reserved or released. Declines are no movements. */
export interface Movement {
  readonly reference: string
  readonly payment: string
  readonly operation: string
  readonly kind: SandboxOperation
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** The authorization or purchase that it is about; null for those two. */
  readonly authorization: string | null
  /** The card token that was charged; null for what follows on a charge. */
  readonly token: string | null
}

export interface LedgerEntry {
  /** Position in the ledger, rising; the cursor for paging. */
  readonly sequence: number
  readonly gateway: string
  readonly payment: string
  readonly operation: string
  readonly kind: SandboxOperation
  readonly amount: number
  readonly currency: string
  readonly idempotencyKey: string
  /** RFC 3339, UTC. */
  readonly at: string
}

/** An authorization or a purchase, and what has become of it. */
export interface Charge {
  readonly kind: 'AUTHORIZE' | 'PURCHASE'
  readonly payment: string
  readonly amount: number
  readonly currency: string
  /** Null for one of an earlier version. */
  readonly token: string | null
  /** What ended an authorization, if anything did: it can be captured or voided once. */
  readonly endedBy: 'CAPTURE' | 'VOID' | null
  /** Minor units; 0 while nothing is captured. */
  readonly captured: number
  /** Minor units, of all refunds. */
  readonly refunded: number
  /** Under which the money was captured; null while nothing is. */
  readonly captureKey: string | null
  readonly captureReference: string | null
}

export interface KeyedRequest {
  readonly gateway: string
  readonly idempotencyKey: string
  /** Equal for equal requests, different for any difference that matters. */
  readonly fingerprint: string
}

export type KeyedAnswer =
  | { readonly key: 'NEW' | 'REPLAYED'; readonly answer: StoredAnswer }
  | { readonly key: 'REUSED_FOR_ANOTHER_REQUEST' }
  /** Nothing was done and the key is as unknown as before. */
  | { readonly key: 'UNTOUCHED' }

export interface Effect {
  readonly answer: StoredAnswer
  readonly movement: Movement | null
}

interface Waiting {
  readonly request: KeyedRequest
  readonly effect: () => Effect | null
  readonly resolve: (answer: KeyedAnswer) => void
  readonly reject: (reason: unknown) => void
}

const entryColumns = `sequence, gateway, payment, operation, kind, amount, currency,
  idempotency_key AS idempotencyKey, at`

/**
 * What really happened to money, on disk. An idempotency key, its answer and the movement it caused are written in one
 * SQLite transaction, and the answer is handed out only after the commit.
 *
 * Requests that arrive in one turn of the event loop share a transaction, in which they run one after the other. So of
 * two requests with one key at the same moment the second finds the first's answer, exactly as it would a day later.
 */
export class Ledger {
  readonly #clock: () => number
  readonly #db: DatabaseSync
  readonly #statements: ReturnType<typeof prepare>
  #waiting: Waiting[] = []

  /** @param clock milliseconds since the epoch. */
  constructor(db: DatabaseSync, clock: () => number) {
    this.#clock = clock
    this.#db = db
    this.#statements = prepare(db)
  }

  /**
   * Answers a request by its key: what the key was answered before, or what `effect` does now.
   *
   * @param effect runs inside the transaction, only for a new key; null when nothing is to be done or remembered. It may
   *   write to the same database, but must not wait.
   * @throws what SQLite throws, for every request of the turn; nothing of the turn has happened then.
   */
  answerOnce(request: KeyedRequest, effect: () => Effect | null): Promise<KeyedAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, effect, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.#commitTurn())
    })
  }

  /** The answer that the key got, if it got one. */
  answerOf(gateway: string, idempotencyKey: string): StoredAnswer | undefined {
    return this.#statements.findKey.get(gateway, idempotencyKey) as StoredAnswer | undefined
  }

  /** Whether money was moved or reserved under the reference. */
  holds(gateway: string, reference: string): boolean {
    return this.#statements.findMovement.get(gateway, reference) !== undefined
  }

  charge(gateway: string, reference: string): Charge | undefined {
    return this.#statements.findCharge.get(gateway, reference) as Charge | undefined
  }

  /** Whether of all operations of a kind on a charge the one under this key was done first. */
  isFirst(gateway: string, charge: string, kind: SandboxOperation, idempotencyKey: string): boolean {
    const first = this.#statements.findFirst.get(gateway, charge, kind) as { key: string } | undefined
    return first?.key === idempotencyKey
  }

  /** Movements of one payment at all gateways, oldest first. */
  entriesOf(payment: string): LedgerEntry[] {
    return this.#statements.entriesOfPayment.all(payment) as unknown as LedgerEntry[]
  }

  /** At most `limit` movements after the given sequence (0 for the first), oldest first. */
  entriesAfter(sequence: number, limit: number): LedgerEntry[] {
    return this.#statements.entriesAfter.all(sequence, limit) as unknown as LedgerEntry[]
  }

  /**
   * Changes what is remembered under a key, or remembers it from now on, and moves money that was not moved before. To be
   * called in a transaction.
   */
  amend({ gateway, idempotencyKey, fingerprint }: KeyedRequest, { answer, movement }: Effect): void {
    this.#statements.upsertKey.run(gateway, idempotencyKey, fingerprint, answer.status, answer.body)
    if (movement !== null) this.#move(gateway, idempotencyKey, movement)
  }

  /** Changes what is remembered under a key that has been answered. To be called in a transaction. */
  restate(gateway: string, idempotencyKey: string, { status, body }: StoredAnswer): void {
    this.#statements.updateKey.run(status, body, gateway, idempotencyKey)
  }

  /** Moves money by itself, some time after a request. To be called in a transaction. */
  record(gateway: string, idempotencyKey: string, movement: Movement): void {
    this.#move(gateway, idempotencyKey, movement)
  }

  #commitTurn(): void {
    const turn = this.#waiting
    this.#waiting = []
    let answers: KeyedAnswer[]
    try {
      answers = inTransaction(this.#db, () =>
        turn.map(({ request, effect }) => this.#answer(request, effect))
      )
    } catch (error) {
      for (const { reject } of turn) reject(error)
      return
    }
    turn.forEach(({ resolve }, index) => resolve(answers[index]!))
  }

  #answer({ gateway, idempotencyKey, fingerprint }: KeyedRequest, effect: () => Effect | null): KeyedAnswer {
    const known = this.#statements.findKey.get(gateway, idempotencyKey) as
      (StoredAnswer & { fingerprint: string }) | undefined
    if (known !== undefined) {
      if (known.fingerprint !== fingerprint) return { key: 'REUSED_FOR_ANOTHER_REQUEST' }
      return { key: 'REPLAYED', answer: { status: known.status, body: known.body } }
    }

    const done = effect()
    if (done === null) return { key: 'UNTOUCHED' }
    const { answer, movement } = done
    this.#statements.insertKey.run(gateway, idempotencyKey, fingerprint, answer.status, answer.body)
    if (movement !== null) this.#move(gateway, idempotencyKey, movement)
    return { key: 'NEW', answer }
  }

  #move(gateway: string, idempotencyKey: string, movement: Movement): void {
    const at = new Date(this.#clock()).toISOString()
    const { reference, payment, operation, kind, amount, currency, authorization, token } = movement
    this.#statements.insertMovement.run(
      ...[gateway, reference, payment, operation, kind, amount, currency, authorization, token],
      ...[idempotencyKey, at]
    )
  }
}

function prepare(db: DatabaseSync) {
  return {
    findKey: db.prepare(
      'SELECT fingerprint, status, body FROM idempotency_keys WHERE gateway = ? AND idempotency_key = ?'
    ),
    insertKey: db.prepare(
      'INSERT INTO idempotency_keys (gateway, idempotency_key, fingerprint, status, body) VALUES (?, ?, ?, ?, ?)'
    ),
    updateKey: db.prepare(
      'UPDATE idempotency_keys SET status = ?, body = ? WHERE gateway = ? AND idempotency_key = ?'
    ),
    upsertKey: db.prepare(
      `INSERT INTO idempotency_keys (gateway, idempotency_key, fingerprint, status, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET status = excluded.status, body = excluded.body`
    ),
    insertMovement: db.prepare(
      `INSERT INTO movements
         (gateway, reference, payment, operation, kind, amount, currency, authorization, token, idempotency_key, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    ),
    findMovement: db.prepare('SELECT 1 FROM movements WHERE gateway = ? AND reference = ?'),
    // A purchase is its own capture.
    findCharge: db.prepare(
      `SELECT c.kind, c.payment, c.amount, c.currency, c.token, e.kind AS endedBy,
         coalesce(m.amount, 0) AS captured, m.idempotency_key AS captureKey, m.reference AS captureReference,
         (SELECT coalesce(sum(r.amount), 0) FROM movements r
          WHERE r.gateway = c.gateway AND r.authorization = c.reference AND r.kind = 'REFUND') AS refunded
       FROM movements c
       LEFT JOIN movements e
         ON e.gateway = c.gateway AND e.authorization = c.reference AND e.kind IN ('CAPTURE', 'VOID')
       LEFT JOIN movements m
         ON m.sequence = iif(c.kind = 'PURCHASE', c.sequence, iif(e.kind = 'CAPTURE', e.sequence, NULL))
       WHERE c.gateway = ? AND c.reference = ? AND c.kind IN ('AUTHORIZE', 'PURCHASE')`
    ),
    findFirst: db.prepare(
      `SELECT idempotency_key AS key FROM movements WHERE gateway = ? AND authorization = ? AND kind = ?
       ORDER BY sequence LIMIT 1`
    ),
    entriesOfPayment: db.prepare(`SELECT ${entryColumns} FROM movements WHERE payment = ? ORDER BY sequence`),
    entriesAfter: db.prepare(
      `SELECT ${entryColumns} FROM movements WHERE sequence > ? ORDER BY sequence LIMIT ?`
    )
  }
}
