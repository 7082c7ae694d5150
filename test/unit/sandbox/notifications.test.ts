import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { buildSandbox } from '../../../sandbox/app.ts'

const SECRET = `whsec_${'c2VjcmV0'.repeat(4)}`

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let dataDir: string
let sandbox: FastifyInstance
let receiver: Server
let received: Received[]
/** What the receiver answers next; 204 when there is nothing left. */
let answers: number[]
let waiting: { count: number; resolve: () => void }[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aegispay-sandbox-'))
  received = []
  answers = []
  waiting = []
  receiver = createServer((request, response) => {
    void text(request).then(body => {
      received.push({ path: request.url!, headers: request.headers, body })
      response.writeHead(answers.shift() ?? 204).end()
      for (const { count, resolve } of waiting) if (received.length >= count) resolve()
    })
  })
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
  sandbox = start(url())
})

afterEach(async () => {
  await sandbox.close()
  receiver.closeAllConnections()
  receiver.close()
  await rm(dataDir, { recursive: true })
})

const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/gateways`
const start = (target: string | null) =>
  buildSandbox({ dataDir, latencyMs: 0, laterMs: 0, notifications: { url: () => target, secret: SECRET } })

/** Resolves when so many notifications have come. */
const come = (count: number) =>
  received.length >= count
    ? Promise.resolve()
    : new Promise<void>(resolve => waiting.push({ count, resolve }))

const charge = (token: string) =>
  sandbox.inject({
    method: 'POST',
    url: '/gateways/sandbox-alpha/purchases',
    headers: { 'idempotency-key': 'pay_1.purchase-1.1' },
    payload: { payment: 'pay_1', operation: 'purchase-1', amount: 1099, currency: 'EUR', token }
  })

test('what a gateway does later it notifies, signed, and says what a look-up would say', async () => {
  const { id } = (await charge('tok_pending')).json<{ id: string }>()
  await come(1)
  const [{ path, headers, body }] = received as [Received]
  expect(path).toBe('/gateways/sandbox-alpha/notifications')
  expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
    type: 'operation.updated',
    data: {
      ...{ idempotencyKey: 'pay_1.purchase-1.1', payment: 'pay_1', operation: 'purchase-1' },
      ...{ id, status: 'approved', amount: 1099, currency: 'EUR', settled: true }
    }
  })
  const found = await sandbox.inject('/gateways/sandbox-alpha/operations/pay_1.purchase-1.1')
  expect((JSON.parse(body) as { data: object }).data).toMatchObject(found.json<object>())
})

test.each([
  ['tok_settles_later', { status: 'approved', settled: true }],
  ['tok_settlement_fails', { status: 'settlement_failed', settled: false, code: 'acquirer_rejected' }]
])('with %s the gateway notifies what became of the settlement', async (token, said) => {
  const { id, settled } = (await charge(token)).json<{ id: string; settled: boolean }>()
  expect(settled).toBe(false)
  await come(1)
  expect(JSON.parse(received[0]!.body)).toMatchObject({
    type: 'operation.updated',
    data: { idempotencyKey: 'pay_1.purchase-1.1', id, amount: 1099, currency: 'EUR', ...said }
  })
})

test('it is sent until it is taken, under the same id, signed anew each time', async () => {
  answers = [503, 404]
  await charge('tok_pending')
  await come(3)
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  for (const { headers, body } of received) {
    expect(() => new Webhook(SECRET).verify(body, headers as Record<string, string>)).not.toThrow()
  }
})

test('what nobody has taken is sent after a restart', async () => {
  await sandbox.close()
  sandbox = start(null)
  await charge('tok_contradictory')
  const approved = async () => {
    const found = await sandbox.inject('/gateways/sandbox-alpha/operations/pay_1.purchase-1.1')
    return found.json<{ status: string }>().status === 'approved'
  }
  // Timers get their turn in between.
  while (!(await approved())) await turn()
  await sandbox.close()
  expect(received).toEqual([])
  sandbox = start(url())
  await come(1)
  expect(JSON.parse(received[0]!.body)).toMatchObject({ data: { status: 'approved' } })
})
