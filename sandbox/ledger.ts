import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
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
  /** The authorization that a capture or void is about. */
  readonly authorization: string | null
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

export interface Authorization {
  readonly payment: string
  readonly amount: number
  readonly currency: string
  /** What ended it, if anything did: it can be captured or voided once. */
  readonly endedBy: 'CAPTURE' | 'VOID' | null
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

export interface Effect {
  readonly answer: StoredAnswer
  readonly movement: Movement | null
}

interface Waiting {
  readonly request: KeyedRequest
  readonly effect: () => Effect
  readonly resolve: (answer: KeyedAnswer) => void
  readonly reject: (reason: unknown) => void
}

const schema = `
  PRAGMA journal_mode = WAL;
  -- A kill -9 loses nothing; a power cut may lose the last commits, which a sandbox can bear.
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS idempotency_keys (
    gateway TEXT NOT NULL, idempotency_key TEXT NOT NULL, fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (gateway, idempotency_key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS movements (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway TEXT NOT NULL, reference TEXT NOT NULL, payment TEXT NOT NULL, operation TEXT NOT NULL, kind TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, authorization TEXT, idempotency_key TEXT NOT NULL, at TEXT NOT NULL,
    UNIQUE (gateway, reference)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS movements_by_payment ON movements (payment);
  -- The last line of defence behind the rules: an authorization ends once.
  CREATE UNIQUE INDEX IF NOT EXISTS movements_by_authorization
    ON movements (gateway, authorization) WHERE authorization IS NOT NULL;
`

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

  /**
   * @param dataDir made if it does not exist.
   * @param clock milliseconds since the epoch.
   */
  constructor(dataDir: string, clock: () => number) {
    mkdirSync(dataDir, { recursive: true })
    this.#clock = clock
    this.#db = new DatabaseSync(join(dataDir, 'ledger.sqlite'), { timeout: 5_000 })
    this.#db.exec(schema)
    this.#statements = prepare(this.#db)
  }

  /**
   * Answers a request by its key: what the key was answered before, or what `effect` does now.
   *
   * @param effect runs inside the transaction, only for a new key; it may read the ledger but must not write or wait.
   * @throws what SQLite throws, for every request of the turn; nothing of the turn has happened then.
   */
  answerOnce(request: KeyedRequest, effect: () => Effect): Promise<KeyedAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, effect, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.#commitTurn())
    })
  }

  /** The answer that the key got, if it got one. */
  answerOf(gateway: string, idempotencyKey: string): StoredAnswer | undefined {
    return this.#statements.findKey.get(gateway, idempotencyKey) as StoredAnswer | undefined
  }

  authorization(gateway: string, reference: string): Authorization | undefined {
    return this.#statements.findAuthorization.get(gateway, reference) as Authorization | undefined
  }

  /** Movements of one payment at all gateways, oldest first. */
  entriesOf(payment: string): LedgerEntry[] {
    return this.#statements.entriesOfPayment.all(payment) as unknown as LedgerEntry[]
  }

  /** At most `limit` movements after the given sequence (0 for the first), oldest first. */
  entriesAfter(sequence: number, limit: number): LedgerEntry[] {
    return this.#statements.entriesAfter.all(sequence, limit) as unknown as LedgerEntry[]
  }

  /** To be called when no request is waiting any more. */
  close(): void {
    this.#db.close()
  }

  #commitTurn(): void {
    const turn = this.#waiting
    this.#waiting = []
    let answers: KeyedAnswer[]
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      answers = turn.map(({ request, effect }) => this.#answer(request, effect))
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      for (const { reject } of turn) reject(error)
      return
    }
    turn.forEach(({ resolve }, index) => resolve(answers[index]!))
  }

  #answer({ gateway, idempotencyKey, fingerprint }: KeyedRequest, effect: () => Effect): KeyedAnswer {
    const known = this.#statements.findKey.get(gateway, idempotencyKey) as
      (StoredAnswer & { fingerprint: string }) | undefined
    if (known !== undefined) {
      if (known.fingerprint !== fingerprint) return { key: 'REUSED_FOR_ANOTHER_REQUEST' }
      return { key: 'REPLAYED', answer: { status: known.status, body: known.body } }
    }

    const { answer, movement } = effect()
    this.#statements.insertKey.run(gateway, idempotencyKey, fingerprint, answer.status, answer.body)
    if (movement !== null) {
      const at = new Date(this.#clock()).toISOString()
      const { reference, payment, operation, kind, amount, currency, authorization } = movement
      this.#statements.insertMovement.run(
        ...[gateway, reference, payment, operation, kind, amount, currency, authorization, idempotencyKey, at]
      )
    }
    return { key: 'NEW', answer }
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
    insertMovement: db.prepare(
      `INSERT INTO movements
         (gateway, reference, payment, operation, kind, amount, currency, authorization, idempotency_key, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    ),
    findAuthorization: db.prepare(
      `SELECT a.payment, a.amount, a.currency, e.kind AS endedBy
       FROM movements a LEFT JOIN movements e ON e.gateway = a.gateway AND e.authorization = a.reference
       WHERE a.gateway = ? AND a.reference = ? AND a.kind = 'AUTHORIZE'`
    ),
    entriesOfPayment: db.prepare(`SELECT ${entryColumns} FROM movements WHERE payment = ? ORDER BY sequence`),
    entriesAfter: db.prepare(
      `SELECT ${entryColumns} FROM movements WHERE sequence > ? ORDER BY sequence LIMIT ?`
    )
  }
}
