// A change takes effect everywhere in under a second with no restart: from the moment when it is asked for to the moment
// when the role in another process acts by it. Not from its answer, which waits for a table too: one that is as slow in all
// processes would not be seen.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { App, payment, type Worker } from '../app.ts'

const LIMIT_MS = 1000
const ROUNDS = 5

let app: App
let admin: Worker
let ingress: Worker
let processor: Worker
let elsewhere: Server

beforeAll(async () => {
  app = await App.create({ name: 'live' })
  ;[admin, ingress, processor] = await Promise.all([
    app.start('admin', 'projector', 'query'),
    app.start('ingress'),
    app.start('processor'),
    app.start('gateway')
  ])
}, 90_000)

afterAll(() => {
  elsewhere.closeAllConnections()
  elsewhere.close()
})

/** Replaces a document; resolves, when that is answered, with the time when it was asked for. */
async function change(path: string, changes: object): Promise<number> {
  const url = `/v1/admin/${path}`
  const read = await app.request(admin, 'GET', url, { apiKey: app.adminKey })
  const asked = performance.now()
  const { status, body } = await app.request(admin, 'PUT', url, {
    apiKey: app.adminKey,
    body: { ...read.body, ...changes },
    headers: { 'if-match': read.headers.get('etag')! }
  })
  expect([status, body]).toEqual([200, expect.anything()])
  return asked
}

/** Milliseconds until it holds. */
async function timeUntil(asked: number, holds: () => Promise<boolean> | boolean): Promise<number> {
  while (!(await holds())) {
    if (performance.now() - asked > 10 * LIMIT_MS) throw new Error('the change has no effect')
    await delay(2)
  }
  return performance.now() - asked
}

test('in the ingress', async () => {
  const isLetIn = async () =>
    (await app.request(ingress, 'POST', '/v1/payments', { body: {} })).status !== 403
  for (let round = 0; round < ROUNDS; round++) {
    const off = await change('merchants/demo', { active: false })
    expect(await timeUntil(off, async () => !(await isLetIn()))).toBeLessThan(LIMIT_MS)
    const on = await change('merchants/demo', { active: true })
    expect(await timeUntil(on, isLetIn)).toBeLessThan(LIMIT_MS)
  }
}, 60_000)

test('in the processor', async () => {
  // It tells what it follows when it has taken it in; the payments after prove that it acts by it.
  const taken = () => processor.log.filter(line => line.includes('"msg":"control data changed"')).length
  for (let round = 0; round < ROUNDS; round++) {
    const before = taken()
    const asked = await change('gateway-profiles/sandbox-alpha', {
      currencies: round % 2 === 0 ? [] : ['EUR']
    })
    expect(await timeUntil(asked, () => taken() > before)).toBeLessThan(LIMIT_MS)
    const { body } = await app.request(ingress, 'POST', '/v1/payments', {
      key: `routed-${round}`,
      body: payment(),
      headers: { prefer: 'wait=10' }
    })
    if (round % 2 === 0) expect(body['gateway']).not.toBe('sandbox-alpha')
    else expect(body['gateway']).toBe('sandbox-alpha')
  }
}, 60_000)

test('in the executor', async () => {
  const calls: string[] = []
  elsewhere = createServer(({ url }, response) => {
    calls.push(url!)
    response.writeHead(503).end()
  })
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  const moved = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/gateways/sandbox-alpha`
  const asked = await change('gateway-profiles/sandbox-alpha', { url: moved, currencies: ['EUR'] })
  const took = timeUntil(asked, () => calls.length > 0)
  // Payments go on while it changes.
  let sent = 0
  while (calls.length === 0 && performance.now() - asked < 10 * LIMIT_MS) {
    const { status } = await app.request(ingress, 'POST', '/v1/payments', {
      key: `moved-${sent++}`,
      body: payment(),
      headers: { prefer: 'respond-async' }
    })
    expect(status).toBe(202)
  }
  expect(await took).toBeLessThan(LIMIT_MS)
}, 60_000)
