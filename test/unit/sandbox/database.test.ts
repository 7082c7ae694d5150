import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../../../sandbox/database.ts'
import { Ledger } from '../../../sandbox/ledger.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aegispay-sandbox-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test('goes on with the ledger of a version that knew no refunds', () => {
  const earlier = new DatabaseSync(join(dataDir, 'ledger.sqlite'))
  earlier.exec(`
    CREATE TABLE movements (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      gateway TEXT NOT NULL, reference TEXT NOT NULL, payment TEXT NOT NULL, operation TEXT NOT NULL, kind TEXT NOT NULL,
      amount INTEGER NOT NULL, currency TEXT NOT NULL, authorization TEXT, idempotency_key TEXT NOT NULL, at TEXT NOT NULL,
      UNIQUE (gateway, reference)
    ) STRICT;
    CREATE UNIQUE INDEX movements_by_authorization
      ON movements (gateway, authorization) WHERE authorization IS NOT NULL;
    INSERT INTO movements VALUES
      (1, 'one', 'ref_1', 'pay_1', 'authorize-1', 'AUTHORIZE', 1000, 'EUR', NULL, 'key-1', '2026-01-02T03:04:05.678Z'),
      (2, 'one', 'ref_2', 'pay_1', 'capture-2', 'CAPTURE', 600, 'EUR', 'ref_1', 'key-2', '2026-01-02T03:04:05.678Z');
  `)
  earlier.close()
  // The second time it is one of this version.
  for (let time = 1; time <= 2; time++) {
    const db = openDatabase(dataDir)
    expect(new Ledger(db, Date.now).charge('one', 'ref_1')).toEqual({
      ...{ kind: 'AUTHORIZE', payment: 'pay_1', amount: 1000, currency: 'EUR', token: null },
      ...{ endedBy: 'CAPTURE', captured: 600, refunded: 0, captureKey: 'key-2', captureReference: 'ref_2' }
    })
    db.close()
  }
})
