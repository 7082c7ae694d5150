import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { PaymentRow } from '../../../src/projections/payments/apply.ts'
import { InvalidCursorError } from '../../../src/projections/cursor.ts'
import {
  listPayments,
  type Bounds,
  type PaymentFilter,
  type PaymentOrder
} from '../../../src/projections/payments/queries.ts'
import { wordTerm } from '../../../src/projections/payments/terms.ts'
import { createTables, insert, row, type Tables } from './tables.ts'

jest.setTimeout(60_000)

let tables: Tables

beforeAll(async () => {
  tables = await createTables()
})

const list = (merchantId: string, filter: PaymentFilter = {}, order: PaymentOrder = 'newest', limit = 100) =>
  listPayments(tables.reads, merchantId, filter, { order, limit })

describe('a filter', () => {
  const day = (date: number) => new Date(Date.UTC(2026, 0, date))
  const named: Record<string, Partial<PaymentRow>> = {
    plain: {},
    failed: { status: 'FAILED' },
    cancelled: { status: 'CANCELLED' },
    regular: { customer_id: 'regular' },
    beta: { gateway: 'beta' },
    nowhere: { gateway: null },
    yen: { currency: 'JPY', amount: 1000 },
    cheap: { amount: 1000 },
    dear: { amount: Number.MAX_SAFE_INTEGER },
    late: { created_at: day(3) },
    later: { created_at: new Date(day(4).getTime() - 1) },
    shoes: { description: 'Blue shoes, size 42' },
    tagged: { metadata: { order: 'ord-17', channel: 'shop' } }
  }
  const names = new Map<string, string>()

  beforeAll(async () => {
    const rows = Object.values(named).map(changes => row({ merchant_id: 'filtered', ...changes }))
    Object.keys(named).forEach((name, i) => names.set(rows[i]!.id, name))
    await insert(tables.pool, [...rows, row({ merchant_id: 'foreign' })])
  })

  const most = Object.keys(named)
  const without = (...left: string[]) => most.filter(name => !left.includes(name))

  test.each<[string, PaymentFilter, string[]]>([
    ['nothing', {}, most],
    ['a status', { statuses: ['FAILED'] }, ['failed']],
    ['several statuses', { statuses: ['CANCELLED', 'FAILED'] }, ['failed', 'cancelled']],
    ['a customer', { customer: 'regular' }, ['regular']],
    ['a gateway', { gateway: 'beta' }, ['beta']],
    ['a currency', { currency: 'JPY' }, ['yen']],
    ['amounts from', { currency: 'EUR', minAmount: 1099 }, without('yen', 'cheap')],
    ['amounts to', { currency: 'EUR', maxAmount: 1000 }, ['cheap']],
    ['amounts from and to, both included', { currency: 'EUR', minAmount: 1000, maxAmount: 1000 }, ['cheap']],
    ['the greatest amount', { currency: 'EUR', minAmount: Number.MAX_SAFE_INTEGER }, ['dear']],
    ['times from, included', { createdFrom: day(3) }, ['late', 'later']],
    ['times to, not included', { createdTo: day(3) }, without('late', 'later')],
    ['a day', { createdFrom: day(3), createdTo: day(4) }, ['late', 'later']],
    [
      'all at once',
      { statuses: ['COMPLETED'], customer: 'cus_1', gateway: 'alpha', currency: 'EUR' },
      without('failed', 'cancelled', 'regular', 'beta', 'nowhere', 'yen')
    ],
    ['a word', { words: ['shoes'] }, ['shoes']],
    ['words that all occur', { words: ['42', 'blue'] }, ['shoes']],
    ['words of which one does not occur', { words: ['blue', 'boots'] }, []],
    ['a word of its metadata', { words: ['ord-17'] }, ['tagged']],
    ['its customer as a word', { words: ['regular'] }, ['regular']],
    ['a pair', { metadata: [['channel', 'shop']] }, ['tagged']],
    [
      'pairs of which one does not hold',
      {
        metadata: [
          ['channel', 'shop'],
          ['order', 'ord-18']
        ]
      },
      []
    ],
    ['a word of payments with another status', { words: ['shoes'], statuses: ['FAILED'] }, []],
    ['what there is not', { statuses: ['FAILED'], gateway: 'beta' }, []]
  ])('for %s shows what it asks for, and no more', async (_, filter, expected) => {
    const { data, nextCursor } = await list('filtered', filter)
    expect(data.map(({ id }) => names.get(id)).sort()).toEqual([...expected].sort())
    expect(nextCursor).toBeNull()
  })

  test.each<PaymentOrder>(['newest', 'oldest'])('gives the %s first', async order => {
    const { data } = await list('filtered', {}, order)
    const inTime = data.map(({ createdAt, id }) => `${createdAt} ${id}`)
    expect(inTime).toEqual(inTime.toSorted((a, b) => (a < b ? -1 : 1) * (order === 'oldest' ? 1 : -1)))
  })
})

describe('paging', () => {
  /** Payments of one millisecond among others, so that the id has to decide. */
  const at = (i: number) => new Date(Date.UTC(2026, 1, 1) + Math.floor(i / 5))

  test.each<[PaymentOrder, PaymentFilter]>([
    ['newest', {}],
    ['oldest', {}],
    ['newest', { currency: 'EUR', minAmount: 1, maxAmount: 5000 }],
    ['oldest', { gateway: 'alpha' }]
  ])('by %s, %j, shows each payment once, whatever is written meanwhile', async (order, filter) => {
    const merchant_id = `paged-${order}-${Object.keys(filter).length}`
    const there = Array.from({ length: 60 }, (_, i) => row({ merchant_id, created_at: at(i) }))
    await insert(tables.pool, there)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await listPayments(tables.reads, merchant_id, filter, {
        ...{ order, limit: 7 },
        ...(cursor === null ? {} : { cursor })
      })
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
      // New ones on both sides of the cursor, fewer than a page takes, and a change of every payment.
      const among = there.map((_, i) => i).filter(i => i % 15 === 7)
      await insert(
        tables.pool,
        among.map(i => row({ merchant_id, created_at: at(i) }))
      )
      await tables.pool.query(
        `UPDATE payments SET updated_at = now(), version = version + 1,
           status = CASE status WHEN 'COMPLETED' THEN 'PARTIALLY_REFUNDED' ELSE 'COMPLETED' END
         WHERE merchant_id = $1`,
        [merchant_id]
      )
    } while (cursor !== null && seen.length < 2000)
    expect(new Set(seen).size).toBe(seen.length)
    expect(there.filter(({ id }) => !seen.includes(id))).toEqual([])
  })

  test('refuses a cursor under other filters, in the other order and for another merchant', async () => {
    const merchant_id = 'cursors'
    await insert(tables.pool, [row({ merchant_id }), row({ merchant_id })])
    const { nextCursor } = await list(merchant_id, {}, 'newest', 1)
    const next = (merchant: string, filter: PaymentFilter, order: PaymentOrder, cursor = nextCursor!) =>
      listPayments(tables.reads, merchant, filter, { order, limit: 1, cursor })
    expect((await next(merchant_id, {}, 'newest')).data).toHaveLength(1)
    await expect(next(merchant_id, { currency: 'EUR' }, 'newest')).rejects.toThrow(InvalidCursorError)
    await expect(next(merchant_id, {}, 'oldest')).rejects.toThrow(InvalidCursorError)
    await expect(next('other', {}, 'newest')).rejects.toThrow(InvalidCursorError)
    await expect(next(merchant_id, {}, 'newest', 'x')).rejects.toThrow(InvalidCursorError)
  })

  test.each<[PaymentFilter, PaymentFilter]>([
    [{ words: ['tea'] }, { words: ['coffee'] }],
    [{ metadata: [['channel', 'shop']] }, { metadata: [['channel', 'app']] }],
    [{ metadata: [['channel', 'shop']] }, {}],
    [{ createdFrom: at(0) }, { createdFrom: at(5) }]
  ])('refuses a cursor of %j under %j', async (filter, other) => {
    const merchant_id = `asked-${JSON.stringify([filter, other])}`
    const metadata = { channel: 'shop' }
    const made = { merchant_id, created_at: at(10), description: 'tea', metadata }
    await insert(tables.pool, [row(made), row(made)])
    const { nextCursor: cursor } = await list(merchant_id, filter, 'newest', 1)
    const next = (asked: PaymentFilter) =>
      listPayments(tables.reads, merchant_id, asked, { order: 'newest', limit: 1, cursor: cursor! })
    expect((await next(filter)).data).toHaveLength(1)
    await expect(next(other)).rejects.toThrow(InvalidCursorError)
  })
})

describe('a page that would cost too much', () => {
  const at = (i: number) => new Date(Date.UTC(2026, 2, 1) + i)
  const bounds: Bounds = { walk: 10, fetchedWalk: 10, lookedUp: 20 }
  /** Rare ones among many, and many that are all old. */
  const rows = Array.from({ length: 200 }, (_, i) =>
    row({
      merchant_id: 'large',
      created_at: at(Math.floor(i / 3)),
      description: `${i % 67 === 5 ? 'rare ' : ''}${i < 60 ? 'old ' : ''}${i % 2 === 0 ? 'even' : 'odd'}`,
      amount: i,
      gateway: i % 50 === 3 ? 'beta' : 'alpha'
    })
  )

  beforeAll(async () => {
    await insert(tables.pool, [...rows, row({ merchant_id: 'foreign', description: 'rare old even odd' })])
    await tables.pool.query('ANALYZE payments')
  })

  async function pages(filter: PaymentFilter, order: PaymentOrder, limit = 5) {
    const sizes: number[] = []
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const next: object = cursor === null ? {} : { cursor }
      const page = await listPayments(tables.reads, 'large', filter, { order, limit, ...next }, bounds)
      sizes.push(page.data.length)
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    return { sizes, seen }
  }

  const inOrder = (order: PaymentOrder, fits: (row: PaymentRow) => boolean) => {
    const key = ({ created_at, id }: PaymentRow) => `${created_at.toISOString()} ${id}`
    const sorted = rows.filter(fits).toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    return (order === 'newest' ? sorted.toReversed() : sorted).map(({ id }) => id)
  }
  const says = (word: string) => (payment: PaymentRow) => payment.description!.split(' ').includes(word)

  test.each<[string, PaymentFilter, (row: PaymentRow) => boolean]>([
    ['common', { words: ['even'] }, says('even')],
    ['rare', { words: ['rare'] }, says('rare')],
    ['common, and all old', { words: ['old'] }, says('old')],
    ['common and rare', { words: ['odd', 'rare'] }, row => says('odd')(row) && says('rare')(row)],
    ['common by both of its words', { words: ['even', 'old'] }, row => says('even')(row) && says('old')(row)],
    ['common at a rare gateway', { words: ['odd'], gateway: 'beta' }, ({ gateway }) => gateway === 'beta'],
    [
      'of a narrow range of amounts',
      { currency: 'EUR', minAmount: 7, maxAmount: 19 },
      ({ amount }) => amount >= 7 && amount <= 19
    ],
    [
      'of a wide range of amounts, at a rare gateway',
      { currency: 'EUR', minAmount: 7, maxAmount: 190, gateway: 'beta' },
      ({ amount, gateway }) => amount >= 7 && amount <= 190 && gateway === 'beta'
    ]
  ])('shows what is %s once and in order', async (_, filter, fits) => {
    for (const order of ['newest', 'oldest'] as const)
      expect((await pages(filter, order)).seen).toEqual(inOrder(order, fits))
  })

  test('has fewer payments than the limit, and says that there are more', async () => {
    const { sizes } = await pages({ words: ['old'] }, 'newest')
    expect(sizes.slice(0, 3)).toEqual([0, 0, 0])
  })

  test('shows what is rare at once', async () => {
    expect((await pages({ words: ['rare'] }, 'newest')).sizes).toEqual([3])
  })

  test('shows nothing of another merchant to a reader who names none', async () => {
    const terms = [wordTerm('foreign', 'rare')]
    expect(await tables.reads.ofNoMerchant('SELECT * FROM payments_with_terms($1, 5)', [terms])).toEqual([])
    expect(
      await tables.reads.ofMerchant('large', 'SELECT $1::text, * FROM payments_with_terms($2, 5)', [terms])
    ).toEqual([])
    expect(
      await tables.reads.ofMerchant('foreign', 'SELECT $1::text, id FROM payments_with_terms($2, 5)', [terms])
    ).toHaveLength(1)
  })
})
