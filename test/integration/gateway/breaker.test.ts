// Gateways that do badly for a while: what happens to payments, and to the gateways. The sandbox is told how badly.
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'

/** Short, so that a test sees a whole life. */
const BREAKER = {
  ...{ failuresInARow: 3, coolDownMs: 1_500, greatestCoolDownMs: 1_500, successesToClose: 2 },
  probeAfterMs: 500
}
const GATEWAYS = ['sandbox-alpha', 'sandbox-beta', 'sandbox-gamma']

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'breaker',
    partitions: 2,
    profile: ({ id }) => ({
      ...{ callTimeoutMs: 1_000, sendWithinMs: 4_000, breaker: BREAKER },
      // Only one gateway is left for what the tests pay in.
      currencies: id === 'sandbox-alpha' ? ['EUR', 'GBP'] : ['EUR']
    }),
    payments: {
      attempts: 5,
      firstLookUpMs: 500,
      greatestLookUpMs: 2_000,
      firstRetryMs: 200,
      greatestRetryMs: 500
    }
  })
  worker = await app.start()
}, 120_000)

afterEach(() => Promise.all(GATEWAYS.map(cure)))

const faultsOf = (gateway: string) => `${app.sandboxUrl}/gateways/${gateway}/faults`

async function afflict(gateway: string, fault: object): Promise<void> {
  const { ok, status } = await fetch(faultsOf(gateway), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ forMs: 120_000, ...fault })
  })
  if (!ok) throw new Error(`the sandbox answered ${status}`)
}

const cure = (gateway: string) => fetch(faultsOf(gateway), { method: 'DELETE' })

async function pay(key: string, currency: string): Promise<string> {
  const { status, body } = await app.request(worker, 'POST', '/v1/payments', {
    ...{ key, body: payment({ currency }), headers: { prefer: 'respond-async' } }
  })
  expect(status).toBe(202)
  return String(body['id'])
}

const read = async (id: string) =>
  (await app.request(worker, 'GET', `/v1/payments/${id}`)).body as {
    readonly status: string
    readonly gateway?: string
  }

interface Shown {
  readonly gateway: string
  readonly breaker: string
  readonly calls: number
  readonly successShare: number | null
  readonly executors: readonly { readonly breaker: string }[]
}

async function health(gateway: string): Promise<Shown | undefined> {
  const { status, body } = await app.request(worker, 'GET', '/v1/gateways/health', { apiKey: app.adminKey })
  expect(status).toBe(200)
  return (body['data'] as Shown[]).find(shown => shown.gateway === gateway)
}

const untilBreaker = (gateway: string, state: string) =>
  eventually(async () => expect(await health(gateway)).toMatchObject({ breaker: state }))

async function metric(name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${worker.url}/metrics`)).text()
  const line = text.split('\n').find(candidate => candidate.startsWith(`${name}{${labels}}`))
  return Number(line?.split(' ').at(-1) ?? 0)
}

/** Every payment came to its end, and was charged once. */
async function expectChargedOnce(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await eventually(async () => expect([id, (await read(id)).status]).toEqual([id, 'COMPLETED']), 60_000)
    const charges = (await app.ledger(id)).filter(({ kind }) => kind !== 'CAPTURE')
    expect([id, charges.length]).toEqual([id, 1])
  }
}

describe('a gateway that fails', () => {
  test('is left alone, is found well without a payment, and nobody is charged twice', async () => {
    await pay('well', 'GBP')
    await untilBreaker('sandbox-alpha', 'CLOSED')
    await eventually(async () =>
      expect(await health('sandbox-alpha')).toMatchObject({
        breakdown: [{ currency: 'GBP', method: 'CARD' }]
      })
    )

    await afflict('sandbox-alpha', { errorShare: 1 })
    const before = await Promise.all(['a', 'b', 'c', 'd'].map(key => pay(`fails-${key}`, 'GBP')))
    await untilBreaker('sandbox-alpha', 'OPEN')
    expect(await metric('aegispay_gateway_breaker', 'gateway="sandbox-alpha",state="OPEN"')).toBe(1)
    expect(worker.log.some(line => line.includes('circuit breaker changed'))).toBe(true)

    // Taken on all the same: there is no other gateway for it, so that it waits or is tried again.
    const during = await Promise.all(['e', 'f'].map(key => pay(`waits-${key}`, 'GBP')))
    await cure('sandbox-alpha')
    await untilBreaker('sandbox-alpha', 'CLOSED')
    await expectChargedOnce([...before, ...during])
    expect(await health('sandbox-alpha')).toMatchObject({ executors: [{ breaker: 'CLOSED' }] })
  }, 180_000)

  test('that has charged and never answers charges nobody twice', async () => {
    await afflict('sandbox-alpha', { silentShare: 1 })
    const ids = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(key => pay(`silent-${key}`, 'GBP')))
    await untilBreaker('sandbox-alpha', 'OPEN')
    await cure('sandbox-alpha')
    await untilBreaker('sandbox-alpha', 'CLOSED')
    await expectChargedOnce(ids)
  }, 180_000)
})

test('new payments go elsewhere within seconds while the best gateway fails, and come back', async () => {
  const first = await pay('best', 'EUR')
  await eventually(async () => expect(await read(first)).toMatchObject({ gateway: 'sandbox-alpha' }))
  await afflict('sandbox-alpha', { errorShare: 1 })
  await Promise.all(['a', 'b', 'c'].map(key => pay(`brown-${key}`, 'EUR')))
  let nth = 0
  await eventually(async () => {
    const id = await pay(`shift-${nth++}`, 'EUR')
    await eventually(async () => expect(await read(id)).toMatchObject({ gateway: 'sandbox-beta' }), 1_000)
  })
  await cure('sandbox-alpha')
  await eventually(async () => {
    const id = await pay(`back-${nth++}`, 'EUR')
    await eventually(
      async () => expect(await read(id)).toMatchObject({ gateway: 'sandbox-alpha', status: 'COMPLETED' }),
      1_000
    )
  }, 60_000)
}, 180_000)

test('with all gateways down payments are taken on, and settle when they are back', async () => {
  await Promise.all(GATEWAYS.map(gateway => afflict(gateway, { errorShare: 1 })))
  const ids: string[] = []
  for (let i = 0; i < 20; i++) ids.push(await pay(`down-${i}`, i % 2 === 0 ? 'EUR' : 'GBP'))
  await untilBreaker('sandbox-alpha', 'OPEN')
  for (let i = 20; i < 25; i++) ids.push(await pay(`down-${i}`, 'EUR'))
  await Promise.all(GATEWAYS.map(cure))
  await expectChargedOnce(ids)
}, 240_000)

test('a gateway that asks for a rest gets it', async () => {
  await afflict('sandbox-alpha', { rateLimitShare: 1, retryAfterS: 3, forMs: 1_500 })
  const id = await pay('rest', 'GBP')
  await expectChargedOnce([id])
}, 120_000)
