import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals'
import type { InjectOptions } from 'fastify'
import { connect } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import { errors, type ErrorCode } from '../../../src/errors.ts'
import {
  authorized,
  body,
  fakeService,
  KEY,
  payment,
  sharedService,
  SECRET,
  starting,
  type FakeService
} from './service.ts'

const CARD = '4242424242424242'
let service: FakeService

beforeEach(async () => {
  service = await sharedService()
})

/** Whatever was refused: no record was written, and the answer and the log repeat nothing of it. */
afterEach(() => {
  expect(service.sent).toEqual([])
  expect(service.log()).not.toContain(CARD)
  expect(service.log()).not.toContain(SECRET)
})
afterAll(() => sharedService().then(({ app }) => app.close()))

async function refused(request: InjectOptions, code: ErrorCode) {
  const response = await service.app.inject(request)
  expect(response.json()).toMatchObject({ code, status: errors[code].status, type: `/errors#${code}` })
  expect(response.statusCode).toBe(errors[code].status)
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(response.headers['x-correlation-id']).toEqual(expect.any(String))
  expect(response.body + JSON.stringify(response.headers)).not.toContain(CARD)
  return response
}

const withBody = (change: object) => starting({ payload: JSON.stringify({ ...body, ...change }) })

test.each<[ErrorCode, object]>([
  ['property_unknown', { colour: 'red' }],
  ['property_unknown', { customer: { id: 'c', surname: 'N' } }],
  ['property_unknown', { paymentMethod: { type: 'card', token: 't', cvv: '123' } }],
  ['amount_invalid', { amount: 0 }],
  ['amount_invalid', { amount: -1 }],
  ['amount_invalid', { amount: 10.5 }],
  ['amount_invalid', { amount: '1099' }],
  ['amount_invalid', { amount: 9007199254740992 }],
  ['amount_invalid', { amount: 9007199254740991 }],
  ['amount_invalid', { amount: null }],
  ['amount_invalid', { amount: undefined }],
  ['currency_unknown', { currency: 'ZZZ' }],
  ['currency_unknown', { currency: 'eur' }],
  ['currency_unknown', { currency: 978 }],
  ['body_invalid', { capture: 'later' }],
  ['body_invalid', { customer: { id: '' } }],
  ['body_invalid', { customer: { id: 'x'.repeat(129) } }],
  ['body_invalid', { customer: { id: 'c', country: 'Germany' } }],
  ['body_invalid', { customer: { id: 'c', email: 'nowhere' } }],
  ['body_invalid', { customer: { id: 'c', name: '' } }],
  ['body_invalid', { customer: { id: 'c', name: 'x'.repeat(201) } }],
  ['body_invalid', { customer: { id: 'c', name: 'Jane\nBcc: all@example.com' } }],
  ['body_invalid', { customer: { id: 'c', phone: '0151 2345678' } }],
  ['body_invalid', { customer: { id: 'c', phone: `+${'1'.repeat(16)}` } }],
  ['body_invalid', { paymentMethod: { type: 'cash', token: 't' } }],
  ['body_invalid', { paymentMethod: undefined }],
  ['body_invalid', { description: 'x'.repeat(501) }],
  ['body_invalid', { description: '💶'.repeat(251) }],
  ['body_invalid', { metadata: { a: 1 } }],
  ['body_invalid', { metadata: { ['k'.repeat(41)]: 'v' } }],
  ['body_invalid', { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) }],
  ['card_number_not_allowed', { description: `card ${CARD}` }],
  ['card_number_not_allowed', { description: '4242-4242-4242-4242' }],
  ['card_number_not_allowed', { amount: Number(CARD) }],
  ['card_number_not_allowed', { metadata: { [CARD]: 'v' } }],
  ['card_number_not_allowed', { unknown: [{ deep: CARD }] }],
  ['card_number_not_allowed', { paymentMethod: { type: 'card', token: CARD } }]
])('refuses with %s: %j', async (code, change) => {
  await refused(withBody(change), code)
})

test.each<[ErrorCode, string]>([
  ['json_malformed', '{"amount":'],
  ['json_malformed', '{"amount":1,"amount":2}'],
  ['json_malformed', '{"__proto__":{"polluted":true}}'],
  ['json_malformed', ''],
  ['body_invalid', '[]'],
  ['body_invalid', 'null'],
  ['property_unknown', '{"constructor":{"prototype":{"polluted":true}}}'],
  ['card_number_not_allowed', `{"amount":1,"pan":"${CARD}`],
  ['card_number_not_allowed', JSON.stringify({ ...body, amount: 0 }).replace(':0,', `:${CARD}0e-1,`)],
  ['body_too_large', JSON.stringify({ ...body, description: 'x'.repeat(65_536) })]
])('refuses with %s the body %.60s', async (code, payload) => {
  await refused(starting({ payload }), code)
})

test('says where each fault is, without repeating a value', async () => {
  const response = await refused(
    withBody({ amount: -77, currency: 'QQQ', metadata: { a: 5, 'x-1': 6 } }),
    'amount_invalid'
  )
  expect(response.json()).toHaveProperty('errors', [
    { path: '/amount', message: 'must be >= 1' },
    { path: '/currency', message: 'is not one of the allowed values' },
    { path: '/metadata/a', message: 'must be string' },
    { path: '/metadata/*', message: 'must be string' }
  ])
  expect(response.body).not.toMatch(/77|QQQ|x-1/)
})

const reading = (url: string): InjectOptions => ({ url, headers: { authorization: `Bearer ${KEY}` } })

test.each([
  ['limit=101', 'does not have the right form: 1 to 100, 20 unless given'],
  ['sort=amount', 'is not one of the allowed values: -createdAt, createdAt'],
  ['createdFrom=yesterday', 'is no time such as 2026-01-31T12:00:00Z'],
  [
    'status=DONE',
    expect.stringMatching(/^does not have the right form: One of INITIATED, .*REFUNDED, or several/)
  ]
])('says of the query %s what is allowed', async (query, message) => {
  const response = await refused(reading(`/v1/payments?${query}`), 'query_invalid')
  expect(response.json()).toHaveProperty('errors', [{ path: `/${query.split('=')[0]}`, message }])
})

test('says once of what may have several forms what they are', async () => {
  const url = `/v1/payments/pay_${'a'.repeat(32)}?as_of=yesterday`
  const response = await refused(reading(url), 'query_invalid')
  const { errors } = response.json<{ errors: object[] }>()
  expect(errors).toEqual([
    { path: '/as_of', message: expect.stringMatching(/^does not have the right form: ./) }
  ])
})

test.each<[ErrorCode, Record<string, string | null>]>([
  ['api_key_missing', { authorization: null }],
  ['api_key_invalid', { authorization: 'Basic abc' }],
  ['api_key_invalid', { authorization: `Bearer ak_demo_${'0'.repeat(24)}` }],
  ['api_key_invalid', { authorization: `Bearer ak_nobody_${SECRET}` }],
  ['api_key_invalid', { authorization: `Bearer ak_revoked_${SECRET}` }],
  ['api_key_invalid', { authorization: `Bearer ak_toString_${SECRET}` }],
  ['merchant_inactive', { authorization: `Bearer ak_orphan_${SECRET}` }],
  ['scope_missing', { authorization: `Bearer ak_reader_${SECRET}` }],
  ['scope_missing', { authorization: `Bearer ak_viewer_${SECRET}`, 'aegispay-merchant': 'demo' }],
  ['merchant_mismatch', { 'aegispay-merchant': 'other' }],
  ['merchant_mismatch', { 'aegispay-merchant': CARD }],
  ['merchant_required', { authorization: `Bearer ak_operator_${SECRET}` }],
  ['merchant_required', { authorization: `Bearer ak_operator_${SECRET}`, 'aegispay-merchant': '' }],
  ['merchant_not_found', { authorization: `Bearer ak_operator_${SECRET}`, 'aegispay-merchant': 'toString' }],
  ['merchant_not_found', { authorization: `Bearer ak_operator_${SECRET}`, 'aegispay-merchant': CARD }],
  ['idempotency_key_missing', { 'idempotency-key': null }],
  ['idempotency_key_missing', { 'idempotency-key': '' }],
  ['idempotency_key_malformed', { 'idempotency-key': 'two words' }],
  ['idempotency_key_malformed', { 'idempotency-key': 'x'.repeat(256) }],
  ['idempotency_key_malformed', { 'idempotency-key': 'ö' }],
  ['card_number_not_allowed', { 'idempotency-key': `order-${CARD}` }],
  ['card_number_not_allowed', { 'if-match': '"378282246310005"' }],
  ['content_type_unsupported', { 'content-type': 'text/plain' }],
  ['content_type_unsupported', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['content_type_unsupported', { 'content-type': 'nonsense' }],
  ['content_type_unsupported', { 'content-type': 'application/json; charset=utf-16' }],
  ['content_type_unsupported', { 'content-type': 'application/json; charset="latin1"' }],
  ['content_encoding_unsupported', { 'content-encoding': 'gzip' }],
  ['content_encoding_unsupported', { 'content-encoding': 'br, identity' }]
])('refuses with %s: %j', async (code, headers) => {
  const response = await refused(starting({ headers }), code)
  if (errors[code].status === 401) expect(response.headers['www-authenticate']).toMatch(/^Bearer/)
})

test('asks for a key before it looks at the body', async () => {
  await refused(starting({ headers: { authorization: 'Bearer x' }, payload: CARD }), 'api_key_invalid')
})

test.each<[string, ErrorCode]>([
  ['/nowhere', 'route_not_found'],
  [`/v1/payments?customer=${CARD}`, 'card_number_not_allowed'],
  ['/v1/payments?customer=4242%204242%204242%204242', 'card_number_not_allowed'],
  [`/v1/${CARD}`, 'card_number_not_allowed'],
  ['/v1/payments/%ZZ', 'http_malformed'],
  ['/v1/payments?customer=%ZZ', 'http_malformed'],
  ['/v1/payments?customer=%FF', 'http_malformed'],
  [`/v1/payments?customer=${CARD.replace('4', '%34')}&gateway=%E0%A4%A`, 'http_malformed']
])('refuses GET %s with %s', async (url, code) => {
  const response = await service.app.inject({ url, headers: authorized })
  expect(response.json()).toMatchObject({ code })
  expect(response.body).not.toContain(CARD)
})

test.each<[string, string, string]>([
  ['DELETE', '/v1/payments', 'GET, HEAD, POST'],
  ['PUT', '/v1/payments', 'GET, HEAD, POST'],
  ['OPTIONS', '/v1/payments', 'GET, HEAD, POST'],
  ['GET', `/v1/payments/${payment.id}/capture`, 'POST'],
  ['POST', `/v1/payments/${payment.id}`, 'GET, HEAD']
])('answers %s %s with the methods that there are', async (method, url, allow) => {
  // A stranger is told, too, and a body is not looked at.
  const response = await service.app.inject({ method: method as 'PUT', url, payload: 'nonsense' })
  expect([response.statusCode, response.json()]).toEqual([
    405,
    expect.objectContaining({ code: 'method_not_allowed' })
  ])
  expect(response.headers.allow).toBe(allow)
})

test('makes an id of its own where the one that came cannot be logged', async () => {
  const idOf = async (given: string) => {
    const { headers } = await service.app.inject({ url: '/healthz', headers: { 'x-correlation-id': given } })
    return headers['x-correlation-id']
  }
  expect(await idOf('order-77')).toBe('order-77')
  expect(await idOf('a b')).not.toBe('a b')
  expect(await idOf(CARD)).not.toBe(CARD)
})

test('leaks nothing of a fault of ours', async () => {
  service = await fakeService({ send: () => Promise.reject(new TypeError('the password is swordfish')) })
  const response = await service.app.inject(starting())
  expect(response.json()).toEqual({
    type: '/errors#internal_error',
    title: errors.internal_error.title,
    status: 500,
    detail: errors.internal_error.title,
    code: 'internal_error'
  })
  expect(service.log()).toContain('swordfish')
  await service.app.close()
})

test.each<[string, ErrorCode]>([
  [`GARBAGE ${CARD}\r\n\r\n`, 'http_malformed'],
  ['POST /v1/payments HTTP/1.1\r\nhost: x\r\ncontent-length: abc\r\n\r\n', 'http_malformed'],
  [
    'POST /v1/payments HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    'http_malformed'
  ],
  [`GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`, 'headers_too_large']
])('answers what is no HTTP request with a problem: %.60j', async (bytes, code) => {
  service = await fakeService()
  await service.app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(bytes)
  const answer = await text(socket)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${errors[code].status} `))
  expect(answer).toContain('content-type: application/problem+json')
  expect(answer).toContain(`"code":"${code}"`)
  await service.app.close()
})
