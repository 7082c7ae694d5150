import { expect, jest, test } from '@jest/globals'
import { App, eventually, payment } from '../app.ts'

jest.setTimeout(60_000)

type Line = Readonly<Record<string, unknown>>

const parsed = (log: readonly string[]): Line[] => log.map(line => JSON.parse(line) as Line)

async function payAndRead(app: App, key: string) {
  const worker = await app.start()
  const body = payment({
    customer: { id: 'cus_1', email: 'jane@example.org' },
    metadata: { note: 'canary-note' }
  })
  const headers = { 'x-correlation-id': 'cor-1' }
  const paid = await app.request(worker, 'POST', '/v1/payments', { key, body, headers })
  expect(paid.status).toBe(201)
  const id = String(paid.body['id'])
  const position = paid.headers.get('aegispay-position')!
  const read = { headers: { ...headers, 'aegispay-position': position } }
  expect((await app.request(worker, 'GET', `/v1/payments/${id}`, read)).status).toBe(200)
  return { worker, id }
}

test('a payment can be followed by its id through the lines of every role, under one correlation id', async () => {
  const app = await App.create({ name: 'log', settings: { AEGISPAY_LOG_LEVEL: 'debug' } })
  const { worker, id } = await payAndRead(app, 'logged-1')
  const lines = await eventually(() => {
    const found = parsed(worker.log).filter(({ paymentId }) => paymentId === id)
    const told = new Set(found.map(({ role, msg }) => `${String(role)}: ${String(msg)}`))
    expect([...told].sort()).toEqual([
      'gateway: gateway called',
      'ingress: answered',
      'processor: decided',
      'projector: applied',
      'query: answered'
    ])
    return Promise.resolve(found)
  })
  expect(lines.filter(({ correlationId }) => correlationId !== 'cor-1')).toEqual([])
  expect(lines.find(({ msg }) => msg === 'gateway called')).toMatchObject({
    gateway: expect.stringMatching(/^sandbox-/),
    operation: 'PURCHASE',
    attempt: 1,
    outcome: 'SUCCEEDED',
    ms: expect.any(Number)
  })
  expectNoSecrets(worker.log, app)
})

test('at level info an answered request is one line, which says whose and how long, and can be left out', async () => {
  const app = await App.create({ name: 'loginfo' })
  const { worker, id } = await payAndRead(app, 'logged-2')
  await eventually(() => {
    expect(parsed(worker.log).filter(({ correlationId }) => correlationId === 'cor-1')).toEqual([
      expect.objectContaining({
        ...{ level: 'info', role: 'ingress', method: 'POST', route: '/v1/payments', status: 201 },
        ...{ ms: expect.any(Number), merchantId: 'demo', paymentId: id, msg: 'answered' }
      }),
      expect.objectContaining({ role: 'query', method: 'GET', route: '/v1/payments/:id', paymentId: id })
    ])
    return Promise.resolve()
  })
  expect(worker.log.some(line => line.includes('/healthz') || line.includes('/readyz'))).toBe(false)
  expectNoSecrets(worker.log, app)
  Object.assign(app.settings, { AEGISPAY_LOG_REQUESTS: 'failed' })
  const quiet = await payAndRead(app, 'logged-3')
  expect(quiet.worker.log.some(line => line.includes('answered'))).toBe(false)
})

function expectNoSecrets(log: readonly string[], { apiKey }: App): void {
  const secrets = [
    apiKey,
    apiKey.slice(apiKey.lastIndexOf('_') + 1),
    'logged-',
    'jane',
    'canary',
    'tok_visa',
    'cus_1'
  ]
  expect(secrets.filter(secret => log.some(line => line.includes(secret)))).toEqual([])
}
