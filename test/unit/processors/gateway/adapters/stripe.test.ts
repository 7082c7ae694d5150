import { afterEach, describe, expect, test } from '@jest/globals'
import type { IncomingMessage } from 'node:http'
import { openGateway } from '../../../../../src/processors/gateway/adapters/index.ts'
import type { Gateway, GatewayCall, GatewayProfile } from '../../../../../src/processors/gateway/spi.ts'
import { refusingAddress, serveHttp, serveOneAnswer, serveTcp } from '../../../local-servers.ts'

const API_KEY = 'sk_test_never_to_be_told'
const purchase: GatewayCall = {
  ...{
    paymentId: 'pay_1',
    operationId: 'purchase-1',
    kind: 'PURCHASE',
    idempotencyKey: 'pay_1.purchase-1.1'
  },
  ...{ amount: 1234, currency: 'EUR', token: 'pm_card_visa', method: 'CARD', gatewayReference: null },
  ...{ sendBy: Date.parse('2026-01-01T12:00:00Z'), timeoutMs: 2_000 }
}
const onCharge = (kind: GatewayCall['kind'], changes: object = {}): GatewayCall => ({
  ...{ ...purchase, kind, token: null, gatewayReference: 'pi_1' },
  ...{ operationId: `${kind}-2`, idempotencyKey: `pay_1.${kind.toLowerCase()}-2.1`, ...changes }
})
const profile = {
  ...{ id: 'stripe', adapter: 'stripe', returnUrl: 'https://shop.example/back' },
  ...{ currencies: ['EUR'], operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND'] },
  ...{ maxConnections: 4, callTimeoutMs: 2_000, settlingTimeMs: 60_000, idempotencyWindowMs: 86_400_000 },
  ...{ sendWithinMs: 30_000, feeBasisPoints: 0, feeFixed: 0 }
} satisfies Omit<GatewayProfile, 'url'>

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function gatewayAt(url: string, apiKey: string | null = API_KEY): Gateway {
  const gateway = openGateway({ ...profile, url }, { apiKey })
  closers.push(() => gateway.close())
  return gateway
}

interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: URLSearchParams
}

/** Stripe as a script has it; what it was asked stands in `seen`. */
async function scripted(answer: (seen: Seen) => readonly [status: number, body: unknown]) {
  const seen: Seen[] = []
  const server = await serveHttp((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url!, 'http://x')
      const body = new URLSearchParams(Buffer.concat(chunks).toString())
      const one = {
        method: request.method!,
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body
      }
      seen.push(one)
      const [status, said] = answer(one)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof said === 'string' ? said : JSON.stringify(said))
    })
  })
  closers.push(() => server.close())
  return { gateway: gatewayAt(`http://${server.address}/under`), seen }
}

const answering = async (status: number, body: unknown) => (await scripted(() => [status, body])).gateway

const intent = (changes: object = {}) => ({
  ...{ id: 'pi_1', object: 'payment_intent', status: 'succeeded', amount: 1234, amount_received: 1234 },
  ...{ currency: 'eur', capture_method: 'automatic', latest_charge: 'ch_1', last_payment_error: null },
  ...{ metadata: { aegispay_key: purchase.idempotencyKey, aegispay_payment: 'pay_1' }, next_action: null },
  ...changes
})
const refund = (changes: object = {}) => ({
  ...{ id: 're_1', object: 'refund', status: 'succeeded', amount: 1234, currency: 'eur' },
  metadata: { aegispay_key: 'pay_1.refund-2.1' },
  ...changes
})
const error = (changes: object = {}) => ({
  error: { type: 'invalid_request_error', message: 'Why.', ...changes }
})
const cardError = (changes: object = {}) =>
  error({ type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', ...changes })
const toCapture = { status: 'requires_capture', capture_method: 'manual', amount_received: 0 }

describe('asks', () => {
  test('for a purchase in one request, with our ids and our key', async () => {
    const { gateway, seen } = await scripted(() => [200, intent()])
    await gateway.perform(purchase)
    expect(seen).toHaveLength(1)
    const [{ method, path, headers, body }] = seen as [Seen]
    expect([method, path]).toEqual(['POST', '/under/v1/payment_intents'])
    expect(headers).toMatchObject({
      authorization: `Bearer ${API_KEY}`,
      'idempotency-key': 'pay_1.purchase-1.1',
      'content-type': 'application/x-www-form-urlencoded'
    })
    expect(Object.fromEntries(body)).toEqual({
      ...{ amount: '1234', currency: 'eur', payment_method: 'pm_card_visa', confirm: 'true' },
      ...{ 'payment_method_types[0]': 'card', capture_method: 'automatic' },
      return_url: 'https://shop.example/back',
      'metadata[aegispay_payment]': 'pay_1',
      'metadata[aegispay_operation]': 'purchase-1',
      'metadata[aegispay_key]': 'pay_1.purchase-1.1'
    })
  })

  test.each<[GatewayCall, string, object]>([
    [{ ...purchase, kind: 'AUTHORIZE' }, '/under/v1/payment_intents', { capture_method: 'manual' }],
    [
      onCharge('CAPTURE', { amount: 1000 }),
      '/under/v1/payment_intents/pi_1/capture',
      { amount_to_capture: '1000', 'metadata[aegispay_capture_key]': 'pay_1.capture-2.1' }
    ],
    [onCharge('VOID'), '/under/v1/payment_intents/pi_1/cancel', {}],
    [
      onCharge('REFUND', { amount: 500 }),
      '/under/v1/refunds',
      { payment_intent: 'pi_1', amount: '500', 'metadata[aegispay_key]': 'pay_1.refund-2.1' }
    ]
  ])('for %j', async (call, path, params) => {
    const { gateway, seen } = await scripted(() => [500, error({ type: 'api_error' })])
    await gateway.perform(call)
    expect(seen).toHaveLength(1)
    expect(seen[0]!.path).toBe(path)
    expect(seen[0]!.headers['idempotency-key']).toBe(call.idempotencyKey)
    expect(Object.fromEntries(seen[0]!.body)).toMatchObject(params)
  })

  test.each<[string, GatewayCall]>([
    ['an amount that Stripe has not', { ...purchase, amount: 1234, currency: 'KWD' }],
    ['a currency that it counts in two ways', { ...purchase, currency: 'UGX' }],
    ['a settlement', onCharge('SETTLE')],
    ['a charge of nothing', { ...purchase, token: null }],
    ['a refund of nothing', { ...onCharge('REFUND'), gatewayReference: null }]
  ])('for nothing when it is %s', async (_what, call) => {
    const { gateway, seen } = await scripted(() => [200, intent()])
    expect((await gateway.perform(call)).outcome).toBe('NOT_SENT')
    expect(seen).toEqual([])
  })
})

describe('takes for', () => {
  const decline = { outcome: 'DECLINED', code: 'insufficient_funds', message: 'Why.' }
  test.each<[string, GatewayCall, number, unknown, object]>([
    ['a purchase', purchase, 200, intent(), { outcome: 'SUCCEEDED', reference: 'pi_1', settled: true }],
    ['an authorization in place of a purchase', purchase, 200, intent(toCapture), { outcome: 'UNKNOWN' }],
    [
      'an authorization that was asked for',
      { ...purchase, kind: 'AUTHORIZE' },
      200,
      intent(toCapture),
      { outcome: 'SUCCEEDED', amount: 1234, currency: 'EUR', settled: false }
    ],
    ['another sum', purchase, 200, intent({ amount_received: 1 }), { code: 'gateway_answer_mismatch' }],
    ['another currency', purchase, 200, intent({ currency: 'usd' }), { code: 'gateway_answer_mismatch' }],
    ['under way', purchase, 200, intent({ status: 'processing' }), { outcome: 'PENDING' }],
    [
      'one that the customer has to confirm',
      purchase,
      200,
      intent({
        status: 'requires_action',
        next_action: { redirect_to_url: { url: 'https://bank.example/' } }
      }),
      { outcome: 'NEEDS_CUSTOMER', redirectUrl: 'https://bank.example/' }
    ],
    ['one that nobody can', purchase, 200, intent({ status: 'requires_action' }), { outcome: 'UNKNOWN' }],
    ['a status of the future', purchase, 200, intent({ status: 'dreaming' }), { outcome: 'UNKNOWN' }],
    ['no PaymentIntent', purchase, 200, { object: 'cow' }, { outcome: 'UNKNOWN' }],
    ['no object', purchase, 200, 'null', { outcome: 'UNKNOWN' }],
    ['no JSON', purchase, 200, '<html>', { outcome: 'UNKNOWN', code: 'gateway_answer_unparsable' }],
    ['an error without an error', purchase, 500, intent(), { outcome: 'UNKNOWN' }],
    ['a soft decline', purchase, 402, cardError(), { ...decline, declineType: 'SOFT' }],
    ['a hard decline', purchase, 402, cardError({ decline_code: 'stolen_card' }), { declineType: 'HARD' }],
    [
      'a decline of the future',
      purchase,
      402,
      cardError({ decline_code: 'moon' }),
      { declineType: 'HARD', code: 'moon' }
    ],
    [
      'advice against it',
      purchase,
      402,
      cardError({ advice_code: 'do_not_try_again' }),
      { declineType: 'HARD' }
    ],
    [
      'a decline whose intent says otherwise',
      purchase,
      402,
      cardError({ payment_intent: intent({ status: 'processing' }) }),
      { outcome: 'UNKNOWN' }
    ],
    [
      'a decline with its intent',
      purchase,
      402,
      cardError({ payment_intent: intent({ status: 'requires_payment_method' }) }),
      { ...decline, reference: 'pi_1', amount: 1234 }
    ],
    ['402 that is no decline', purchase, 402, error(), { outcome: 'UNKNOWN' }],
    [
      '400',
      purchase,
      400,
      error({ code: 'parameter_missing' }),
      { outcome: 'REFUSED', code: 'parameter_missing' }
    ],
    ['a key used for another', purchase, 400, error({ type: 'idempotency_error' }), { outcome: 'UNKNOWN' }],
    [
      '401',
      purchase,
      401,
      error({ message: `No key ${API_KEY}` }),
      { outcome: 'REFUSED', code: 'unauthenticated' }
    ],
    ['403', purchase, 403, error(), { outcome: 'REFUSED' }],
    ['a route that is not there', purchase, 404, error(), { outcome: 'UNKNOWN' }],
    [
      'a payment method that is not there',
      purchase,
      404,
      error({ code: 'resource_missing' }),
      { outcome: 'REFUSED' }
    ],
    ['409', purchase, 409, error({ code: 'idempotency_key_in_use' }), { outcome: 'UNKNOWN' }],
    ['424', purchase, 424, error(), { outcome: 'UNKNOWN' }],
    ['429', purchase, 429, error({ code: 'rate_limit' }), { outcome: 'REFUSED' }],
    ['500', purchase, 500, error({ type: 'api_error' }), { outcome: 'UNKNOWN' }],
    ['a redirect', purchase, 302, error(), { outcome: 'UNKNOWN' }],
    [
      'a capture',
      onCharge('CAPTURE', { amount: 1000 }),
      200,
      intent({ capture_method: 'manual', amount_received: 1000 }),
      { outcome: 'SUCCEEDED', amount: 1000, settled: true }
    ],
    [
      'a capture of what was captured',
      onCharge('CAPTURE'),
      400,
      error({ code: 'payment_intent_unexpected_state', payment_intent: intent() }),
      { outcome: 'DECLINED', declineType: 'HARD', code: 'payment_intent_unexpected_state' }
    ],
    [
      'a capture of nothing',
      onCharge('CAPTURE'),
      404,
      error({ code: 'resource_missing' }),
      { outcome: 'DECLINED' }
    ],
    [
      'a void',
      onCharge('VOID'),
      200,
      intent({ ...toCapture, status: 'canceled' }),
      { outcome: 'SUCCEEDED', amount: 1234 }
    ],
    [
      'a void of what is void',
      onCharge('VOID'),
      400,
      error({ code: 'payment_intent_unexpected_state', payment_intent: intent({ status: 'canceled' }) }),
      { outcome: 'SUCCEEDED' }
    ],
    [
      'a refund',
      onCharge('REFUND'),
      200,
      refund(),
      { outcome: 'SUCCEEDED', reference: 're_1', settled: false }
    ],
    ['a refund under way', onCharge('REFUND'), 200, refund({ status: 'pending' }), { outcome: 'PENDING' }],
    ['a refund that failed', onCharge('REFUND'), 200, refund({ status: 'failed' }), { outcome: 'DECLINED' }],
    [
      'a refund of too much',
      onCharge('REFUND'),
      400,
      error({ code: 'charge_already_refunded' }),
      { outcome: 'DECLINED' }
    ]
  ])('%s', async (_what, call, status, body, outcome) => {
    const gateway = await answering(status, body)
    const found = await gateway.perform(call)
    expect(found).toMatchObject(outcome)
    expect(JSON.stringify(found)).not.toContain(API_KEY)
  })
})

test.each([
  [401, 'REFUSED', true],
  [403, 'REFUSED', true],
  [429, 'REFUSED', true],
  [400, 'REFUSED', undefined],
  [503, 'UNKNOWN', undefined]
])('says of %d whether it is about us, and until when', async (status, outcome, isTurnedAway) => {
  const server = await serveHttp((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' })
    response.end(JSON.stringify(error()))
  })
  closers.push(() => server.close())
  const found = await gatewayAt(`http://${server.address}`).perform(purchase)
  expect(found).toMatchObject({ outcome })
  expect(found.isTurnedAway).toBe(isTurnedAway)
  expect(found.retryAfterMs).toBe(status === 400 ? undefined : 7_000)
})

describe('of a call without an answer', () => {
  test('knows that nothing was sent when nobody listens', async () => {
    const gateway = gatewayAt(`http://${await refusingAddress()}`)
    expect(await gateway.perform(purchase)).toMatchObject({
      outcome: 'NOT_SENT',
      code: 'gateway_unreachable'
    })
  })

  test('knows that nothing was sent without a key', async () => {
    const gateway = gatewayAt('http://127.0.0.1:9', null)
    expect(await gateway.perform(purchase)).toMatchObject({
      outcome: 'NOT_SENT',
      code: 'gateway_key_missing'
    })
    expect(await gateway.lookUp(purchase)).toMatchObject({ outcome: 'UNKNOWN' })
  })

  test('knows nothing when the connection is closed, and asks once', async () => {
    let connections = 0
    const server = await serveTcp(socket => {
      connections++
      socket.once('data', () => socket.resetAndDestroy())
    })
    closers.push(() => server.close())
    const gateway = gatewayAt(`http://${server.address}`)
    expect(await gateway.perform(purchase)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(connections).toBe(1)
  })

  test('knows nothing after its time', async () => {
    const server = await serveOneAnswer()
    closers.push(() => server.close())
    const gateway = gatewayAt(`http://${server.address}`)
    await gateway.perform(purchase)
    expect(await gateway.perform({ ...purchase, timeoutMs: 50 })).toMatchObject({
      ...{ outcome: 'UNKNOWN', code: 'gateway_timeout' }
    })
  })
})

describe('a look-up', () => {
  const page = (data: unknown[], hasMore = false) => ({ object: 'list', data, has_more: hasMore })
  const others = (count: number) =>
    Array.from({ length: count }, (_, i) => intent({ id: `pi_other_${i}`, metadata: {} }))
  const isSearch = ({ path }: Seen) => path.endsWith('/search')

  test('finds a charge by its key, and reads what has become of it since it was indexed', async () => {
    const { gateway, seen } = await scripted(one =>
      isSearch(one) ? [200, page([intent({ status: 'processing' })])] : [200, intent()]
    )
    expect(await gateway.lookUp(purchase)).toMatchObject({ outcome: 'SUCCEEDED', reference: 'pi_1' })
    expect(seen[0]!.query.get('query')).toBe('metadata["aegispay_key"]:"pay_1.purchase-1.1"')
  })

  test('finds what the search does not know yet among all of that time', async () => {
    const { gateway, seen } = await scripted(one => {
      if (isSearch(one)) return [200, page([])]
      return one.query.has('starting_after') ? [200, page([intent()])] : [200, page(others(100), true)]
    })
    expect(await gateway.lookUp(purchase)).toMatchObject({ outcome: 'SUCCEEDED' })
    const [, list, next] = seen as [Seen, Seen, Seen]
    expect(Number(list.query.get('created[gte]'))).toBe(purchase.sendBy / 1000 - 240)
    expect(Number(list.query.get('created[lte]'))).toBe(purchase.sendBy / 1000 + 2 + 60 + 120)
    expect(next.query.get('starting_after')).toBe('pi_other_99')
  })

  test('knows that there is none only when neither has it', async () => {
    const { gateway } = await scripted(() => [200, page(others(3))].slice() as [number, unknown])
    expect(await gateway.lookUp(purchase)).toMatchObject({ outcome: 'UNKNOWN' })
    const empty = await scripted(one => [200, page(isSearch(one) ? [] : others(3))])
    expect(await empty.gateway.lookUp(purchase)).toBeNull()
  })

  test.each<[string, (one: Seen) => readonly [number, unknown]]>([
    ['the search fails', one => (isSearch(one) ? [400, error()] : [200, page([])])],
    ['the list fails', one => (isSearch(one) ? [200, page([])] : [500, error()])],
    ['the list is refused', one => (isSearch(one) ? [200, page([])] : [429, error()])],
    ['the list is no list', one => (isSearch(one) ? [200, page([])] : [200, { data: [] }])],
    ['the list goes on for ever', one => (isSearch(one) ? [200, page([])] : [200, page(others(100), true)])],
    ['a key has two', () => [200, page([intent(), intent({ id: 'pi_2' })])]]
  ])('learns nothing when %s', async (_what, answer) => {
    const { gateway } = await scripted(answer)
    expect(await gateway.lookUp(purchase)).toMatchObject({ outcome: 'UNKNOWN' })
  })

  test.each<[string, GatewayCall, unknown, object | null]>([
    [
      'a decline',
      purchase,
      intent({ status: 'requires_payment_method', last_payment_error: { code: 'expired_card' } }),
      { outcome: 'DECLINED', code: 'expired_card' }
    ],
    [
      'what nothing was tried with',
      purchase,
      intent({ status: 'requires_payment_method' }),
      { outcome: 'UNKNOWN' }
    ],
    [
      'what was canceled before',
      purchase,
      intent({ status: 'canceled', latest_charge: null }),
      { outcome: 'DECLINED' }
    ],
    [
      'an authorization that was voided',
      { ...purchase, kind: 'AUTHORIZE' },
      intent({ ...toCapture, status: 'canceled' }),
      { outcome: 'SUCCEEDED' }
    ],
    [
      'an authorization that was captured in part',
      { ...purchase, kind: 'AUTHORIZE' },
      intent({ capture_method: 'manual', amount_received: 1 }),
      { outcome: 'SUCCEEDED', amount: 1234 }
    ],
    [
      'another sum',
      { ...purchase, amount: 1 },
      intent(),
      { outcome: 'UNKNOWN', code: 'gateway_answer_mismatch' }
    ],
    [
      'a capture',
      onCharge('CAPTURE'),
      intent({ metadata: { aegispay_capture_key: 'pay_1.capture-2.1' } }),
      { outcome: 'SUCCEEDED' }
    ],
    ['a capture by another call', onCharge('CAPTURE'), intent(), { outcome: 'DECLINED' }],
    ['no capture', onCharge('CAPTURE'), intent(toCapture), null],
    ['a void', onCharge('VOID'), intent({ status: 'canceled' }), { outcome: 'SUCCEEDED' }],
    ['no void', onCharge('VOID'), intent(toCapture), null],
    ['a void of captured money', onCharge('VOID'), intent(), { outcome: 'DECLINED' }]
  ])('tells %s', async (_what, call, object, found) => {
    const { gateway } = await scripted(one => [200, isSearch(one) ? page([object]) : object])
    const outcome = await gateway.lookUp(call)
    if (found === null) expect(outcome).toBeNull()
    else expect(outcome).toMatchObject(found)
  })

  test('finds a refund among those of its charge, by its key', async () => {
    const { gateway, seen } = await scripted(() => [
      200,
      page([refund({ metadata: {} }), refund({ status: 'pending' })])
    ])
    expect(await gateway.lookUp(onCharge('REFUND'))).toMatchObject({ outcome: 'PENDING' })
    expect(seen[0]!.query.get('payment_intent')).toBe('pi_1')
    expect(await gateway.lookUp(onCharge('REFUND', { idempotencyKey: 'pay_1.refund-2.2' }))).toBeNull()
  })
})
