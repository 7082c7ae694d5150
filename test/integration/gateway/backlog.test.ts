// All gateways out for so long that as many payments wait as may.
import { beforeAll, expect, test } from '@jest/globals'
import { App, eventually, payment, type Answer, type Worker } from '../app.ts'

const GATEWAYS = ['sandbox-alpha', 'sandbox-beta', 'sandbox-gamma']
const CAP = 5

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'backlog',
    partitions: 2,
    settings: { AEGISPAY_MAX_WAITING_PAYMENTS: String(CAP) },
    profile: () => ({
      ...{ callTimeoutMs: 1_000, sendWithinMs: 3_000, settlingTimeMs: 500 },
      breaker: { coolDownMs: 1_000, greatestCoolDownMs: 2_000, probeAfterMs: 500 }
    }),
    payments: { attempts: 20, firstLookUpMs: 500, greatestLookUpMs: 2_000, firstRetryMs: 200 }
  })
  worker = await app.start()
}, 120_000)

const pay = (key: string, body = payment()): Promise<Answer> =>
  app.request(worker, 'POST', '/v1/payments', { key, body, headers: { prefer: 'respond-async' } })

test('new payments are refused while as many wait as may, others can be worked on, and all that were taken settle', async () => {
  const rested = await app.pay(worker, 'before', { capture: 'manual' })
  for (const gateway of GATEWAYS)
    await fetch(`${app.sandboxUrl}/gateways/${gateway}/faults`, {
      ...{ method: 'PUT', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ errorShare: 1, forMs: 300_000 })
    })
  const taken: string[] = []
  const refused = await eventually(async () => {
    const answer = await pay(`out-${taken.length}`)
    if (answer.status === 202) taken.push(String(answer.body['id']))
    expect(answer.status).toBe(503)
    return answer
  })
  expect(refused.body).toMatchObject({ code: 'too_many_waiting' })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(taken.length).toBeGreaterThanOrEqual(CAP)
  const { status } = await app.request(worker, 'POST', `/v1/payments/${rested}/cancel`, {
    key: 'c',
    body: {}
  })
  expect(status).toBeLessThan(300)

  for (const gateway of GATEWAYS)
    await fetch(`${app.sandboxUrl}/gateways/${gateway}/faults`, { method: 'DELETE' })
  await eventually(async () => {
    const rows = await app.query<{ status: string }>('SELECT status FROM payments WHERE id = ANY($1)', [
      taken
    ])
    expect(rows.map(row => row.status)).toEqual(taken.map(() => 'COMPLETED'))
  }, 90_000)
  for (const id of taken) {
    const charges = (await app.ledger(id)).filter(({ kind }) => kind === 'PURCHASE' || kind === 'AUTHORIZE')
    expect([id, charges.length]).toEqual([id, 1])
  }
  await eventually(async () => expect((await pay('after')).status).toBe(202))
}, 180_000)
