// The administration, on processes that share nothing but the topic.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { App, type Answer, type RequestOptions, type Worker } from '../app.ts'
import { Contract, type Operation } from '../http/contract.ts'
import { readAll } from './topic.ts'

let app: App
let one: Worker
let other: Worker

beforeAll(async () => {
  app = await App.create({ name: 'admin' })
  ;[one, other] = await Promise.all([app.start('admin', 'query'), app.start('admin', 'ingress')])
}, 60_000)

const admin = (worker: Worker, method: string, path: string, options: RequestOptions = {}): Promise<Answer> =>
  app.request(worker, method, `/v1/admin/${path}`, { apiKey: app.adminKey, ...options })

const merchant = (id: string, name = id) => ({ id, name, active: true })
const create = (id: string) =>
  admin(one, 'PUT', `merchants/${id}`, { body: merchant(id), headers: { 'if-none-match': '*' } })

/** What a text, taken for a key, is answered by the ingress of the other process: 401, or past the key 400. */
const knocks = async (apiKey: string): Promise<number> =>
  (await app.request(other, 'POST', '/v1/payments', { apiKey, body: {} })).status

describe('every route of the administration', () => {
  let operations: readonly Operation[]
  beforeAll(async () => {
    const document = (await (await fetch(`${one.url}/openapi.json`)).json()) as object
    operations = (await Contract.of(document)).operations.filter(({ path }) => path.startsWith('/v1/admin/'))
  })

  test('is there to be tested', () => expect(operations.length).toBeGreaterThan(15))

  test('refuses who has no key, and the key of a merchant', async () => {
    for (const { method, path } of operations) {
      const url = path.replaceAll(/\{\w+\}/g, 'demo')
      const stranger = await fetch(`${one.url}${url}`, { method })
      expect([method, url, stranger.status]).toEqual([method, url, 401])
      const answer = await app.request(one, method, url)
      expect([method, url, answer.status, answer.body['code']]).toEqual([method, url, 403, 'scope_missing'])
    }
  })

  test('is all that an admin key opens that names no merchant', async () => {
    const answer = await app.request(one, 'GET', '/v1/payments', { apiKey: app.adminKey })
    expect(answer).toMatchObject({ status: 400, body: { code: 'merchant_required' } })
  })
})

describe('a document', () => {
  test('is made, read and replaced under its version', async () => {
    const made = await create('m1')
    expect(made).toMatchObject({ status: 201, body: merchant('m1') })
    const etag = made.headers.get('etag')!

    const read = await admin(other, 'GET', 'merchants/m1', {
      headers: { 'aegispay-position': made.headers.get('aegispay-position')! }
    })
    expect(read).toMatchObject({ status: 200, body: merchant('m1') })
    expect(read.headers.get('etag')).toBe(etag)

    const replaced = await admin(one, 'PUT', 'merchants/m1', {
      body: merchant('m1', 'renamed'),
      headers: { 'if-match': etag }
    })
    expect(replaced.status).toBe(200)
    expect(replaced.headers.get('etag')).not.toBe(etag)
    const again = await admin(one, 'PUT', 'merchants/m1', {
      body: merchant('m1', 'lost'),
      headers: { 'if-match': etag }
    })
    expect(again).toMatchObject({ status: 412, body: { code: 'precondition_failed' } })
    expect((await admin(one, 'GET', 'merchants/m1')).body['name']).toBe('renamed')
  })

  test('is read by whoever has written it, at once', async () => {
    for (let i = 0; i < 20; i++) {
      expect((await create(`quick-${i}`)).status).toBe(201)
      expect((await admin(one, 'GET', `merchants/quick-${i}`)).status).toBe(200)
    }
  })

  test('of which two processes write the next version at once gets one of them', async () => {
    let etag = (await create('raced')).headers.get('etag')!
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(
        [one, other, one, other].map((worker, i) =>
          admin(worker, 'PUT', 'merchants/raced', {
            body: merchant('raced', `${round}.${i}`),
            headers: { 'if-match': etag }
          })
        )
      )
      const won = answers.filter(({ status }) => status === 200)
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412])
      etag = won[0]!.headers.get('etag')!
      const position = won[0]!.headers.get('aegispay-position')!
      for (const worker of [one, other]) {
        const read = await admin(worker, 'GET', 'merchants/raced', {
          headers: { 'aegispay-position': position }
        })
        expect(read.body['name']).toBe(won[0]!.body['name'])
      }
    }
  })

  test.each<[string, string, unknown, Record<string, string>, number, string, string[]]>([
    ['without a precondition', 'merchants/m', merchant('m'), {}, 428, 'precondition_missing', []],
    ['that is there already', 'merchants/demo', merchant('demo'), {}, 412, 'precondition_failed', []],
    ['under another id', 'merchants/m', merchant('n'), {}, 400, 'body_invalid', ['/id']],
    [
      'with a property too many',
      'merchants/m',
      { ...merchant('m'), vip: true },
      {},
      400,
      'property_unknown',
      ['/vip']
    ],
    [
      'with a setting that there is not',
      'merchants/m',
      { ...merchant('m'), payments: { refundWindow: 1 } },
      {},
      400,
      'property_unknown',
      ['/payments/refundWindow']
    ],
    [
      'with waits that contradict each other',
      'merchants/m',
      { ...merchant('m'), payments: { firstRetryMs: 120_000 } },
      {},
      400,
      'body_invalid',
      ['/payments/firstRetryMs']
    ],
    [
      'with several faults',
      'merchants/m',
      { id: 'm', name: '', active: 'yes' },
      {},
      400,
      'body_invalid',
      ['/active', '/name']
    ],
    [
      'of a merchant that there is not',
      'limits/nobody',
      { id: 'nobody', requestsPerMinute: 1 },
      {},
      422,
      'reference_unknown',
      ['/id']
    ],
    [
      'with a policy of gateways that there are not',
      'routing-policies/p',
      { id: 'p', rules: [{ name: 'r', prefer: ['sandbox-alpha', 'omega'] }] },
      {},
      422,
      'reference_unknown',
      ['/rules/0/prefer/1']
    ],
    [
      'with a policy that contradicts itself',
      'routing-policies/p',
      {
        id: 'p',
        variants: [
          { name: 'v', share: 0.7, choice: 'thompson' },
          { name: 'w', share: 0.7 }
        ]
      },
      {},
      400,
      'body_invalid',
      ['/variants', '/variants/0/choice']
    ],
    [
      'of a merchant with a policy that there is not',
      'merchants/m',
      { ...merchant('m'), routingPolicy: 'nowhere' },
      {},
      422,
      'reference_unknown',
      ['/routingPolicy']
    ],
    [
      'with a version that is none',
      'merchants/m',
      merchant('m'),
      { 'if-match': 'x' },
      400,
      'if_match_malformed',
      []
    ],
    [
      'with a card number',
      'merchants/m',
      merchant('m', '4111111111111111'),
      {},
      422,
      'card_number_not_allowed',
      []
    ],
    [
      'with a reason of many lines',
      'merchants/m',
      merchant('m'),
      { 'aegispay-reason': 'caf\u00e9' },
      400,
      'reason_malformed',
      []
    ]
  ])('%s is refused', async (what, path, body, headers, status, code, paths) => {
    const condition =
      what === 'without a precondition' || 'if-match' in headers ? {} : { 'if-none-match': '*' }
    const answer = await admin(one, 'PUT', path, { body, headers: { ...condition, ...headers } })
    expect(answer).toMatchObject({ status, body: { code } })
    const faults = (answer.body['errors'] ?? []) as { path: string }[]
    expect(faults.map(({ path }) => path).sort()).toEqual(paths)
  })

  test('that holds credentials in its URL is refused', async () => {
    const { body: profile } = await admin(one, 'GET', 'gateway-profiles/sandbox-alpha')
    for (const url of ['http://user:pass@host/x', 'http://host/x?key=1', 'http://host/']) {
      const answer = await admin(one, 'PUT', 'gateway-profiles/sandbox-x', {
        body: { ...profile, id: 'sandbox-x', url },
        headers: { 'if-none-match': '*' }
      })
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'body_invalid', errors: [{ path: '/url' }] }
      })
    }
  })
})

test('lists page by page, by id', async () => {
  for (const id of ['z1', 'z2', 'z3']) await create(`list-${id}`)
  const seen: string[] = []
  let cursor = ''
  do {
    const { body } = await admin(one, 'GET', `merchants?limit=2${cursor}`)
    const page = body as unknown as { data: { id: string }[]; nextCursor: string | null }
    seen.push(...page.data.map(({ id }) => id))
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
  } while (cursor !== '')
  expect(seen).toEqual([...new Set(seen)].sort())
  expect(seen).toEqual(expect.arrayContaining(['demo', 'list-z1', 'list-z2', 'list-z3']))
  const wrong = await admin(one, 'GET', 'merchants?cursor=%25')
  expect(wrong).toMatchObject({ status: 400, body: { code: 'query_invalid' } })
})

test('the history tells who changed what, when and why, also of what is gone', async () => {
  await create('told')
  const limits = (requestsPerMinute: number) => ({ id: 'told', requestsPerMinute })
  const first = await admin(one, 'PUT', 'limits/told', {
    body: limits(60),
    headers: { 'if-none-match': '*', 'aegispay-reason': 'trial' }
  })
  const second = await admin(one, 'PUT', 'limits/told', {
    body: limits(600),
    headers: { 'if-match': first.headers.get('etag')! }
  })
  const deleted = await admin(one, 'DELETE', 'limits/told', {
    headers: { 'if-match': second.headers.get('etag')!, 'aegispay-reason': 'closed' }
  })
  expect(deleted.status).toBe(204)
  expect((await admin(one, 'GET', 'limits/told')).status).toBe(404)
  const { body } = await admin(one, 'GET', 'limits/told/history')
  const by = { changedBy: 'key:demoadmin', changedAt: expect.stringMatching(/^20.*Z$/) }
  expect(body).toMatchObject({
    nextCursor: null,
    data: [
      { ...by, reason: 'closed', document: null },
      { ...by, reason: null, document: limits(600) },
      { ...by, reason: 'trial', document: limits(60) }
    ]
  })
  const told = one.log.map(line => JSON.parse(line) as Record<string, unknown>)
  expect(told).toContainEqual(
    expect.objectContaining({
      msg: 'control data changed',
      id: 'told',
      changedBy: 'key:demoadmin',
      reason: 'closed'
    })
  )
  // What is made anew is based on the deletion.
  const anew = await admin(one, 'PUT', 'limits/told', { body: limits(6), headers: { 'if-none-match': '*' } })
  expect(anew.status).toBe(201)
})

describe('an API key', () => {
  const made: string[] = []
  const make = async (body: object) => {
    const answer = await admin(one, 'POST', 'api-keys', { body })
    if (answer.status === 201) made.push(String(answer.body['apiKey']))
    return answer
  }
  const rotate = async (id: string, body?: object) => {
    const answer = await admin(one, 'POST', `api-keys/${id}/rotate`, {
      ...(body === undefined ? {} : { body })
    })
    if (answer.status === 200) made.push(String(answer.body['apiKey']))
    return answer
  }
  const writer = { merchantId: 'demo', scopes: ['payments:write'] }

  test('works elsewhere, in its scopes only', async () => {
    const { status, body, headers } = await make(writer)
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    const apiKey = String(body['apiKey'])
    await until(async () => (await knocks(apiKey)) === 400)
    const read = await app.request(one, 'GET', '/v1/payments', { apiKey })
    expect(read).toMatchObject({ status: 403, body: { code: 'scope_missing' } })
  })

  test('keeps its earlier secret for the overlap, a day unless told otherwise', async () => {
    const { body } = await make(writer)
    const rotated = await rotate(String(body['id']))
    const [until] = rotated.body['retiringUntil'] as string[]
    expect(Date.parse(until!) - Date.now()).toBeGreaterThan(23.9 * 3_600_000)
    expect(Date.parse(until!) - Date.now()).toBeLessThanOrEqual(24 * 3_600_000)
    await arrived(rotated)
    expect(await knocks(String(body['apiKey']))).toBe(400)
    expect(await knocks(String(rotated.body['apiKey']))).toBe(400)

    const ended = await rotate(String(body['id']), { overlapSeconds: 0 })
    expect(ended.body['retiringUntil']).toEqual([])
    await arrived(ended)
    expect(await knocks(String(body['apiKey']))).toBe(401)
    expect(await knocks(String(rotated.body['apiKey']))).toBe(401)
    expect(await knocks(String(ended.body['apiKey']))).toBe(400)
  })

  test('has at most five secrets at a time', async () => {
    const { body } = await make(writer)
    const id = String(body['id'])
    for (let i = 0; i < 4; i++) expect((await rotate(id)).status).toBe(200)
    expect(await rotate(id)).toMatchObject({ status: 409, body: { code: 'too_many_secrets' } })
    expect((await rotate(id, { overlapSeconds: 0 })).status).toBe(200)
  })

  test('is over once it is revoked, for ever', async () => {
    const { body } = await make(writer)
    const id = String(body['id'])
    const revoked = await admin(one, 'DELETE', `api-keys/${id}`)
    expect(revoked).toMatchObject({ status: 200, body: { active: false } })
    await arrived(revoked)
    expect(await knocks(String(body['apiKey']))).toBe(401)
    expect(await rotate(id)).toMatchObject({ status: 409, body: { code: 'api_key_revoked' } })
    expect((await admin(one, 'DELETE', `api-keys/${id}`)).status).toBe(200)
  })

  test.each<[string, object, string]>([
    ['without a merchant', { scopes: ['payments:read'] }, '/merchantId'],
    ['of an admin with a merchant', { merchantId: 'demo', scopes: ['admin'] }, '/merchantId'],
    ['of a viewer with a merchant', { merchantId: 'demo', scopes: ['viewer'] }, '/merchantId'],
    ['that mixes scopes', { scopes: ['admin', 'payments:read'] }, '/scopes'],
    ['that mixes roles', { scopes: ['viewer', 'operator'] }, '/scopes'],
    ['of a scope that there is not', { merchantId: 'demo', scopes: ['root'] }, '/scopes/*'],
    ['that is over already', { ...writer, expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['that ends on no day', { ...writer, expiresAt: '2030-02-30T25:00:00Z' }, '/expiresAt']
  ])('%s is refused', async (_, body, path) => {
    const answer = await make(body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'body_invalid' } })
    expect(answer.body['errors']).toEqual([expect.objectContaining({ path })])
  })

  test('works until its time is over, and not after, however it is rotated', async () => {
    const expiresAt = new Date(Date.now() + 3_000).toISOString()
    const { body } = await make({ ...writer, expiresAt })
    const first = String(body['apiKey'])
    const rotated = await rotate(String(body['id']))
    expect(rotated.body['expiresAt']).toBe(expiresAt)
    await arrived(rotated)
    for (const apiKey of [first, String(rotated.body['apiKey'])]) {
      let asked = Date.now()
      while ((await knocks(apiKey)) === 400) {
        expect(asked).toBeLessThan(Date.parse(expiresAt))
        asked = Date.now()
      }
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt))
      expect(await knocks(apiKey)).toBe(401)
    }
  })

  test('ends at the millisecond, whichever way its time is written', async () => {
    const answer = await make({ ...writer, expiresAt: '2652-03-01T22:02:47.898103Z' })
    expect(answer).toMatchObject({ status: 201, body: { expiresAt: '2652-03-01T22:02:47.898Z' } })
  })

  test('is not written as a document', async () => {
    const answer = await admin(one, 'PUT', 'api-keys/demo', { body: {}, headers: { 'if-none-match': '*' } })
    expect([404, 405]).toContain(answer.status)
  })

  test('leaves its secret nowhere, and its hash in no answer', async () => {
    const [list, history] = await Promise.all([
      admin(one, 'GET', 'api-keys?limit=100'),
      admin(one, 'GET', 'api-keys/demo/history')
    ])
    const answers = JSON.stringify([list.body, history.body])
    expect(answers).not.toMatch(/[0-9a-f]{64}/)
    const topic = (await readAll(app, app.topics.control)).join('\n')
    expect(topic).toContain('secretHash')
    const everything = [topic, answers, ...one.log, ...other.log].join('\n')
    const secrets = [...made, app.apiKey, app.adminKey].map(key => key.split('_')[2]!)
    expect(secrets.length).toBeGreaterThan(8)
    for (const secret of secrets) expect(everything).not.toContain(secret)
  })

  /** The other process has read the change too. */
  async function arrived({ headers }: Answer): Promise<void> {
    const position = headers.get('aegispay-position')!
    await admin(other, 'GET', 'merchants', { headers: { 'aegispay-position': position } })
  }
})

/** The limit that is promised, for a change to take effect everywhere. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const began = performance.now()
  while (!(await holds())) expect(performance.now() - began).toBeLessThan(1000)
}
