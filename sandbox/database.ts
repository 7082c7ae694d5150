import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

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
    token TEXT,
    UNIQUE (gateway, reference)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS movements_by_payment ON movements (payment);
  -- The last line of defence behind the rules: an authorization ends once.
  CREATE UNIQUE INDEX IF NOT EXISTS movements_ending_authorization
    ON movements (gateway, authorization) WHERE kind IN ('CAPTURE', 'VOID');
  CREATE INDEX IF NOT EXISTS movements_on_charge ON movements (gateway, authorization) WHERE authorization IS NOT NULL;
  -- What gateways still have to do about an operation that they have answered; without a time when the customer decides.
  CREATE TABLE IF NOT EXISTS commitments (
    gateway TEXT NOT NULL, reference TEXT NOT NULL, request TEXT NOT NULL, ending TEXT, due_at INTEGER,
    PRIMARY KEY (gateway, reference)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS commitments_due ON commitments (due_at);
  -- Kept until they are taken.
  CREATE TABLE IF NOT EXISTS notifications (
    id TEXT PRIMARY KEY, gateway TEXT NOT NULL, body TEXT NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS notifications_due ON notifications (due_at);
  -- Of the gateway that is like Stripe.
  CREATE TABLE IF NOT EXISTS stripe_objects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, object TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL, changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS stripe_objects_by_time ON stripe_objects (object, created);
  CREATE INDEX IF NOT EXISTS stripe_refunds ON stripe_objects (body ->> '$.payment_intent') WHERE object = 'refund';
  CREATE TABLE IF NOT EXISTS stripe_due (
    object TEXT NOT NULL, ending TEXT NOT NULL, detail TEXT NOT NULL, due_at INTEGER NOT NULL
  ) STRICT;
`

/** From before there were refunds: nothing but the end of an authorization was about it, and no token was kept. */
const upgrade = `
  DROP INDEX movements_by_authorization;
  ALTER TABLE movements ADD COLUMN token TEXT;
`

/**
 * Everything that the sandbox knows, on disk.
 *
 * @param dataDir made if it does not exist; one of an earlier version is gone on with.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true })
  const db = new DatabaseSync(join(dataDir, 'ledger.sqlite'), { timeout: 5_000 })
  const isEarlier = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'movements_by_authorization'").get()
  if (isEarlier !== undefined) inTransaction(db, () => db.exec(upgrade))
  db.exec(schema)
  return db
}

/** Runs `work`, which must not wait, in one transaction; what throws leaves nothing. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
