import { afterEach, describe, expect, test } from '@jest/globals'
import { inspect } from 'node:util'
import { AegisPayError, IdempotentPaymentService, PaymentService } from '../../../client/src/index.ts'
import { paymentIdOf } from '../../../src/identity.ts'
import { problem, ScriptedService, type Scripted } from './scripted-service.ts'

const request = {
  amount: 1099,
  currency: 'EUR',
  customer: { id: 'cus_1' },
  paymentMethod: { type: 'card', token: 'tok_visa' }
} as const
const id = paymentIdOf('demo', 'order-1')
const settled: Scripted = { status: 201, headers: { 'aegispay-position': 'commands-1-2' }, body: { id } }
const accepted: Scripted = { status: 202, body: { id, position: 'commands-1-2' } }
const silent: Scripted = () => undefined
const cutShort: Scripted = response => {
  response.writeHead(201, { 'content-length': '9' })
  response.write('{', () => response.destroy())
}

let service: ScriptedService | undefined
afterEach(() => service?.close())

async function payments(script: readonly Scripted[], more: object = {}): Promise<IdempotentPaymentService> {
  service = await ScriptedService.start(script)
  return new IdempotentPaymentService({
    ...{ url: service.url, apiKey: 'ak_demo_secret', merchantId: 'demo' },
    ...{ firstPauseMs: 2, longestPauseMs: 4, deadlineMs: 20_000, timeoutMs: 10_000 },
    ...more
  })
}

const failureOf = (call: Promise<unknown>): Promise<AegisPayError> =>
  call.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as AegisPayError
  )

describe('a command is given again, under the same key and with the same body', () => {
  const unanswered: [string, Scripted][] = [
    ['the connection breaks', null],
    ['an answer is a 500', problem(500, 'internal_error')],
    ['Kafka is away', problem(503, 'kafka_unavailable')],
    ['a proxy answers for the service', { status: 502, body: '<html>' }],
    ['an answer is cut short', cutShort],
    ['there is no room', problem(503, 'overloaded')],
    ['too many requests are made', problem(429, 'key_rate_limited')],
    ['the request did not arrive in time', problem(408, 'request_timeout')],
    ['it is stored, and not settled', accepted]
  ]
  test.each(unanswered)('when %s', async (_when, first) => {
    const outcome = await (await payments([first, first, settled])).create(request)
    expect(outcome).toEqual({ settled: true, paymentId: id, position: 'commands-1-2', payment: { id } })
    const { asked } = service!
    expect(asked).toHaveLength(3)
    const [first_, ...others] = asked.map(({ headers, body }) => [headers['idempotency-key'], body])
    expect(first_).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), JSON.stringify(request)])
    expect(others).toEqual([first_, first_])
  })

  test('when nothing was answered in the time of one request', async () => {
    const outcome = await (await payments([silent, settled], { timeoutMs: 50 })).create(request)
    expect(outcome.settled).toBe(true)
  })
})

describe('a refusal is final', () => {
  test.each([400, 401, 403, 404, 409, 412, 422])('%i', async status => {
    const error = await failureOf((await payments([problem(status, 'some_code'), settled])).create(request))
    expect(error).toBeInstanceOf(AegisPayError)
    expect(error).toMatchObject({ code: 'some_code', status, retryable: false, outcomeUnknown: false })
    expect(service!.asked).toHaveLength(1)
  })

  test('of the command says what became of the tries before it, of the sender it does not', async () => {
    const outcomes = []
    for (const [status, code] of [
      [422, 'idempotency_key_reused'] as const,
      [401, 'api_key_invalid'] as const
    ]) {
      const error = await failureOf((await payments([null, problem(status, code)])).create(request))
      outcomes.push([error.code, error.outcomeUnknown])
      service!.close()
    }
    expect(outcomes).toEqual([
      ['idempotency_key_reused', false],
      ['api_key_invalid', true]
    ])
  })
})

describe('after the deadline', () => {
  /** No pause fits into the time that there is. */
  const atOnce = { firstPauseMs: 60_000, longestPauseMs: 60_000 }
  const overloaded = problem(503, 'overloaded', { 'retry-after': '30' })

  test('the error says that the outcome is not known, and under which key to ask', async () => {
    const calls = await payments([null], atOnce)
    const error = await failureOf(calls.create(request, { idempotencyKey: 'order-1' }))
    expect(error).toMatchObject({
      ...{ code: 'connection_failed', retryable: true, outcomeUnknown: true },
      ...{ idempotencyKey: 'order-1', paymentId: id }
    })
  })

  test('it is known that nothing was done where every answer said so', async () => {
    const error = await failureOf((await payments([problem(503, 'overloaded'), overloaded])).create(request))
    expect(error).toMatchObject({ code: 'overloaded', outcomeUnknown: false })
  })

  test('one try of which nothing is known is enough', async () => {
    const error = await failureOf((await payments([null, overloaded])).create(request))
    expect(error).toMatchObject({ code: 'overloaded', outcomeUnknown: true })
  })

  test('what is stored and not settled is an answer, also when the service went away then', async () => {
    const outcome = await (await payments([accepted, null, overloaded])).create(request)
    expect(outcome).toEqual({ settled: false, paymentId: id, position: 'commands-1-2' })
  })

  test('no try is made that Retry-After puts off beyond it', async () => {
    const calls = await payments([problem(429, 'key_rate_limited', { 'retry-after': '30' })])
    const error = await failureOf(calls.create(request))
    expect(error).toMatchObject({ code: 'key_rate_limited', retryAfterMs: 30_000 })
    expect(service!.asked).toHaveLength(1)
  })
})

test('Retry-After is waited for', async () => {
  const calls = await payments([problem(503, 'not_ready', { 'retry-after': '1' }), settled])
  const began = performance.now()
  await calls.create(request)
  expect(performance.now() - began).toBeGreaterThan(950)
})

test('who does not want to wait is answered by the first 202', async () => {
  const outcome = await (await payments([accepted])).create(request, { async: true })
  expect(outcome.settled).toBe(false)
  expect(service!.asked.map(({ headers }) => headers['prefer'])).toEqual(['respond-async'])
})

test('reads are tried again, and change nothing', async () => {
  const calls = await payments([null, { status: 200, body: { id } }])
  expect(await calls.get(id)).toEqual({ id })
  service!.close()
  const gone = new PaymentService({ url: service!.url, apiKey: 'k' })
  expect(await failureOf(gone.get(id))).toMatchObject({ outcomeUnknown: false, retryable: true })
})

test('what has no idempotency key and changes something is never sent twice', async () => {
  const calls = await payments([problem(500, 'internal_error')])
  const error = await failureOf(calls.webhookEndpoints.create({ url: 'https://shop.example/' }))
  expect(error).toMatchObject({ code: 'internal_error', outcomeUnknown: true })
  expect(service!.asked).toHaveLength(1)
})

test('a PaymentService sends everything once', async () => {
  await payments([null])
  const once = new PaymentService({ url: service!.url, apiKey: 'k' })
  const error = await failureOf(once.create(request, { idempotencyKey: 'order-1' }))
  expect(error).toMatchObject({ code: 'connection_failed', outcomeUnknown: true, idempotencyKey: 'order-1' })
  expect(service!.asked).toHaveLength(1)
})

test('a caller ends a call, between tries too, and learns that the outcome is not known', async () => {
  for (const script of [[silent], [null]]) {
    const calls = await payments(script, { firstPauseMs: 10_000, longestPauseMs: 10_000 })
    const ending = new AbortController()
    const call = calls.create(request, { signal: ending.signal, idempotencyKey: 'order-1' })
    setTimeout(() => ending.abort(), 50)
    expect(await failureOf(call)).toMatchObject({
      ...{ code: 'aborted', outcomeUnknown: true, idempotencyKey: 'order-1', paymentId: id }
    })
    service!.close()
  }
})

describe('nothing is sent of', () => {
  test.each([0, -1, 10.99, Number.NaN, 2 ** 53, 9_007_199_254_740_991, '1099' as unknown as number])(
    'the amount %s',
    async amount => {
      const calls = await payments([settled])
      expect(await failureOf(calls.create({ ...request, amount }))).toMatchObject({ code: 'request_invalid' })
      expect(await failureOf(calls.refund(id, { amount }))).toMatchObject({ code: 'request_invalid' })
      expect(service!.asked).toEqual([])
    }
  )

  test.each(['', 'with space', 'ключ', 'k\r\nx: y', 'k'.repeat(256)])('the key %j', async idempotencyKey => {
    const calls = await payments([settled])
    expect(await failureOf(calls.create(request, { idempotencyKey }))).toMatchObject({
      code: 'request_invalid'
    })
    expect(service!.asked).toEqual([])
  })
})

test('an id cannot lead to another path', async () => {
  const calls = await payments([{ status: 200, body: {} }])
  await calls.get('../customers/cus_1?x#y')
  expect(service!.asked[0]!.path).toBe('/v1/payments/..%2Fcustomers%2Fcus_1%3Fx%23y')
})

test('a redirect is not followed, so that nobody else is shown the key', async () => {
  const elsewhere = await ScriptedService.start([{ status: 200, body: {} }])
  await payments([{ status: 307, headers: { location: elsewhere.url } }])
  const once = new PaymentService({ url: service!.url, apiKey: 'k' })
  expect(await failureOf(once.get(id))).toMatchObject({ code: 'connection_failed' })
  expect(elsewhere.asked).toEqual([])
  elsewhere.close()
})

test('an error does not hold the API key', async () => {
  const error = await failureOf(
    (await payments([null], { firstPauseMs: 60_000, longestPauseMs: 60_000 })).create(request)
  )
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret')
})

test('waiting goes on over a 404 of what is not visible yet, and ends', async () => {
  const calls = await payments([
    problem(404, 'payment_not_found'),
    ...['PROCESSING', 'COMPLETED'].map(status => ({ status: 200, body: { id, status } }))
  ])
  expect(await calls.waitFor(id, ['COMPLETED', 'FAILED'])).toMatchObject({ status: 'COMPLETED' })
  const error = await failureOf(calls.waitFor(id, ['REFUNDED'], { waitMs: 100 }))
  expect(error).toMatchObject({ code: 'wait_timeout', paymentId: id })
})

test('a list is read page by page', async () => {
  const page = (ids: string[], nextCursor: string | null) => ({
    status: 200,
    body: { data: ids.map(id => ({ id })), nextCursor }
  })
  const calls = await payments([page(['a', 'b'], 'next'), page(['c'], null)])
  const metadata = ['order:1', 'shop:a']
  const list = calls.list({
    status: ['FAILED', 'EXPIRED'],
    metadata,
    minAmount: 5,
    currency: 'EUR',
    pageSize: 2
  })
  const ids = []
  for await (const { id } of list) ids.push(id)
  expect(ids).toEqual(['a', 'b', 'c'])
  const filter =
    'metadata=order%3A1&metadata=shop%3Aa&minAmount=5&currency=EUR&status=FAILED%2CEXPIRED&limit=2'
  expect(service!.asked.map(({ path }) => path)).toEqual([
    `/v1/payments?${filter}`,
    `/v1/payments?${filter}&cursor=next`
  ])
})
