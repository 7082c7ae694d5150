import { expect, jest, test } from '@jest/globals'
import { roles } from '../../../src/roles.ts'
import { metricsTable, type MetricEntry } from '../../../src/platform/metrics.ts'
import { App, eventually, payment, type Worker } from '../app.ts'

jest.setTimeout(120_000)

const table = Object.entries<MetricEntry>(metricsTable)

/** Shown with labels only once something has gone wrong, a hook is loaded, the audit trail has a key, or there is a mail server. */
const NEEDS_TROUBLE = [
  'aegispay_http_shed_total',
  'aegispay_rate_limited_total',
  'aegispay_processor_dead_letters_total',
  'aegispay_processor_rebuilds_total',
  'aegispay_processor_old_unknowns_total',
  'aegispay_processor_velocity_counts_total',
  'aegispay_processor_retries_total',
  'aegispay_gateway_contradictions_total',
  'aegispay_gateway_rejections_total',
  'aegispay_gateway_unknown_codes_total',
  'aegispay_listener_lag_records',
  'aegispay_hook_asks_total',
  'aegispay_hook_seconds',
  'aegispay_hook_restarts_total',
  'aegispay_webhook_endpoints_stopped_total',
  'aegispay_stream_ends_total',
  'aegispay_audit_anchors_total',
  'aegispay_mail_attempts_total'
]

const scrape = async ({ url }: Worker): Promise<string> => (await fetch(`${url}/metrics`)).text()
const named = (text: string): string[] =>
  [...text.matchAll(/^# HELP (aegispay_\w+)/gm)].map(match => match[1]!)
/** Every series by its name and labels, without its value. */
const series = (text: string): string[] =>
  [...text.matchAll(/^(aegispay_\S+(?: \S+=\S+)*) \S+$/gm)].map(match => match[1]!)

test('each role alone shows its own metrics and no others, and all of them in use', async () => {
  const app = await App.create({ name: 'metrics', partitions: 2 })
  const workers = new Map<string, Worker>()
  for (const { name } of roles) workers.set(name, await app.start(name))
  const [ingress, query] = ['ingress', 'query'].map(name => workers.get(name)!)

  // Nobody listens there, and that it was tried is counted.
  const body = { url: 'http://127.0.0.1:9/' }
  const added = await app.request(workers.get('delivery')!, 'POST', '/v1/webhook-endpoints', { body })
  expect(added.status).toBe(201)
  for (const key of ['metrics-1', 'metrics-2']) {
    const paid = await app.request(ingress!, 'POST', '/v1/payments', { key, body: payment() })
    expect(paid.status).toBe(201)
    const path = `/v1/payments/${String(paid.body['id'])}`
    const after = { headers: { 'aegispay-position': paid.headers.get('aegispay-position')! } }
    expect((await app.request(query!, 'GET', path, after)).status).toBe(200)
    // Without a position it may come out of the cache.
    expect((await app.request(query!, 'GET', path)).status).toBe(200)
  }
  // This one's gateway has something to say later.
  const later = {
    key: 'metrics-later',
    body: payment({ paymentMethod: { type: 'card', token: 'tok_pending' } })
  }
  expect((await app.request(ingress!, 'POST', '/v1/payments', later)).status).toBe(201)
  for (const [role, worker] of workers) {
    const expected = table.filter(([, { roles }]) => roles === 'all' || roles.some(name => name === role))
    await eventually(async () => {
      const text = await scrape(worker)
      expect([role, named(text).sort()]).toEqual([role, expected.map(([name]) => name).sort()])
      const idle = expected
        .map(([name]) => name)
        .filter(name => !new RegExp(`^${name}\\w*(\\{| )`, 'm').test(text))
      expect([role, idle.filter(name => !NEEDS_TROUBLE.includes(name) && !isOfWrites(role, name))]).toEqual([
        role,
        []
      ])
    })
  }
})

/** The administration has a producer, and changes nothing here. */
const isOfWrites = (role: string, name: string) => role === 'admin' && name.startsWith('aegispay_producer')

test('more payments make no more series, and no payment, merchant or key is a label', async () => {
  const app = await App.create({ name: 'labels', partitions: 2 })
  const worker = await app.start()
  const pay = (key: string) => app.request(worker, 'POST', '/v1/payments', { key, body: payment() })
  // Both partitions and every gateway that the routing draws have been met after some.
  for (let i = 0; i < 20; i++) await pay(`first-${i}`)
  await scrape(worker)
  const before = await eventually(async () => {
    const text = await scrape(worker)
    // What is looked up every two seconds.
    for (const role of ['processor', 'gateway', 'projection', 'webhook'])
      expect(text).toMatch(new RegExp(`^aegispay_${role}_lag_records\\{.*partition="1"\\}`, 'm'))
    return text
  })
  for (let i = 0; i < 20; i++) await pay(`second-${i}`)
  const after = await scrape(worker)
  expect(series(after).length).toBeGreaterThan(100)
  expect(series(after).filter(name => !series(before).includes(name))).toEqual([])
  const ids = /="(pay_|first-|second-|cus_|ak_|demo")/
  expect(series(after).filter(name => ids.test(name))).toEqual([])
})
