import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSandbox } from '../../../sandbox/app.ts'
import { openGateway } from '../../../src/processors/gateway/adapters/index.ts'
import type { Gateway, GatewayCall } from '../../../src/processors/gateway/spi.ts'

const TIMEOUT_MS = 500

let dataDir: string
let sandbox: FastifyInstance
let url: string
let gateway: Gateway

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aegispay-sandbox-'))
  sandbox = buildSandbox({ dataDir, latencyMs: 0, slowMs: 100, laterMs: 150 })
  url = await sandbox.listen({ host: '127.0.0.1', port: 0 })
  gateway = openGateway({
    ...{ id: 'sandbox-alpha', adapter: 'sandbox', url: `${url}/gateways/sandbox-alpha`, maxConnections: 4 },
    ...{ currencies: ['EUR'], operations: ['PURCHASE'], callTimeoutMs: TIMEOUT_MS, settlingTimeMs: 0 },
    ...{ idempotencyWindowMs: 60_000, sendWithinMs: 30_000, feeBasisPoints: 0, feeFixed: 0 }
  })
})

afterEach(async () => {
  await gateway.close()
  await sandbox.close()
  await rm(dataDir, { recursive: true })
})

const call = (token: string): GatewayCall => ({
  ...{
    paymentId: 'pay_1',
    operationId: 'purchase-1',
    kind: 'PURCHASE',
    idempotencyKey: 'pay_1.purchase-1.1'
  },
  ...{ amount: 1099, currency: 'EUR', token, method: 'CARD', gatewayReference: null },
  ...{ sendBy: 0, timeoutMs: TIMEOUT_MS }
})

const charges = async (): Promise<number> =>
  ((await (await fetch(`${url}/ledger?payment=pay_1`)).json()) as unknown[]).length

/** Asks until the gateway says so. */
async function becomes(outcome: string): Promise<void> {
  while ((await gateway.lookUp(call('')))?.outcome !== outcome);
}

test.each([
  ['tok_visa', 'SUCCEEDED', 1, 'SUCCEEDED'],
  ['tok_declined', 'DECLINED', 0, 'DECLINED'],
  ['tok_insufficient_funds', 'DECLINED', 0, 'DECLINED'],
  ['tok_error', 'UNKNOWN', 0, undefined],
  ['tok_rate_limited', 'REFUSED', 0, undefined],
  ['tok_slow', 'SUCCEEDED', 1, 'SUCCEEDED'],
  ['tok_timeout_charged', 'UNKNOWN', 1, 'SUCCEEDED'],
  ['tok_timeout_not_charged', 'UNKNOWN', 0, undefined],
  ['tok_pending', 'PENDING', 0, 'PENDING'],
  ['tok_customer_action', 'NEEDS_CUSTOMER', 0, 'NEEDS_CUSTOMER'],
  ['tok_contradictory_decline', 'SUCCEEDED', 1, 'SUCCEEDED']
])('%s is answered %s, with %i charges, and a look-up says %s', async (token, answer, charged, found) => {
  expect((await gateway.perform(call(token))).outcome).toBe(answer)
  expect(await charges()).toBe(charged)
  expect((await gateway.lookUp(call(token)))?.outcome).toBe(found)
  expect((await gateway.perform(call(token))).outcome).toBe(answer)
  expect(await charges()).toBe(charged)
})

test('a lack of funds may be otherwise later: a soft decline', async () => {
  expect(await gateway.perform(call('tok_insufficient_funds'))).toMatchObject({ declineType: 'SOFT' })
})

test.each(['tok_pending', 'tok_contradictory'])('%s is charged later, once', async token => {
  await gateway.perform(call(token))
  expect(await charges()).toBe(0)
  await becomes('SUCCEEDED')
  expect(await charges()).toBe(1)
})

test.each([
  ['approve', 'SUCCEEDED', 1],
  ['decline', 'DECLINED', 0]
])('the customer decides on the page where they are sent: %s', async (choice, outcome, charged) => {
  const { redirectUrl } = await gateway.perform(call('tok_customer_action'))
  expect(await (await fetch(redirectUrl!)).text()).toContain('Confirm')
  const decide = () => fetch(`${redirectUrl!}/${choice}`, { method: 'POST' })
  expect((await decide()).status).toBe(200)
  expect((await gateway.lookUp(call('')))?.outcome).toBe(outcome)
  expect((await decide()).status).toBe(404)
  expect(await charges()).toBe(charged)
})
