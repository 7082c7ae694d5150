import { afterAll, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpServer } from '../../../src/platform/http/server.ts'
import { createLog } from '../../../src/platform/log.ts'
import { Metrics } from '../../../src/platform/metrics.ts'
import { consoleRoutes } from '../../../src/query/console-routes.ts'

const folder = mkdtempSync(join(tmpdir(), 'aegispay-console-'))
mkdirSync(join(folder, 'assets'))
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>')
writeFileSync(join(folder, '.stamp'), 'secret')
writeFileSync(join(folder, 'assets', 'main-abc.js'), 'export {}')
writeFileSync(join(folder, 'assets', 'main-abc.js.br'), 'compressed')
writeFileSync(join(folder, 'assets', '.hidden'), 'secret')
afterAll(() => rmSync(folder, { recursive: true }))

/** Of a process that refuses whatever it may refuse. */
const serving = (from: string) =>
  createHttpServer({
    version: '0',
    routes: [app => consoleRoutes(app, from)],
    screen: () => undefined,
    isStopping: () => false,
    trustedProxies: [],
    load: { maxRequests: 0, maxDelayMs: 0 },
    rates: { perAddress: 0, perKey: 0, ofMerchant: () => undefined, redis: null, prefix: '' },
    metrics: new Metrics(),
    tracing: null,
    logged: 'none',
    log: createLog({ level: 'fatal' })
  })
const app = await serving(folder)

test.each(['/console', '/console/', '/console/payments/pay_1?merchant=demo', '/console/no/such/page'])(
  'answers %s with the page, which nobody keeps',
  async url => {
    const { statusCode, headers, body } = await app.inject(url)
    expect([statusCode, body]).toEqual([200, '<!doctype html><title>console</title>'])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.not.stringContaining('unsafe')
    })
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/
    )
  }
)

test('lets files be kept for ever, since their names change with what they hold', async () => {
  const { statusCode, headers } = await app.inject('/console/assets/main-abc.js')
  expect(statusCode).toBe(200)
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(headers['content-type']).toMatch(/^(text|application)\/javascript/)
})

test('sends a file compressed to whoever can read that', async () => {
  const headers = { 'accept-encoding': 'gzip, br' }
  const answer = await app.inject({ url: '/console/assets/main-abc.js', headers })
  expect(answer.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
  expect(answer.body).toBe('compressed')
})

test.each([
  '/console/assets/main-gone.js',
  '/console/assets/',
  '/console/assets/.hidden',
  '/console/assets/../.stamp',
  '/console/assets/..%2f.stamp',
  '/console/assets/%2e%2e/.stamp',
  '/console/assets/..%5c.stamp',
  '/console/assets//etc/passwd'
])('gives nothing but files of the build: %s', async url => {
  const { statusCode, body } = await app.inject(url)
  expect(body).not.toMatch(/secret|root:/)
  // What leads out of the folder of files may come to the page.
  if (statusCode === 200) expect(body).toContain('<title>console')
  else expect([400, 404]).toContain(statusCode)
})

test('a file that is not there is a problem, and no page', async () => {
  const { statusCode, headers, body } = await app.inject('/console/assets/main-gone.js')
  expect([statusCode, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
  expect(JSON.parse(body)).toMatchObject({ code: 'route_not_found' })
})

test('says what to do where it was not built', async () => {
  const { statusCode, body } = await (await serving(join(folder, 'nowhere'))).inject('/console')
  expect(statusCode).toBe(404)
  expect(JSON.parse(body)).toMatchObject({ code: 'console_not_built' })
})
