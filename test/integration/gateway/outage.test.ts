// Gateways that are out while payments go on being sent, held against the ledger.
import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'
import { decodeAll } from '../payments/topic.ts'

const GATEWAYS = ['sandbox-alpha', 'sandbox-beta', 'sandbox-gamma']
/** Milliseconds in which payments have to go elsewhere. */
const SHIFT_MS = 5_000
/** Requests that a process works on at a time, of which three quarters may be writes. */
const MAX_REQUESTS = 16
const CAP = 12
/** Milliseconds until a gateway that is out says so: until then nothing rests. */
const LATE_MS = 800

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'outage',
    partitions: 2,
    settings: { AEGISPAY_MAX_REQUESTS: String(MAX_REQUESTS), AEGISPAY_ANSWER_WAIT_MS: '5000' },
    profile: () => ({
      ...{ callTimeoutMs: 1_000, sendWithinMs: 3_000, settlingTimeMs: 500 },
      breaker: { coolDownMs: 1_000, greatestCoolDownMs: 2_000, probeAfterMs: 500 }
    }),
    payments: { attempts: 20, firstLookUpMs: 500, greatestLookUpMs: 2_000, firstRetryMs: 200 }
  })
  worker = await app.start()
}, 120_000)

afterEach(() => Promise.all(GATEWAYS.map(cure)))

const faultsOf = (gateway: string) => `${app.sandboxUrl}/gateways/${gateway}/faults`

async function afflict(gateway: string, latencyMs = 0): Promise<void> {
  const { ok } = await fetch(faultsOf(gateway), {
    ...{ method: 'PUT', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ errorShare: 1, forMs: 300_000, ...(latencyMs > 0 && { latencyMs }) })
  })
  expect(ok).toBe(true)
}

const cure = (gateway: string) => fetch(faultsOf(gateway), { method: 'DELETE' })

/** By payment, the gateway that it was sent to first. */
async function firstGateways(): Promise<ReadonlyMap<string, string>> {
  const first = new Map<string, string>()
  for (const { name, value } of await decodeAll(app.kafka, app.topics.events, app.codec))
    if (name === 'aegispay.events.GatewaySelected' && !first.has(value.paymentId))
      first.set(value.paymentId, value.gateway)
  return first
}

interface Sent {
  readonly id: string
  /** Milliseconds of a clock that nobody sets. */
  readonly at: number
}

async function pay(key: string): Promise<Sent> {
  const at = performance.now()
  const options = { key, body: payment(), headers: { prefer: 'respond-async' } }
  const { status, body } = await app.request(worker, 'POST', '/v1/payments', options)
  expect(status).toBe(202)
  return { id: String(body['id']), at }
}

/** Pays, one after the other, until ten in a row have gone where they are to go. */
async function payUntil(name: string, isThere: (gateway: string | undefined) => boolean): Promise<Sent[]> {
  const sent: Sent[] = []
  for (;;) {
    for (let i = 0; i < 10; i++) sent.push(await pay(`${name}-${sent.length}`))
    const ten = sent.slice(-10)
    const first = await eventually(async () => {
      const known = await firstGateways()
      for (const { id } of ten) expect(known.has(id)).toBe(true)
      return known
    })
    if (ten.every(({ id }) => isThere(first.get(id)))) return sent
  }
}

async function expectChargedOnce(ids: readonly string[]): Promise<void> {
  await eventually(async () => {
    const found = await app.query<{ id: string; status: string }>('SELECT id, status FROM payments')
    const known = new Map(found.map(({ id, status }) => [id, status]))
    expect(ids.filter(id => known.get(id) !== 'COMPLETED')).toEqual([])
  }, 120_000)
  const ledger = Map.groupBy(await app.ledger(), row => row.payment)
  for (const id of ids) {
    const charges = (ledger.get(id) ?? []).filter(({ kind }) => kind === 'PURCHASE' || kind === 'AUTHORIZE')
    expect([id, charges.length]).toEqual([id, 1])
  }
}

test(`payments leave the best gateway within ${SHIFT_MS} ms of its failure, and come back when it is well`, async () => {
  await payUntil('before', gateway => gateway === 'sandbox-alpha')
  await afflict('sandbox-alpha')
  const failedAt = performance.now()
  const during = await payUntil('during', gateway => gateway !== 'sandbox-alpha')
  const first = await firstGateways()
  // The ten that went elsewhere, and those before them that did so without one at alpha in between.
  const lastAtAlpha = during.findLastIndex(({ id }) => first.get(id) === 'sandbox-alpha')
  expect(during[lastAtAlpha + 1]!.at - failedAt).toBeLessThan(SHIFT_MS)
  await cure('sandbox-alpha')
  const after = await payUntil('after', gateway => gateway === 'sandbox-alpha')
  await expectChargedOnce([...during, ...after].map(({ id }) => id))
}, 240_000)

test('with all gateways out payments are taken up to the cap, the others refused, and what was taken is charged once', async () => {
  await Promise.all(GATEWAYS.map(gateway => afflict(gateway, LATE_MS)))
  const requests = Array.from({ length: 3 * CAP }, (_, i) =>
    app.request(worker, 'POST', '/v1/payments', { key: `out-${i}`, body: payment() })
  )
  const answers = await Promise.all(requests)
  const accepted = answers.filter(({ status }) => status !== 503)
  const refused = answers.filter(({ status }) => status === 503)
  // One that rests before the last has come makes room for another.
  expect(accepted.length).toBeGreaterThanOrEqual(CAP)
  expect(refused.length).toBeGreaterThan(0)
  // 201 where it rests, since nobody knows what became of it.
  for (const { status } of accepted) expect([201, 202]).toContain(status)
  for (const { body, headers } of refused) {
    expect(body['code']).toBe('overloaded')
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  // More come while the breakers are open: none of them was ever sent.
  const late: Sent[] = []
  for (let i = 0; i < 20; i++) late.push(await pay(`late-${i}`))
  await Promise.all(GATEWAYS.map(cure))
  const ids = [...accepted.map(({ body }) => String(body['id'])), ...late.map(({ id }) => id)]
  await expectChargedOnce(ids)
}, 240_000)
