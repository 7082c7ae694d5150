import { beforeAll, describe, expect, test } from '@jest/globals'
import { errors } from '../../../src/errors.ts'
import { Contract, type Operation } from './contract.ts'
import { sharedService } from './service.ts'

let document: { openapi: string; paths: Record<string, unknown> }
let operations: readonly Operation[]

beforeAll(async () => {
  const { app } = await sharedService()
  document = (await app.inject('/openapi.json')).json()
  // Validates it, too.
  operations = (await Contract.of(document)).operations
})

test('describes its routes in OpenAPI 3.1', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths).sort()).toEqual([
    '/graphql',
    '/v1/analytics/declines',
    '/v1/analytics/in-flight',
    '/v1/analytics/payments',
    '/v1/customers/{id}',
    '/v1/customers/{id}/statement',
    '/v1/customers/{id}/statement.csv',
    '/v1/gateways/health',
    '/v1/gateways/{id}/notifications',
    '/v1/payments',
    '/v1/payments/{id}',
    '/v1/payments/{id}/audit',
    '/v1/payments/{id}/cancel',
    '/v1/payments/{id}/capture',
    '/v1/payments/{id}/close-refunds',
    '/v1/payments/{id}/events',
    '/v1/payments/{id}/refunds',
    '/v1/payments/{id}/refunds/{refundId}',
    '/v1/payments/{id}/resolve',
    '/v1/payments/{id}/retry',
    '/v1/payments/{id}/review',
    '/v1/payments/{id}/routing',
    '/v1/reviews',
    '/v1/session',
    '/v1/stream',
    '/v1/unknown'
  ])
})

describe('every operation', () => {
  test('has a name, a place in the page and what it does in words', () => {
    for (const { operationId, tags, summary } of operations) {
      expect([operationId, tags, summary]).toEqual([
        expect.stringMatching(/^[a-z][A-Za-z]+$/),
        [expect.any(String)],
        expect.any(String)
      ])
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  test('says what it answers when all is well', () => {
    const silent = operations.filter(
      ({ responses }) => !Object.keys(responses).some(status => status < '400')
    )
    expect(silent.map(({ operationId }) => operationId)).toEqual([])
  })

  test('names the codes that it can answer, each under its status', () => {
    for (const { operationId, responses } of operations) {
      const problems = Object.entries(responses).filter(([status]) => status >= '400')
      expect([operationId, problems.map(([status]) => status)]).toEqual([
        operationId,
        expect.arrayContaining(['400', '422', '500', '503'])
      ])
      for (const [status, { content }] of problems) {
        const { properties } = content!['application/problem+json']!.schema
        const codes = properties!['code']!['enum'] as (keyof typeof errors)[]
        expect(codes.map(code => errors[code].status)).toEqual(codes.map(() => Number(status)))
      }
    }
  })
})

test('who may ask is refused with 401 or, where a signature stands in for the key, with 403', () => {
  for (const { operationId, path, responses } of operations) {
    const status = path.startsWith('/v1/gateways/') ? '403' : '401'
    expect([operationId, Object.keys(responses)]).toEqual([operationId, expect.arrayContaining([status])])
  }
})

describe('the page at /docs', () => {
  test('needs no key and nothing from elsewhere', async () => {
    const { app } = await sharedService()
    const page = await app.inject('/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
    const assets = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!)
    expect(assets.length).toBeGreaterThan(4)
    for (const asset of assets) {
      const url = new URL(asset, 'http://here/docs/')
      expect(url.host).toBe('here')
      expect([url.pathname, (await app.inject(url.pathname)).statusCode]).toEqual([url.pathname, 200])
    }
    const { payload } = await app.inject('/docs/static/swagger-initializer.js')
    expect(payload).toContain("url: resolveUrl('./json')")
    expect((await app.inject('/docs/json')).json()).toEqual((await app.inject('/openapi.json')).json())
  })

  test('is found without the slash, too', async () => {
    const { app } = await sharedService()
    expect((await app.inject('/docs')).statusCode).toBe(200)
  })
})
