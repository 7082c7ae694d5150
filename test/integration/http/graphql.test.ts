// GraphQL with fakes at the ports: what is refused before anything is read, and what errors say.
import { afterEach, describe, expect, test } from '@jest/globals'
import { getIntrospectionQuery } from 'graphql'
import { InvalidCursorError } from '../../../src/projections/cursor.ts'
import type { ReadModel } from '../../../src/query/read-model.ts'
import { KEY, payment, SECRET, sharedService, type FakeService, type Fakes } from './service.ts'

let service: FakeService
/** What was read, by whom it was read for. */
let reads: string[] = []

afterEach(() => {
  reads = []
})

const noting =
  <T>(name: string, answer: T) =>
  (merchantId: string) => {
    reads.push(`${name} of ${merchantId}`)
    return Promise.resolve(answer)
  }

const nothing: Partial<ReadModel> = {
  listPayments: noting('payments', { data: [], nextCursor: null }),
  findPayment: noting('payment', null),
  paymentFigures: noting('figures', { data: [], nextCursor: null }),
  declineCounts: noting('declines', []),
  underWay: noting('in flight', [])
}

const NOTHING: Fakes = { model: nothing }

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: {
    readonly data?: Record<string, unknown> | null
    readonly code?: string
    readonly detail?: string
    readonly errors?: readonly Record<string, unknown>[]
  }
}

async function ask(
  query: string,
  more: object = {},
  fakes = NOTHING,
  key = KEY,
  headers: Readonly<Record<string, string>> = {}
): Promise<Answer> {
  service = await sharedService(fakes)
  const response = await service.app.inject({
    ...{ method: 'POST', url: '/graphql' },
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ query, ...more })
  })
  return {
    status: response.statusCode,
    type: String(response.headers['content-type']),
    body: response.json()
  }
}

describe('limits', () => {
  const page = (limit: string) =>
    `{ payments(limit: ${limit}) { data { id routing { candidates { gateway because } } } } }`

  test.each([
    ['pages of great size', page('100'), {}],
    ['pages whose size is a variable', `query ($n: Int) ${page('$n')}`, { variables: { n: 100 } }],
    [
      'one read under many names',
      `{ ${Array.from({ length: 11 }, (_, i) => `a${i}: analytics { to }`).join(' ')} }`,
      {}
    ],
    [
      'what is hidden in fragments',
      `{ payments(limit: 30) { data { ...a } } more: payments(limit: 30) { data { ...a } } }
       fragment a on Payment { id routing { candidates { ...b } } } fragment b on RoutingCandidate { gateway because }`,
      {}
    ],
    [
      'what is nested too deeply',
      `{ __type(name: "Query") { fields { type { ${'ofType { '.repeat(14)} name ${'}'.repeat(14)} } } } }`,
      {}
    ]
  ])('refuse %s, and nothing is read', async (_, query, more) => {
    const { status, type, body } = await ask(query, more)
    expect([status, body.code]).toEqual([400, 'graphql_too_complex'])
    expect(type).toContain('application/problem+json')
    expect(reads).toEqual([])
  })

  test('the same query costs too much also when it is known already', async () => {
    const query = `query ($n: Int) ${page('$n')}`
    service = await sharedService(NOTHING)
    const of = async (n: number) => {
      const response = await service.app.inject({
        ...{ method: 'POST', url: '/graphql', headers: { authorization: `Bearer ${KEY}` } },
        payload: { query, variables: { n } }
      })
      return response.statusCode
    }
    expect([await of(5), await of(100), await of(5)]).toEqual([200, 400, 200])
  })

  test.each([
    ['no document', '{', 'Syntax Error'],
    ['a syntax tree', JSON.stringify({ kind: 'Document', definitions: [] }), 'Syntax Error'],
    ['a field that there is not', '{ colour }', 'Cannot query field "colour"'],
    ['a mutation', 'mutation { pay }', 'mutation'],
    ['fragments in a circle', '{ payment(id: "x") { ...a } } fragment a on Payment { ...a }', 'itself'],
    ['more tokens than are parsed', `{ ${'a: inFlight { count } '.repeat(300)} }`, 'tokens'],
    ['directives in a heap', `{ inFlight { count ${'@skip(if: false) '.repeat(20)} } }`, 'only be used once'],
    [
      'lists within lists of the schema',
      '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
      'introspection'
    ]
  ])('refuse %s', async (_, query, message) => {
    const { status, body } = await ask(query)
    expect([status, body.code]).toEqual([400, 'graphql_invalid'])
    expect(String(body.errors![0]!['message'])).toContain(message)
    expect(reads).toEqual([])
  })

  test.each([
    ['of a variable', { variables: { id: { card: 'a secret' } } }],
    ['of an operation', { operationName: '1 secret' }]
  ])('a fault repeats no value %s', async (_, more) => {
    const { status, body } = await ask('query q($id: ID!) { payment(id: $id) { id } }', more)
    expect(status).toBe(400)
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  test('let a tool learn the schema', async () => {
    const { status, body } = await ask(getIntrospectionQuery())
    expect([status, body.errors]).toEqual([200, undefined])
  })
})

describe('who asks', () => {
  test.each([
    ['without a key', '', 401, 'api_key_missing'],
    ['with another one', `ak_demo_${'f'.repeat(24)}`, 401, 'api_key_invalid']
  ])('is refused %s, also when it asks for the schema alone', async (_, key, status, code) => {
    service = await sharedService()
    const response = await service.app.inject({
      ...{ method: 'POST', url: '/graphql', payload: { query: '{ __typename }' } },
      headers: key === '' ? {} : { authorization: `Bearer ${key}` }
    })
    expect([response.statusCode, response.json()]).toEqual([status, expect.objectContaining({ code })])
  })

  test('is read for as the merchant of the key', async () => {
    await ask(
      '{ payments { nextCursor } inFlight { count } analytics { to } }',
      {},
      NOTHING,
      `ak_other_${SECRET}`
    )
    expect(reads.sort()).toEqual(['figures of other', 'in flight of other', 'payments of other'])
  })

  test('sees no customer with a key that may not', async () => {
    const { status, body } = await ask(
      '{ customer(id: "c") { email } inFlight { count } }',
      {},
      {},
      `ak_reader_${SECRET}`
    )
    expect(status).toBe(200)
    expect(body.data).toEqual({ customer: null, inFlight: [] })
    expect(body.errors).toMatchObject([{ path: ['customer'], extensions: { code: 'scope_missing' } }])
  })
})

test('what happened to all payments of a page is read at once, whatever is asked of it', async () => {
  const page = Array.from({ length: 20 }, (_, i) => ({
    ...payment,
    id: `pay_${'abcdefghijklmnopqrst'[i]!.repeat(32)}`
  }))
  const asked: string[][] = []
  const listHistories: ReadModel['listHistories'] = (merchantId, ids) => {
    asked.push([merchantId, ...ids])
    return Promise.resolve(new Map())
  }
  const listPayments = () => Promise.resolve({ data: page, nextCursor: null })
  const { body } = await ask(
    '{ payments { data { id events { id } refunds { id } routing { summary } } } }',
    {},
    { model: { ...nothing, listPayments, listHistories } }
  )
  expect(body.errors).toBeUndefined()
  expect(asked).toEqual([['demo', ...page.map(({ id }) => id)]])
})

describe('an error of a field', () => {
  test.each([
    ['payments(currency: "XXX") { nextCursor }', 'query_invalid'],
    ['payments(minAmount: 5) { nextCursor }', 'query_invalid'],
    ['payments(limit: 0) { nextCursor }', 'query_invalid'],
    ['payments(createdFrom: "yesterday") { nextCursor }', 'query_invalid'],
    ['payments(customer: "\\u0000") { nextCursor }', 'query_invalid'],
    ['analytics(by: [hour, day]) { to }', 'query_invalid'],
    ['payment(id: "pay_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", asOf: "then") { id }', 'query_invalid']
  ])('of %s has the code %s', async (field, code) => {
    const { status, body } = await ask(`{ ${field} }`)
    expect([status, body.errors]).toEqual([
      200,
      [expect.objectContaining({ extensions: expect.objectContaining({ code }) })]
    ])
  })

  test('says which argument is wrong', async () => {
    const { body } = await ask('{ payments(minAmount: 5) { nextCursor } }')
    expect(body.errors![0]!['extensions']).toMatchObject({ errors: [{ path: '/currency' }] })
  })

  test('of a cursor of another list says so', async () => {
    const listPayments = () => Promise.reject(new InvalidCursorError('is not one of ours'))
    const { body } = await ask(
      '{ payments(cursor: "x") { nextCursor } }',
      {},
      { model: { ...nothing, listPayments } }
    )
    expect(body.errors).toMatchObject([{ extensions: { code: 'query_invalid' } }])
  })

  test('of ours shows nothing of how it came about, and is logged', async () => {
    const underWay = () => Promise.reject(new TypeError('secret.internal.host refused'))
    const { status, body } = await ask('{ inFlight { count } }', {}, { model: { ...nothing, underWay } })
    expect([status, body.errors]).toMatchObject([200, [{ extensions: { code: 'internal_error' } }]])
    expect(JSON.stringify(body)).not.toMatch(/secret|TypeError/)
    expect(service.log()).toContain('secret.internal.host')
  })
})

test('a card number is refused wherever it is, and not read', async () => {
  for (const more of [{}, { variables: { id: '4242424242424242' } }]) {
    const query =
      'variables' in more
        ? 'query ($id: ID!) { payment(id: $id) { id } }'
        : '{ payment(id: "4242424242424242") { id } }'
    const { status, body } = await ask(query, more)
    expect([status, body.code]).toEqual([422, 'card_number_not_allowed'])
  }
  expect(reads).toEqual([])
})

test('it is asked by POST alone, and has no page to try it on', async () => {
  service = await sharedService()
  const headers = { authorization: `Bearer ${KEY}` }
  const get = await service.app.inject({ url: '/graphql?query={__typename}', headers })
  expect(get.statusCode).toBe(405)
  for (const url of ['/graphiql', '/playground'])
    expect((await service.app.inject({ url, headers })).statusCode).toBe(404)
})

test('a body that is too large is refused', async () => {
  const { status, body } = await ask(`{ inFlight { count } } # ${'x'.repeat(70_000)}`)
  expect([status, body.code]).toEqual([413, 'body_too_large'])
})

describe('a position', () => {
  const at = (query: string, position: string, fakes: Fakes) =>
    ask(query, {}, fakes, KEY, { 'aegispay-position': position })

  test('is waited for by each field in what that is made of', async () => {
    const waitedFor: unknown[] = []
    const handledThrough: ReadModel['handledThrough'] = (...asked) => {
      waitedFor.push(asked)
      return Promise.resolve(5)
    }
    const { body } = await at(
      '{ payments { nextCursor } inFlight { count } statement(customer: "cus_1") { to } customer(id: "cus_1") { id } }',
      'commands-2-5',
      { model: { ...nothing, handledThrough } }
    )
    expect(body.errors).toBeUndefined()
    expect(waitedFor).toEqual([
      ['commands', 2, undefined],
      ['commands', 2, ['analytics']],
      ['commands', 2, ['statement_entries']]
    ])
  })

  test('that is not reached leaves alone the field without it', async () => {
    const handledThrough: ReadModel['handledThrough'] = (_input, _partition, views) =>
      Promise.resolve(views?.includes('analytics') === true ? 4 : 5)
    const { status, body } = await at('{ payments { nextCursor } inFlight { count } }', 'commands-2-5', {
      model: { ...nothing, handledThrough }
    })
    expect(status).toBe(200)
    expect(body.errors).toMatchObject([{ path: ['inFlight'], extensions: { code: 'read_model_behind' } }])
  })

  test('that is none is refused before anything is read', async () => {
    const { status, body } = await at('{ inFlight { count } }', 'nowhere', NOTHING)
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'position_malformed' })
    expect(reads).toEqual([])
  })
})

describe('a statement', () => {
  const entries = [
    { kind: 'capture', paymentId: payment.id, refundId: null, currency: 'EUR', amount: 1099 },
    { kind: 'refund', paymentId: payment.id, refundId: 'ref_1', currency: 'EUR', amount: -99 }
  ] as const
  const findStatement: ReadModel['findStatement'] = ({ merchantId, customerId }, { from }) => {
    reads.push(`statement of ${customerId} of ${merchantId} from ${from.toISOString()}`)
    const occurredAt = new Date('2026-11-02T00:00:00Z')
    return Promise.resolve({
      opening: new Map([['EUR', 100]]),
      entries: entries.map(entry => ({ ...entry, occurredAt }))
    })
  }
  const STATED: Fakes = { model: { ...nothing, findStatement } }

  test('is that of the route', async () => {
    const { body } = await ask(
      `{ statement(customer: "cus_1", from: "2026-11-01T00:00:00Z") {
           customerId currencies { currency opening captured refunded closing entries { kind amount balance refundId } }
         } }`,
      {},
      STATED
    )
    expect(reads).toEqual(['statement of cus_1 of demo from 2026-11-01T00:00:00.000Z'])
    const currency = { currency: 'EUR', opening: 100, captured: 1099, refunded: 99, closing: 1100 }
    expect(body.data!['statement']).toEqual({
      customerId: 'cus_1',
      currencies: [
        {
          ...currency,
          entries: [
            { kind: 'capture', amount: 1099, balance: 1199, refundId: null },
            { kind: 'refund', amount: -99, balance: 1100, refundId: 'ref_1' }
          ]
        }
      ]
    })
  })

  test.each([
    [
      'a period that ends before it begins',
      'from: "2026-11-02T00:00:00Z", to: "2026-11-01T00:00:00Z"',
      '/to'
    ],
    ['a currency that there is not', 'currency: "EURO"', '/currency']
  ])('is not made for %s', async (_what, args, path) => {
    const { body } = await ask(`{ statement(customer: "cus_1", ${args}) { to } }`, {}, STATED)
    expect(body.errors).toMatchObject([{ extensions: { code: 'query_invalid', errors: [{ path }] } }])
    expect(reads).toEqual([])
  })
})
