import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSandbox } from '../../../sandbox/app.ts'
import type { SandboxGateway } from '../../../sandbox/gateways.ts'
import type { LedgerEntry } from '../../../sandbox/ledger.ts'

let dataDir: string
let sandbox: FastifyInstance
const at = '2026-01-02T03:04:05.678Z'

function build(): FastifyInstance {
  return buildSandbox({ dataDir, latencyMs: 0, clock: () => Date.parse(at) })
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aegispay-sandbox-'))
  sandbox = build()
})

afterEach(async () => {
  await sandbox.close()
  await rm(dataDir, { recursive: true })
})

interface Reply {
  readonly status: number
  readonly replayed: string | undefined
  readonly body: Record<string, unknown>
}

async function post(path: string, key: string | null, payload: unknown): Promise<Reply> {
  const response = await sandbox.inject({
    method: 'POST',
    url: `/gateways/${path}`,
    headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload)
  })
  const replayed = response.headers['idempotent-replayed']
  return {
    status: response.statusCode,
    replayed: replayed === undefined ? undefined : String(replayed),
    body: response.json<Record<string, unknown>>()
  }
}

async function get(url: string): Promise<{ status: number; body: unknown }> {
  const response = await sandbox.inject({ method: 'GET', url })
  return { status: response.statusCode, body: response.json<unknown>() }
}

async function ledger(query: string): Promise<LedgerEntry[]> {
  return (await get(`/ledger?${query}`)).body as LedgerEntry[]
}

function ledgerOf(payment: string): Promise<LedgerEntry[]> {
  return ledger(`payment=${payment}`)
}

async function gateways(): Promise<SandboxGateway[]> {
  return (await get('/gateways')).body as SandboxGateway[]
}

const onIt = { payment: 'pay_1', operation: 'op_1', amount: 1234, currency: 'EUR' }
const charge = { ...onIt, token: 'tok_visa' }

async function authorize(key = 'authorize'): Promise<string> {
  const { status, body } = await post('sandbox-alpha/authorizations', key, charge)
  expect({ status, verdict: body.status, settled: body.settled }).toEqual({
    status: 200,
    verdict: 'approved',
    settled: false
  })
  return `sandbox-alpha/authorizations/${String(body.id)}`
}

test('approves tok_visa and settles a purchase at once', async () => {
  expect(await post('sandbox-alpha/purchases', 'key', charge)).toEqual({
    status: 200,
    replayed: 'false',
    body: {
      id: expect.stringMatching(/^alpha_/),
      status: 'approved',
      amount: 1234,
      currency: 'EUR',
      settled: true
    }
  })
  expect(await ledgerOf('pay_1')).toEqual([
    {
      sequence: 1,
      gateway: 'sandbox-alpha',
      payment: 'pay_1',
      operation: 'op_1',
      kind: 'PURCHASE',
      amount: 1234,
      currency: 'EUR',
      idempotencyKey: 'key',
      at
    }
  ])
})

test('declines tok_declined for good and moves no money', async () => {
  const { status, body } = await post('sandbox-alpha/purchases', 'key', { ...charge, token: 'tok_declined' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ status: 'declined', code: 'card_declined', amount: 1234, settled: false })
  expect(await ledgerOf('pay_1')).toEqual([])
})

test('gives the same key and body the same answer, whatever the order of its fields', async () => {
  const first = await post('sandbox-alpha/purchases', 'key', charge)
  const reordered = Object.fromEntries(Object.entries(charge).reverse())
  expect(await post('sandbox-alpha/purchases', 'key', reordered)).toEqual({ ...first, replayed: 'true' })
  expect(await ledgerOf('pay_1')).toHaveLength(1)
})

test('repeats a decline as well', async () => {
  const refused = { ...charge, token: 'tok_declined' }
  const first = await post('sandbox-alpha/purchases', 'key', refused)
  expect(await post('sandbox-alpha/purchases', 'key', refused)).toEqual({ ...first, replayed: 'true' })
})

test.each([
  ['another amount', 'sandbox-alpha/purchases', { ...charge, amount: 1235 }],
  ['another currency', 'sandbox-alpha/purchases', { ...charge, currency: 'USD' }],
  ['another token', 'sandbox-alpha/purchases', { ...charge, token: 'tok_declined' }],
  ['another payment', 'sandbox-alpha/purchases', { ...charge, payment: 'pay_2' }],
  ['another operation', 'sandbox-alpha/purchases', { ...charge, operation: 'op_2' }],
  ['another kind of operation', 'sandbox-alpha/authorizations', charge]
])('refuses a key that comes again with %s', async (_difference, path, body) => {
  const first = await post('sandbox-alpha/purchases', 'key', charge)
  expect(await post(path, 'key', body)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_key_reused' }
  })
  expect(await get('/ledger')).toMatchObject({ body: [{ operation: 'op_1', amount: 1234, currency: 'EUR' }] })
  expect(await post('sandbox-alpha/purchases', 'key', charge)).toEqual({ ...first, replayed: 'true' })
})

test('keeps the keys of each gateway apart', async () => {
  await post('sandbox-alpha/purchases', 'key', charge)
  expect(await post('sandbox-gamma/purchases', 'key', { ...charge, amount: 99 })).toMatchObject({
    status: 200
  })
  expect((await ledgerOf('pay_1')).map(({ gateway }) => gateway)).toEqual(['sandbox-alpha', 'sandbox-gamma'])
})

test('makes one ledger row of 50 equal requests at the same moment, and answers all of them alike', async () => {
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => post('sandbox-alpha/purchases', 'key', charge))
  )
  expect(new Set(replies.map(({ status, body }) => JSON.stringify({ status, body }))).size).toBe(1)
  expect(replies.filter(({ replayed }) => replayed === 'false')).toHaveLength(1)
  expect(await ledgerOf('pay_1')).toHaveLength(1)
})

test('lets one of two different requests with one key win at the same moment', async () => {
  const replies = await Promise.all(
    [1, 2].map(amount => post('sandbox-alpha/purchases', 'key', { ...charge, amount }))
  )
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 422])
  expect(await ledgerOf('pay_1')).toHaveLength(1)
})

test('remembers keys, ledger and authorizations when it is opened again', async () => {
  const first = await post('sandbox-alpha/purchases', 'key', charge)
  const authorization = await authorize()
  await post(`${authorization}/captures`, 'capture', onIt)
  const before = await ledgerOf('pay_1')
  await sandbox.close()
  sandbox = build()
  expect(await ledgerOf('pay_1')).toEqual(before)
  expect(await post('sandbox-alpha/purchases', 'key', charge)).toEqual({ ...first, replayed: 'true' })
  expect(await post(`${authorization}/voids`, 'void', onIt)).toMatchObject({ status: 409 })
})

test('captures a part of an authorization and settles it', async () => {
  const authorization = await authorize()
  const { body } = await post(`${authorization}/captures`, 'capture', {
    ...onIt,
    operation: 'op_2',
    amount: 1000
  })
  expect(body).toMatchObject({ status: 'approved', amount: 1000, currency: 'EUR', settled: true })
  expect(await ledgerOf('pay_1')).toMatchObject([
    { kind: 'AUTHORIZE', operation: 'op_1', amount: 1234 },
    { kind: 'CAPTURE', operation: 'op_2', amount: 1000 }
  ])
})

test('voids an authorization', async () => {
  const authorization = await authorize()
  const { body } = await post(`${authorization}/voids`, 'void', onIt)
  expect(body).toMatchObject({ status: 'approved', amount: 1234, settled: false })
  expect((await ledgerOf('pay_1')).map(({ kind }) => kind)).toEqual(['AUTHORIZE', 'VOID'])
})

const conflicts: [
  rule: string,
  done: string | null,
  asked: string,
  body: object,
  status: number,
  code: string
][] = [
  [
    'a capture above the authorized amount',
    null,
    'captures',
    { amount: 1235 },
    409,
    'amount_exceeds_authorized'
  ],
  ['a capture in another currency', null, 'captures', { currency: 'USD' }, 409, 'currency_mismatch'],
  ['a second capture', 'captures', 'captures', {}, 409, 'already_captured'],
  ['a void after a capture', 'captures', 'voids', {}, 409, 'already_captured'],
  ['a capture after a void', 'voids', 'captures', {}, 409, 'already_voided'],
  ['a second void', 'voids', 'voids', {}, 409, 'already_voided'],
  ['a void of a part', null, 'voids', { amount: 1 }, 409, 'amount_mismatch'],
  [
    "a capture of another payment's authorization",
    null,
    'captures',
    { payment: 'pay_2' },
    404,
    'authorization_not_found'
  ]
]

test.each(conflicts)('refuses %s, without effect and again when asked again', async (...row) => {
  const [, done, asked, difference, status, code] = row
  const authorization = await authorize()
  if (done !== null) await post(`${authorization}/${done}`, 'done', onIt)
  const before = await get('/ledger')

  const refusal = await post(`${authorization}/${asked}`, 'asked', { ...onIt, ...difference })
  expect(refusal).toMatchObject({ status, body: { code } })
  expect(await post(`${authorization}/${asked}`, 'asked', { ...onIt, ...difference })).toEqual({
    ...refusal,
    replayed: 'true'
  })
  expect(await get('/gateways/sandbox-alpha/operations/asked')).toEqual({ status, body: refusal.body })
  expect(await get('/ledger')).toEqual(before)
})

test('lets one of many captures of one authorization through at the same moment', async () => {
  const authorization = await authorize()
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, index) => post(`${authorization}/captures`, `capture-${index}`, onIt))
  )
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(replies.filter(({ body }) => body.code === 'already_captured')).toHaveLength(19)
})

test('does not capture a purchase', async () => {
  const { body } = await post('sandbox-alpha/purchases', 'key', charge)
  expect(
    await post(`sandbox-alpha/authorizations/${String(body.id)}/captures`, 'capture', onIt)
  ).toMatchObject({
    status: 404,
    body: { code: 'authorization_not_found' }
  })
})

test('tells by its key what became of an operation', async () => {
  const key = 'pay_1/op_1/1'
  const lookUp = `/gateways/sandbox-alpha/operations/${encodeURIComponent(key)}`
  expect(await get(lookUp)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  const { body } = await post('sandbox-alpha/purchases', key, charge)
  expect(await get(lookUp)).toEqual({ status: 200, body })
  expect(await get(lookUp.replace('alpha', 'gamma'))).toMatchObject({ status: 404 })
})

test('finds keys of 255 characters that all need encoding', async () => {
  const key = '%'.repeat(255)
  await post('sandbox-alpha/purchases', key, charge)
  expect(await get(`/gateways/sandbox-alpha/operations/${encodeURIComponent(key)}`)).toMatchObject({
    status: 200
  })
})

const malformed: [
  rule: string,
  path: string,
  key: string | null,
  body: unknown,
  status: number,
  code: string
][] = [
  ['no key', 'sandbox-alpha/purchases', null, charge, 400, 'malformed_request'],
  ['a key of 256 characters', 'sandbox-alpha/purchases', 'k'.repeat(256), charge, 400, 'malformed_request'],
  ['broken JSON', 'sandbox-alpha/purchases', 'key', '{"payment":', 400, 'malformed_request'],
  ['an unknown field', 'sandbox-alpha/purchases', 'key', { ...charge, card: '1' }, 400, 'malformed_request'],
  ['no token', 'sandbox-alpha/purchases', 'key', onIt, 400, 'malformed_request'],
  ['an amount of 0', 'sandbox-alpha/purchases', 'key', { ...charge, amount: 0 }, 400, 'malformed_request'],
  [
    'an amount as text',
    'sandbox-alpha/purchases',
    'key',
    { ...charge, amount: '1' },
    400,
    'malformed_request'
  ],
  [
    'a fractional amount',
    'sandbox-alpha/purchases',
    'key',
    { ...charge, amount: 1.5 },
    400,
    'malformed_request'
  ],
  [
    'an unsafe amount',
    'sandbox-alpha/purchases',
    'key',
    { ...charge, amount: 2 ** 53 },
    400,
    'malformed_request'
  ],
  [
    'a lower-case currency',
    'sandbox-alpha/purchases',
    'key',
    { ...charge, currency: 'eur' },
    400,
    'malformed_request'
  ],
  [
    'a token on a capture',
    'sandbox-alpha/authorizations/r/captures',
    'key',
    charge,
    400,
    'malformed_request'
  ],
  [
    'a currency not taken',
    'sandbox-alpha/purchases',
    'key',
    { ...charge, currency: 'JPY' },
    400,
    'currency_not_supported'
  ],
  [
    'a purchase at a gateway without them',
    'sandbox-beta/purchases',
    'key',
    charge,
    400,
    'operation_not_supported'
  ],
  ['an unknown gateway', 'sandbox-omega/purchases', 'key', charge, 404, 'gateway_not_found'],
  ['an unknown route', 'sandbox-alpha/refunds', 'key', charge, 404, 'route_not_found']
]

test.each(malformed)(
  'refuses %s and does not remember the key',
  async (_rule, path, key, body, status, code) => {
    expect(await post(path, key, body)).toEqual({
      status,
      replayed: undefined,
      body: { code, message: expect.any(String) }
    })
    expect(await get('/ledger')).toEqual({ status: 200, body: [] })
    expect(await get('/gateways/sandbox-alpha/operations/key')).toMatchObject({ status: 404 })
  }
)

test('approves the same payments in every run, at about the rate of the gateway, and not the same at each', async () => {
  const payments = Array.from({ length: 400 }, (_, index) => `pay_${index}`)
  const verdictsAt = (gateway: string, run: string) =>
    Promise.all(
      payments.map(async payment => {
        const body = { ...charge, payment, token: 'tok_unheard_of' }
        return (await post(`${gateway}/authorizations`, `${run}/${payment}`, body)).body.status
      })
    )
  const verdicts = new Map<string, unknown[]>()
  for (const { id, approvalRate } of await gateways()) {
    const first = await verdictsAt(id, 'first')
    expect(await verdictsAt(id, 'second')).toEqual(first)
    const approvals = first.filter(verdict => verdict === 'approved').length
    expect(Math.abs(approvals / payments.length - approvalRate)).toBeLessThan(0.05)
    verdicts.set(id, first)
  }
  const rescued = payments.filter(
    (_, index) =>
      verdicts.get('sandbox-alpha')?.[index] === 'declined' &&
      verdicts.get('sandbox-beta')?.[index] === 'approved'
  )
  expect(rescued.length).toBeGreaterThan(0)
})

test('lists the whole ledger page by page, in order', async () => {
  for (let index = 1; index <= 5; index += 1) {
    await post('sandbox-alpha/purchases', `key-${index}`, { ...charge, payment: `pay_${index}` })
  }
  const paged: string[] = []
  let after = 0
  for (;;) {
    const page = await ledger(`limit=2&after=${after}`)
    if (page.length === 0) break
    paged.push(...page.map(({ payment }) => payment))
    after = page.at(-1)!.sequence
  }
  expect(paged).toEqual(['pay_1', 'pay_2', 'pay_3', 'pay_4', 'pay_5'])
})

test.each(['limit=0', 'limit=1001', 'limit=x', 'after=-1', 'other=1'])(
  'refuses a ledger query with %s',
  async query => {
    expect(await get(`/ledger?${query}`)).toMatchObject({ status: 400, body: { code: 'malformed_request' } })
  }
)

test('publishes three gateways that differ, one of them without purchases', async () => {
  const published = await gateways()
  expect(published.map(({ id }) => id)).toEqual(['sandbox-alpha', 'sandbox-beta', 'sandbox-gamma'])
  expect(published.filter(({ operations }) => !operations.includes('PURCHASE')).map(({ id }) => id)).toEqual([
    'sandbox-beta'
  ])
  expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } })
})
