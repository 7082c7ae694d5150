// How long a page of the list of payments takes, of one merchant with many payments and of one among several, whatever is
// asked. It needs PostgreSQL alone of the stack, and asks the read model as the routes do.
import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { asJsonRows, connectPostgres, migrate, withSession } from '../src/platform/postgres.ts'
import type { PaymentRow } from '../src/projections/payments/apply.ts'
import { cursorOf } from '../src/projections/payments/cursor.ts'
import { listPayments, type PaymentFilter, type PaymentOrder } from '../src/projections/payments/queries.ts'
import { termsOf } from '../src/projections/payments/terms.ts'
import { ReadDatabase } from '../src/projections/read-database.ts'
import { Database, type Bench } from './installation.ts'
import { percentile } from './percentile.ts'

export interface SearchRun {
  /** Of the large merchant; the others have a fifth of that together. */
  readonly payments: number
  readonly pages: readonly PagesRun[]
}

export interface PagesRun {
  readonly merchant: 'one' | 'among several'
  readonly kind: string
  readonly pages: number
  /** Pages with fewer payments than the limit that were not the last. */
  readonly short: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

const LIMIT = 100
/** Of each kind, after half as many that do not count. */
const PAGES = 100
const MERCHANTS = 20
const BATCH = 5_000
const FIRST = Date.UTC(2026, 0, 1)
const STEP_MS = 20_000
const MINUTE_MS = 60_000
const LARGE = 'large'

export async function benchSearch(bench: Bench, payments: number): Promise<SearchRun> {
  const database = await Database.create(bench.stack.postgres, `bench_${randomBytes(4).toString('hex')}`)
  const log = pino({ level: 'silent' })
  const { url } = database
  await migrate({ url }, log)
  const pool = connectPostgres({ url, isReplayable: true }, log)
  const reads = ReadDatabase.connect({ url }, log)
  try {
    const all = Math.round(payments * 1.2)
    await fill(pool, all)
    bench.log(`${all} payments are there`)
    await withSession({ url }, db => db.query('VACUUM ANALYZE payments'))
    const pages: PagesRun[] = []
    for (const merchant of ['one', 'among several'] as const) {
      for (const [kind, filter] of Object.entries(kinds)) {
        const run = await ask(reads, merchant, kind, filter, all)
        pages.push(run)
        bench.log(
          `${merchant}, ${kind}: p50 ${run.p50.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms, ${run.short} short`
        )
      }
    }
    return { payments, pages }
  } finally {
    await Promise.all([pool.end(), reads.close()])
    await database.drop()
  }
}

/** Whole numbers from a seed, the same at every run: the finalizer of MurmurHash3. */
function random(seed: number, below: number): number {
  let h = seed + 1
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return Math.floor((((h ^ (h >>> 16)) >>> 0) / 2 ** 32) * below)
}

const among = <T>(seed: number, values: readonly T[]): T => values[random(seed, values.length)]!

const merchantOf = (i: number): string => (i % 6 < 5 ? LARGE : `small-${random(i, MERCHANTS)}`)

/** What a share of payments have in their descriptions, and what those have that came first. */
function words(i: number, all: number): string {
  const shared = ['half', 'tenth', 'hundredth', 'thousandth'].filter(
    (_, n) => random(i + 7 * n, 1e6) < (0.5 * 1e6) / [1, 5, 50, 500][n]!
  )
  return ['order', ...shared, ...(i < all / 10 ? ['early'] : [])].join(' ')
}

const digitsAsLetters = (i: number): string =>
  String(i).replaceAll(/[0-9]/g, digit => 'abcdefghij'[Number(digit)]!)

function rowOf(i: number, all: number): PaymentRow {
  const at = new Date(FIRST + i * STEP_MS)
  const own = {
    id: `pay_${digitsAsLetters(i).padStart(32, 'a')}`,
    merchantId: merchantOf(i),
    customerId: `cus_${random(i + 1, 20_000)}`,
    description: `${words(i, all)} number ${i} of ${among(i + 2, ['shoes', 'hats', 'coats', 'socks'])}`,
    metadata: { reference: `ref-${i}`, channel: among(i + 3, ['web', 'app', 'shop']) }
  }
  const amount = 100 + random(i + 4, 100_000)
  return {
    ...{ id: own.id, merchant_id: own.merchantId, customer_id: own.customerId },
    ...{ description: own.description, metadata: own.metadata, terms: termsOf(own) },
    status:
      random(i + 5, 20) === 0 ? 'FAILED' : among(i + 6, ['COMPLETED', 'COMPLETED', 'COMPLETED', 'REFUNDED']),
    ...{ amount, currency: among(i + 7, ['EUR', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'GBP', 'JPY']) },
    gateway: random(i + 8, 100) === 0 ? 'rare' : among(i + 9, ['alpha', 'beta']),
    ...{ capture: 'AUTOMATIC', authorized_amount: amount, captured_amount: amount, refunded_amount: 0 },
    ...{ version: 6, customer_country: 'DE', failure: null, operation: null, compensations: [] },
    ...{ unknown_since: null, review: null, held_until: null, created_at: at, updated_at: at }
  }
}

async function fill(pool: Pool, all: number): Promise<void> {
  for (let from = 0; from < all; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, all - from) }, (_, n) => rowOf(from + n, all))
    await pool.query('INSERT INTO payments SELECT * FROM json_populate_recordset(NULL::payments, $1)', [
      asJsonRows(rows)
    ])
  }
}

/** What is asked, by a number that tells the questions of a kind apart. */
const kinds: Readonly<Record<string, (n: number, all: number) => PaymentFilter>> = {
  everything: () => ({}),
  'one status': () => ({ statuses: ['FAILED'] }),
  'several statuses': () => ({ statuses: ['FAILED', 'REFUNDED'] }),
  'a customer': n => ({ customer: `cus_${random(n, 20_000)}` }),
  'a customer and a status': n => ({ customer: `cus_${random(n, 20_000)}`, statuses: ['FAILED'] }),
  'status, gateway and currency': () => ({ statuses: ['FAILED'], gateway: 'beta', currency: 'JPY' }),
  'status, gateway and currency, rare': () => ({ statuses: ['FAILED'], gateway: 'rare', currency: 'JPY' }),
  'a narrow range of amounts': n => ({ currency: 'EUR', minAmount: 100 + 90 * n, maxAmount: 150 + 90 * n }),
  'a wide range of amounts': () => ({ currency: 'EUR', minAmount: 1000, maxAmount: 90_000 }),
  'a wide range, rare gateway': () => ({
    currency: 'EUR',
    minAmount: 1000,
    maxAmount: 90_000,
    gateway: 'rare'
  }),
  'word of every payment': () => ({ words: ['order'] }),
  'word of 1 in 2': () => ({ words: ['half'] }),
  'word of 1 in 10': () => ({ words: ['tenth'] }),
  'word of 1 in 100': () => ({ words: ['hundredth'] }),
  'word of 1 in 1,000': () => ({ words: ['thousandth'] }),
  'word of one payment': (n, all) => ({ words: [`ref-${random(n, all)}`] }),
  'word of none': n => ({ words: [`nothing-${n}`] }),
  'word of the first tenth': () => ({ words: ['early'] }),
  'two words, 1 in 20': () => ({ words: ['half', 'tenth'] }),
  'two words, common and of the first tenth': () => ({ words: ['early', 'order'] }),
  'two words, 1 in 2,000': () => ({ words: ['half', 'thousandth'] }),
  'metadata of 1 in 3': () => ({ metadata: [['channel', 'app']] }),
  'metadata of one payment': (n, all) => ({ metadata: [['reference', `ref-${random(n, all)}`]] }),
  'metadata, word, status, gateway and currency': () => ({
    metadata: [['channel', 'app']],
    ...{ words: ['half'], statuses: ['COMPLETED'], gateway: 'alpha', currency: 'EUR' }
  }),
  'word and status, rare': () => ({ words: ['hundredth'], statuses: ['FAILED'], gateway: 'rare' }),
  'word in a month': () => ({
    words: ['hundredth'],
    createdFrom: new Date(FIRST),
    createdTo: new Date(FIRST + 30 * 24 * 60 * MINUTE_MS)
  })
}

/** First pages, and pages from anywhere, in both orders. */
async function ask(
  reads: ReadDatabase,
  merchant: PagesRun['merchant'],
  kind: string,
  filterOf: (n: number, all: number) => PaymentFilter,
  all: number
): Promise<PagesRun> {
  const took: number[] = []
  let short = 0
  for (let n = -PAGES / 2; n < PAGES; n++) {
    const merchantId = merchant === 'one' ? LARGE : `small-${random(n + PAGES, MERCHANTS)}`
    const filter = filterOf(n + PAGES, all)
    const order: PaymentOrder = n % 4 < 2 ? 'newest' : 'oldest'
    const createdAt = new Date(FIRST + random(n + 2 * PAGES, all) * STEP_MS)
    const cursor = cursorOf({ createdAt, id: `pay_${'a'.repeat(32)}` }, { ...filter, merchantId, order })
    const began = performance.now()
    const page = { order, limit: LIMIT, ...(n % 2 === 0 ? {} : { cursor }) }
    const { data, nextCursor } = await listPayments(reads, merchantId, filter, page)
    if (n < 0) continue
    took.push(performance.now() - began)
    if (data.length < LIMIT && nextCursor !== null) short++
  }
  took.sort((a, b) => a - b)
  return { merchant, kind, pages: took.length, short, p50: percentile(took, 50), p99: percentile(took, 99) }
}
