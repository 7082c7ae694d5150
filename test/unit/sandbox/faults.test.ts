import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildSandbox } from '../../../sandbox/app.ts'

let now: number
let dataDir: string
let sandbox: FastifyInstance

beforeEach(() => {
  now = 1_000_000
  dataDir = mkdtempSync(join(tmpdir(), 'aegispay-faults-'))
  sandbox = buildSandbox({ dataDir, latencyMs: 0, clock: () => now })
})

afterEach(async () => {
  await sandbox.close()
  rmSync(dataDir, { recursive: true })
})

const FAULTS = '/gateways/sandbox-alpha/faults'
const afflict = (fault: object) => sandbox.inject({ method: 'PUT', url: FAULTS, payload: fault })
const purchase = (key: string) =>
  sandbox.inject({
    ...{ method: 'POST', url: '/gateways/sandbox-alpha/purchases', headers: { 'idempotency-key': key } },
    payload: { payment: 'pay_1', operation: 'o', amount: 100, currency: 'EUR', token: 'tok_visa' }
  })
const lookUp = (key: string) => sandbox.inject(`/gateways/sandbox-alpha/operations/${key}`)
const ledger = async () => (await sandbox.inject('/ledger')).json<object[]>()

test('a gateway that is out of order does nothing, and cannot be asked either', async () => {
  await afflict({ errorShare: 1, forMs: 1_000 })
  expect((await purchase('a')).statusCode).toBe(503)
  expect((await lookUp('a')).statusCode).toBe(503)
  expect(await ledger()).toEqual([])
})

test('a fault ends by itself, or when it is taken back', async () => {
  await afflict({ errorShare: 1, forMs: 1_000 })
  now += 1_000
  expect((await purchase('a')).statusCode).toBe(200)
  await afflict({ errorShare: 1, forMs: 1_000 })
  expect((await purchase('b')).statusCode).toBe(503)
  expect((await sandbox.inject(FAULTS)).json()).toEqual({ fault: { errorShare: 1, forMs: 1_000 } })
  await sandbox.inject({ method: 'DELETE', url: FAULTS })
  expect((await sandbox.inject(FAULTS)).json()).toEqual({ fault: null })
  expect((await purchase('b')).statusCode).toBe(200)
})

test('one that limits the rate says for how long, and answers look-ups', async () => {
  await afflict({ rateLimitShare: 1, retryAfterS: 7, forMs: 1_000 })
  const refused = await purchase('a')
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '7'])
  expect((await lookUp('a')).statusCode).toBe(404)
  expect(await ledger()).toEqual([])
})

test('other gateways know nothing of it', async () => {
  await afflict({ errorShare: 1, forMs: 1_000 })
  const url = '/gateways/sandbox-gamma/operations/a'
  expect((await sandbox.inject(url)).statusCode).toBe(404)
})

test.each([
  ['that never ends', { errorShare: 1 }],
  ['that ends next year', { errorShare: 1, forMs: 31_536_000_000 }],
  ['of more than all', { errorShare: 2, forMs: 1 }],
  ['that is not known', { earthquakes: 1, forMs: 1 }]
])('refuses a fault %s', async (_which, fault) => {
  expect((await afflict(fault)).statusCode).toBe(400)
})
