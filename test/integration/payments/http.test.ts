import { beforeAll, describe, expect, test } from '@jest/globals'
import { customerHints } from '../../../src/domain/declines/reasons.ts'
import { App, eventually, payment, type Worker } from '../app.ts'
import { decodeAll } from './topic.ts'

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'http' })
  worker = await app.start()
}, 60_000)

const post = (key: string, body: object = payment()) =>
  app.request(worker, 'POST', '/v1/payments', { key, body })

/** A read of the payment as it was after the command of an answer. */
const read = (path: string, position: string) =>
  app.request(worker, 'GET', path, { headers: { 'aegispay-position': position } })

describe('a payment with automatic capture', () => {
  test('that its gateway approves is COMPLETED when it is answered, and charged once', async () => {
    const answer = await post('approved')
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      status: 'COMPLETED',
      amount: 1099,
      currency: 'EUR',
      capture: 'automatic',
      authorizedAmount: 1099,
      capturedAmount: 1099,
      refundedAmount: 0,
      gateway: 'sandbox-alpha',
      version: 6,
      customer: { id: 'cus_1', country: 'DE' },
      metadata: {}
    })
    expect(answer.headers.get('etag')).toBe('"6"')
    expect(answer.headers.get('location')).toBe(`/v1/payments/${String(answer.body['id'])}`)
    expect(await app.ledger(answer.body['id'] as string)).toMatchObject([
      { gateway: 'sandbox-alpha', amount: 1099, currency: 'EUR', operation: 'purchase-1' }
    ])
  })

  test('that its gateway declines is FAILED with the reason, and nothing is charged', async () => {
    const answer = await post('declined', payment({ paymentMethod: { type: 'card', token: 'tok_declined' } }))
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      status: 'FAILED',
      failure: {
        ...{ stage: 'AUTHORIZATION', code: 'card_declined' },
        customerHint: { code: 'CONTACT_ISSUER', message: customerHints.CONTACT_ISSUER }
      },
      capturedAmount: 0
    })
    const position = answer.headers.get('aegispay-position')!
    const shown = await read(`/v1/payments/${String(answer.body['id'])}`, position)
    expect(shown.body['failure']).toEqual(answer.body['failure'])
    expect(await app.ledger(answer.body['id'] as string)).toEqual([])
  })

  test('goes through authorization and capture where the gateway knows no purchase', async () => {
    const answer = await post('two-steps', payment({ currency: 'JPY' }))
    expect(answer.body).toMatchObject({ status: 'COMPLETED', gateway: 'sandbox-beta' })
    const rows = await app.ledger(answer.body['id'] as string)
    expect(rows.map(({ operation }) => operation)).toEqual(['authorize-1', 'capture-2'])
  })

  test('that no gateway can take is FAILED', async () => {
    const answer = await post('no-gateway', payment({ currency: 'UYW' }))
    expect(answer.body).toMatchObject({
      status: 'FAILED',
      failure: { stage: 'ROUTING', code: 'no_gateway_available' }
    })
  })
})

test('the greatest amount is taken as it is', async () => {
  const amount = 9007199254740990
  const answer = await post('greatest', payment({ amount, capture: 'manual' }))
  expect([answer.status, answer.body['amount'], answer.body['authorizedAmount']]).toEqual([
    201,
    amount,
    amount
  ])
})

test('a payment with manual capture rests AUTHORIZED', async () => {
  const answer = await post('manual', payment({ capture: 'manual' }))
  expect(answer.body).toMatchObject({ status: 'AUTHORIZED', authorizedAmount: 1099, capturedAmount: 0 })
})

describe('an authorized payment', () => {
  const manual = async (key: string) => {
    const { body, headers } = await post(key, payment({ capture: 'manual' }))
    return {
      path: `/v1/payments/${String(body['id'])}`,
      id: body['id'] as string,
      etag: headers.get('etag')!
    }
  }
  const operate = (path: string, key: string, options: Parameters<App['request']>[3] = {}) =>
    app.request(worker, 'POST', path, { key, ...options })

  test('is captured whole when no amount is given, and the same key gets the same answer', async () => {
    const { path, id } = await manual('to-capture')
    const first = await operate(`${path}/capture`, 'capture')
    expect([first.status, first.body['status'], first.body['capturedAmount']]).toEqual([
      200,
      'COMPLETED',
      1099
    ])
    const again = await operate(`${path}/capture`, 'capture')
    expect([again.status, again.body]).toEqual([first.status, first.body])
    expect((await app.ledger(id)).map(({ operation }) => operation)).toEqual(['authorize-1', 'capture-2'])
  })

  test('is captured in part', async () => {
    const { path } = await manual('to-capture-in-part')
    const { body } = await operate(`${path}/capture`, 'capture', { body: { amount: 500 } })
    expect(body).toMatchObject({ status: 'COMPLETED', authorizedAmount: 1099, capturedAmount: 500 })
  })

  test('is released by a cancellation', async () => {
    const { path, id } = await manual('to-cancel')
    const answer = await operate(`${path}/cancel`, 'cancel', { body: { reason: 'out of stock' } })
    expect([answer.status, answer.body['status']]).toEqual([200, 'CANCELLED'])
    expect((await app.ledger(id)).map(({ operation }) => operation)).toEqual(['authorize-1', 'void-2'])
  })

  test('is not captured beyond what is authorized, nor after it was cancelled', async () => {
    const { path } = await manual('refused')
    const tooMuch = await operate(`${path}/capture`, 'too-much', { body: { amount: 1100 } })
    expect([tooMuch.status, tooMuch.body['code']]).toEqual([422, 'amount_exceeds_authorized'])
    await operate(`${path}/cancel`, 'cancel')
    const late = await operate(`${path}/capture`, 'late')
    expect([late.status, late.body['code']]).toEqual([409, 'status_conflict'])
  })

  test('is not captured when it has moved on from the version of If-Match', async () => {
    const { path, etag } = await manual('versioned')
    const stale = await operate(`${path}/capture`, 'stale', { headers: { 'if-match': '"1"' } })
    expect(stale.body['code']).toBe('version_conflict')
    const fresh = await operate(`${path}/capture`, 'fresh', { headers: { 'if-match': etag } })
    expect(fresh.body['status']).toBe('COMPLETED')
  })

  test('50 captures of it at once, each with a key of its own, take the money once', async () => {
    const { path, id } = await manual('captured-at-once')
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => operate(`${path}/capture`, `at-once-${i}`))
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await app.ledger(id)).filter(({ operation }) => operation.startsWith('capture'))).toHaveLength(1)
  })

  test('of capture and cancellation at the same moment just one wins', async () => {
    const { path, id } = await manual('contested')
    const answers = await Promise.all([operate(`${path}/capture`, 'a'), operate(`${path}/cancel`, 'b')])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await app.ledger(id)).toHaveLength(2)
  })

  test('that nobody knows is not found, and a foreign form of id is not even asked for', async () => {
    for (const id of [`pay_${'a'.repeat(32)}`, 'nonsense']) {
      const { status, body } = await operate(`/v1/payments/${id}/capture`, 'unknown')
      expect([status, body['code']]).toEqual([404, 'payment_not_found'])
    }
  })

  test.each([
    ['/capture', { amount: 0 }, 'amount_invalid'],
    ['/capture', { amount: 1, reason: 'x' }, 'property_unknown'],
    ['/cancel', { reason: 7 }, 'body_invalid']
  ])('%s refuses %j', async (suffix, body, code) => {
    const { path } = await manual(`bad ${suffix} ${code}`.replaceAll(/[ /]/g, '-'))
    const answer = await operate(`${path}${suffix}`, 'bad', { body })
    expect([answer.status, answer.body['code']]).toEqual([400, code])
  })

  test('refuses an If-Match that is no ETag', async () => {
    const { path } = await manual('bad-etag')
    const answer = await operate(`${path}/capture`, 'bad-etag', { headers: { 'if-match': 'W/"1"' } })
    expect([answer.status, answer.body['code']]).toEqual([400, 'if_match_malformed'])
  })
})

describe('the same key again', () => {
  test('with the same body gets the same answer, and nothing happens twice', async () => {
    const first = await post('again')
    const second = await post('again')
    expect([second.status, second.body]).toEqual([first.status, first.body])
    expect(await app.ledger(first.body['id'] as string)).toHaveLength(1)
  })

  test('gets the answer of when the payment first rested, however far it has moved on', async () => {
    const body = payment({ capture: 'manual' })
    const first = await post('moved-on', body)
    const path = `/v1/payments/${String(first.body['id'])}`
    const captured = await app.request(worker, 'POST', `${path}/capture`, { key: 'moved-on', body: {} })
    expect(captured.body['status']).toBe('COMPLETED')
    const again = await post('moved-on', body)
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(again.body['status']).toBe('AUTHORIZED')
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
  })

  test('50 times at once is one payment, one charge and 50 equal answers', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('at-once')))
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(201)
    expect(await app.ledger(answers[0]!.body['id'] as string)).toHaveLength(1)
  })

  test('with another body is refused, and the payment stays as it was', async () => {
    const first = await post('reused')
    const second = await post('reused', payment({ amount: 1 }))
    expect(second.status).toBe(422)
    expect(second.body).toMatchObject({ code: 'idempotency_key_reused', status: 422 })
    const path = `/v1/payments/${String(first.body['id'])}`
    expect((await read(path, second.headers.get('aegispay-position')!)).body).toEqual(first.body)
  })
})

describe('the read model', () => {
  test('shows what was answered, at once, to whoever asks for the position of the answer', async () => {
    for (let i = 0; i < 20; i++) {
      const answer = await post(`read-${i}`)
      const shown = await read(
        `/v1/payments/${String(answer.body['id'])}`,
        answer.headers.get('aegispay-position')!
      )
      expect(shown.body).toEqual(answer.body)
      expect(shown.headers.get('etag')).toBe('"6"')
    }
  })

  test('lists the events of a payment, 1..n', async () => {
    const answer = await post('events')
    const path = `/v1/payments/${String(answer.body['id'])}/events`
    await eventually(async () => {
      const { body } = await app.request(worker, 'GET', path)
      const events = body['data'] as { sequence: number; type: string }[]
      expect(events.map(({ type }) => type)).toEqual([
        'PaymentInitiated',
        'GatewaySelected',
        'GatewayOperationRequested',
        'PaymentAuthorized',
        'PaymentCaptured',
        'PaymentCompleted'
      ])
      expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6])
    })
  })

  test('pages through payments by status and customer, newest first', async () => {
    const customer = { id: 'cus_list' }
    const ids: string[] = []
    for (const key of ['list-1', 'list-2', 'list-3']) {
      ids.unshift((await post(key, payment({ customer }))).body['id'] as string)
    }
    const path = '/v1/payments?customer=cus_list&status=COMPLETED&limit=2'
    await eventually(async () => {
      const first = await app.request(worker, 'GET', path)
      const { data, nextCursor } = first.body as { data: { id: string }[]; nextCursor: string }
      const second = await app.request(worker, 'GET', `${path}&cursor=${nextCursor}`)
      const rest = second.body as unknown as { data: { id: string }[]; nextCursor: null }
      expect([...data, ...rest.data].map(({ id }) => id)).toEqual(ids)
      expect(rest.nextCursor).toBeNull()
    })
  })

  test('knows no payment of another merchant, nor one that does not exist', async () => {
    const unknown = await app.request(worker, 'GET', `/v1/payments/pay_${'a'.repeat(32)}`)
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'payment_not_found'])
  })
})

test('Prefer: respond-async is answered at once, and the payment goes on', async () => {
  const answer = await app.request(worker, 'POST', '/v1/payments', {
    key: 'async',
    body: payment(),
    headers: { prefer: 'respond-async' }
  })
  expect(answer.status).toBe(202)
  expect(answer.headers.get('preference-applied')).toBe('respond-async')
  await eventually(async () => {
    const { body } = await app.request(worker, 'GET', answer.headers.get('location')!)
    expect(body).toMatchObject({ status: 'COMPLETED' })
  })
  // The 202 was not frozen: the same key is now answered with the payment.
  expect((await post('async')).status).toBe(201)
})

test('an e-mail address goes to its own topic and nowhere else', async () => {
  const email = 'jane.roe@example.com'
  await post('mail', payment({ customer: { id: 'cus_mail', email } }))
  const contacts = await decodeAll(app.kafka, app.topics.customers, app.codec)
  expect(contacts).toContainEqual(
    expect.objectContaining({ value: expect.objectContaining({ email }) as unknown })
  )
  for (const topic of [
    app.topics.commands,
    app.topics.events,
    app.topics.state,
    app.topics.gatewayRequests
  ]) {
    expect(JSON.stringify(await decodeAll(app.kafka, topic, app.codec))).not.toContain(email)
  }
  expect(worker.log.join('\n')).not.toContain(email)
})

describe('bad input leaves no record on any topic', () => {
  const cases: [string, number, string, Parameters<App['request']>[3]][] = [
    ['malformed JSON', 400, 'json_malformed', { key: 'bad', body: '{"amount":' }],
    ['an unknown property', 400, 'property_unknown', { key: 'bad', body: payment({ colour: 'red' }) }],
    ['an amount of zero', 400, 'amount_invalid', { key: 'bad', body: payment({ amount: 0 }) }],
    [
      'an amount that is no safe integer',
      400,
      'amount_invalid',
      { key: 'bad', body: payment({ amount: 2 ** 53 }) }
    ],
    ['an amount as text', 400, 'amount_invalid', { key: 'bad', body: payment({ amount: '10' }) }],
    ['an unknown currency', 400, 'currency_unknown', { key: 'bad', body: payment({ currency: 'XXX' }) }],
    [
      'a card number',
      422,
      'card_number_not_allowed',
      { key: 'bad', body: payment({ metadata: { note: '4111 1111 1111 1111' } }) }
    ],
    ['no idempotency key', 400, 'idempotency_key_missing', { body: payment() }],
    ['a malformed idempotency key', 400, 'idempotency_key_malformed', { key: 'with space', body: payment() }],
    [
      'a wrong API key',
      401,
      'api_key_invalid',
      { key: 'bad', body: payment(), headers: { authorization: 'Bearer x' } }
    ],
    [
      'more than 64 KiB',
      413,
      'body_too_large',
      { key: 'bad', body: payment({ description: 'x'.repeat(70_000) }) }
    ]
  ]

  test.each(cases)('%s', async (_what, status, code, options) => {
    const before = await sizes()
    const answer = await app.request(worker, 'POST', '/v1/payments', options)
    expect([answer.status, answer.body['code']]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(await sizes()).toEqual(before)
    expect(worker.log.join('\n')).not.toMatch(/4111.?1111/)
  })

  /** Ends of the topics that requests write to. */
  async function sizes(): Promise<unknown> {
    const admin = app.kafka.admin()
    await admin.connect()
    const ends = await Promise.all(
      [app.topics.commands, app.topics.customers].map(t => admin.fetchTopicOffsets(t))
    )
    await admin.disconnect()
    return ends.map(partitions => partitions.map(({ high }) => high))
  }
})
