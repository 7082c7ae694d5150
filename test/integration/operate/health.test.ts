import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { App, eventually, payment, type Worker } from '../app.ts'
import { stack } from '../stack.ts'
import { TcpProxy } from './tcp-proxy.ts'

jest.setTimeout(120_000)

const reroute = pathToFileURL(join(import.meta.dirname, 'reroute.js')).href
const ready = {
  ingress: 'ready',
  query: 'ready',
  processor: 'ready',
  gateway: 'ready',
  projector: 'ready',
  listener: 'ready',
  delivery: 'ready',
  admin: 'ready'
}

interface Readiness {
  readonly ready: boolean
  readonly roles: Record<string, string>
  readonly dependencies: Record<string, string>
}

const proxies: Record<string, TcpProxy> = {}
let app: App
let worker: Worker

/** The same address by way of a proxy of its own. */
async function proxied(name: string, address: string): Promise<string> {
  const url = new URL(address)
  proxies[name] = await TcpProxy.start({ host: url.hostname, port: Number(url.port) })
  url.hostname = '127.0.0.1'
  url.port = String(proxies[name].port)
  return url.href
}

beforeAll(async () => {
  const broker = stack().kafkaBrokers[0]!
  await proxied('kafka', `tcp://${broker}`)
  app = await App.create({ name: 'health' })
  Object.assign(app.settings, {
    NODE_OPTIONS: `--import ${reroute}`,
    TEST_REROUTE: `${broker.split(':')[1]}:${proxies['kafka']!.port}`,
    AEGISPAY_POSTGRES_URL: await proxied('postgres', app.settings['AEGISPAY_POSTGRES_URL']!),
    AEGISPAY_REDIS_URL: await proxied('redis', app.settings['AEGISPAY_REDIS_URL']!),
    AEGISPAY_SCHEMA_REGISTRY_URL: await proxied('registry', app.settings['AEGISPAY_SCHEMA_REGISTRY_URL']!)
  })
  worker = await app.start()
})

afterAll(() => {
  for (const proxy of Object.values(proxies)) proxy.close()
})

async function readiness(): Promise<{ status: number; body: Readiness }> {
  const response = await fetch(`${worker.url}/readyz`)
  return { status: response.status, body: (await response.json()) as Readiness }
}

/** Waits until the roles that are not ready are these. */
const untilNotReady = (roles: readonly string[]) =>
  eventually(async () => {
    const { status, body } = await readiness()
    const unready = Object.entries(body.roles).filter(([, state]) => state !== 'ready')
    expect(unready.map(([role]) => role)).toEqual(roles)
    expect(status).toBe(roles.length === 0 ? 200 : 503)
    return body
  }, 60_000)

/** Asks all the while whether the process lives; resolves with the answers that said anything but yes. */
function watchLiveness(): () => Promise<unknown[]> {
  const bad: unknown[] = []
  const over = new AbortController()
  const watching = (async () => {
    while (!over.signal.aborted) {
      const answer = await fetch(`${worker.url}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(
        (error: unknown) => error
      )
      if (!(answer instanceof Response) || answer.status !== 200) bad.push(answer)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  })()
  return async () => {
    over.abort()
    await watching
    return bad
  }
}

const pay = (key: string) => app.request(worker, 'POST', '/v1/payments', { key, body: payment() })

test.each([
  ['kafka', 'cut', ['ingress', 'processor', 'gateway', 'projector', 'listener', 'delivery', 'admin']],
  ['kafka', 'silence', ['ingress', 'processor', 'gateway', 'projector', 'listener', 'delivery', 'admin']],
  ['postgres', 'cut', ['query', 'projector', 'delivery']],
  ['postgres', 'silence', ['query', 'projector', 'delivery']]
] as const)(
  'without %s (%s) just the roles that need it are not ready, until it is back',
  async (service, way, roles) => {
    const stopWatching = watchLiveness()
    proxies[service]![way]()
    const body = await untilNotReady(roles)
    expect(body.dependencies).toMatchObject({ [service]: expect.not.stringMatching(/^answers$/) })
    for (const role of roles) expect(body.roles[role]).toMatch(/Kafka|PostgreSQL|partition/)
    const paid = await pay(`without-${service}-${way}`)
    expect(paid.status).toBe(service === 'kafka' ? 503 : 201)
    proxies[service]!.restore()
    expect((await untilNotReady([])).roles).toEqual(ready)
    expect((await pay(`after-${service}-${way}`)).status).toBe(201)
    expect(await stopWatching()).toEqual([])
  }
)

/** What is promised, in milliseconds. */
const REFUSAL_LIMIT_MS = 1000

test.each(['cut', 'silence'] as const)(
  'without kafka (%s) writes are answered 503 within a second from the first one on, and reads go on',
  async way => {
    // With contact details two records are written, one after the other.
    const body = payment({ customer: { id: 'cus_1', email: 'someone@example.org' } })
    const write = async (key: string) => {
      const began = performance.now()
      const {
        status,
        headers,
        body: problem
      } = await app.request(worker, 'POST', '/v1/payments', { key, body })
      return {
        status,
        code: problem['code'],
        retryAfter: headers.get('retry-after'),
        ms: performance.now() - began
      }
    }
    const expectRefusals = async (when: string) => {
      const refusals = await Promise.all([1, 2, 3, 4].map(i => write(`${way}-${when}-${i}`)))
      for (const { ms, ...refusal } of refusals) {
        expect(refusal).toEqual({ status: 503, code: 'kafka_unavailable', retryAfter: expect.any(String) })
        expect(ms).toBeLessThan(REFUSAL_LIMIT_MS)
      }
    }
    expect((await write(`${way}-before`)).status).toBe(201)
    proxies['kafka']![way]()
    // Before the process knows, and after.
    await expectRefusals('first')
    await untilNotReady(['ingress', 'processor', 'gateway', 'projector', 'listener', 'delivery', 'admin'])
    await expectRefusals('later')
    expect((await app.request(worker, 'GET', '/v1/payments')).status).toBe(200)
    proxies['kafka']!.restore()
    await untilNotReady([])
    expect((await write(`${way}-after`)).status).toBe(201)
  }
)

test.each(['redis', 'registry'])('without %s every role stays ready', async service => {
  const stopWatching = watchLiveness()
  proxies[service]!.cut()
  expect((await pay(`without-${service}`)).status).toBe(201)
  expect((await readiness()).body.roles).toEqual(ready)
  proxies[service]!.restore()
  expect(await stopWatching()).toEqual([])
})
