// Who may ask what: every route of /openapi.json, asked with a key of every kind. A route that is added has to be added to
// the table, too.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { isKeyRole, KEY_ROLES, type KeyRole, type Scope } from '../../../src/key-scopes.ts'
import { App, eventually, payment, type Worker } from '../app.ts'
import { Contract, type Operation } from '../http/contract.ts'
import { pathOf } from '../http/examples.ts'
import { headerOf, readAll } from '../payments/topic.ts'

/** What a key has to be for; 'any' for any key, 'none' where none is asked for. */
const table: Readonly<Record<string, Scope | 'any' | 'none'>> = {
  startPayment: 'payments:write',
  capturePayment: 'payments:write',
  cancelPayment: 'payments:write',
  refundPayment: 'payments:write',
  retryPayment: 'payments:write',
  closeRefunds: 'payments:write',
  eraseCustomer: 'customers:write',
  notifyOfOperation: 'none',

  listPayments: 'payments:read',
  findPayment: 'payments:read',
  listEvents: 'payments:read',
  explainRouting: 'payments:read',
  listRefunds: 'payments:read',
  findRefund: 'payments:read',
  listAudit: 'payments:read',
  streamEvents: 'payments:read',
  analysePayments: 'payments:read',
  readInFlight: 'payments:read',
  analyseDeclines: 'payments:read',
  queryGraphql: 'payments:read',
  findCustomer: 'customers:read',
  findStatement: 'payments:read',
  findStatementAsCsv: 'payments:read',
  listNotifications: 'payments:read',

  listWebhookEndpoints: 'webhooks:read',
  findWebhookEndpoint: 'webhooks:read',
  listWebhookDeliveries: 'webhooks:read',
  findWebhookDelivery: 'webhooks:read',
  createWebhookEndpoint: 'webhooks:write',
  changeWebhookEndpoint: 'webhooks:write',
  deleteWebhookEndpoint: 'webhooks:write',
  rotateWebhookSecret: 'webhooks:write',
  testWebhookEndpoint: 'webhooks:write',
  redeliverWebhooks: 'webhooks:write',
  redeliverWebhook: 'webhooks:write',

  findSession: 'any',
  listUnknown: 'viewer',
  listReviews: 'viewer',
  listGatewayHealth: 'viewer',
  resolveOutcome: 'operator',
  resolveReview: 'operator',

  findSchema: 'viewer',
  ...Object.fromEntries(
    ['Merchant', 'ApiKey', 'GatewayProfile', 'Limits', 'RoutingPolicy', 'FraudRules'].flatMap(kind => [
      [`find${kind}`, 'viewer'] as const,
      [`historyOf${kind}`, 'viewer'] as const
    ])
  ),
  ...Object.fromEntries(
    [
      ...['listMerchants', 'listApiKeys', 'listGatewayProfiles', 'listAllLimits'],
      ...['listRoutingPolicies', 'listAllFraudRules']
    ].map(operation => [operation, 'viewer'] as const)
  ),
  listDeadLetters: 'viewer',
  findDeadLetter: 'viewer',
  redriveDeadLetter: 'operator',
  validateRoutingPolicy: 'viewer',
  startRoutingReplay: 'operator',
  findRoutingReplay: 'viewer',
  cancelRoutingReplay: 'operator',
  listLag: 'viewer',
  ...Object.fromEntries(
    [
      ...['putMerchant', 'putGatewayProfile', 'putLimits', 'putRoutingPolicy', 'putFraudRules'],
      ...['deleteLimits', 'createApiKey', 'rotateApiKey', 'revokeApiKey']
    ].map(operation => [operation, 'admin'] as const)
  )
}

let app: App
let worker: Worker
let operations: readonly Operation[]
const keys = new Map<string, string>()

beforeAll(async () => {
  app = await App.create({
    name: 'roles',
    settings: { AEGISPAY_KEY_REQUESTS_PER_MINUTE: '100000', AEGISPAY_ADDRESS_REQUESTS_PER_MINUTE: '100000' }
  })
  worker = await app.start()
  const document = (await (await fetch(`${worker.url}/openapi.json`)).json()) as object
  operations = (await Contract.of(document)).operations
  keys.set('admin', app.adminKey)
  keys.set('merchant', app.apiKey)
  for (const [name, wanted] of [
    ...KEY_ROLES.filter(role => role !== 'admin').map(role => [role, { scopes: [role] }] as const),
    ['reader', { merchantId: 'demo', scopes: ['payments:read', 'customers:read', 'webhooks:read'] }] as const
  ]) {
    const made = await app.request(worker, 'POST', '/v1/admin/api-keys', {
      apiKey: app.adminKey,
      body: wanted
    })
    expect(made.status).toBe(201)
    keys.set(name, String(made.body['apiKey']))
  }
  for (const [id, active] of [
    ['other', true],
    ['dormant', false]
  ] as const) {
    const made = await app.request(worker, 'PUT', `/v1/admin/merchants/${id}`, {
      ...{ apiKey: app.adminKey, headers: { 'if-none-match': '*' } },
      body: { id, name: id, active }
    })
    expect(made.status).toBe(201)
  }
}, 90_000)

/**
 * Why the door is shut to a request, null where it is open. Behind the door it gets nowhere: it names nothing that there
 * is, and has neither the body nor the headers that a change needs.
 */
async function refusalOf(operation: Operation, key: string, merchant?: string): Promise<string | null> {
  const nothing = Object.fromEntries(
    (operation.parameters ?? [])
      .filter(({ in: place }) => place === 'path')
      .map(({ name }) => [name, 'nothing'])
  )
  const response = await fetch(`${worker.url}${pathOf(operation, nothing)}`, {
    method: operation.method,
    headers: {
      authorization: `Bearer ${keys.get(key)!}`,
      ...(merchant === undefined ? {} : { 'aegispay-merchant': merchant })
    }
  })
  if (response.ok) {
    await response.body?.cancel()
    return null
  }
  const { code } = (await response.json()) as { code: string }
  const isOfTheDoor = /^(api_key_|merchant_|scope_)/.test(code)
  return isOfTheDoor ? `${response.status} ${code}` : null
}

const SCOPE_MISSING = '403 scope_missing'

test('the table names every route, and what the document says it asks for', () => {
  const documented = operations.map(({ operationId, security }) => {
    const [scopes] = Object.values(security?.[0] ?? {}) as string[][]
    return [operationId, scopes === undefined ? 'none' : (scopes[0] ?? 'any')]
  })
  expect(Object.fromEntries(documented)).toEqual(table)
})

/** Those of the table that ask for a key, with what it has to be for. */
const guarded = (): { operation: Operation; scope: Scope | 'any' }[] =>
  operations.flatMap(operation => {
    const scope = table[operation.operationId]
    return scope === undefined || scope === 'none' ? [] : [{ operation, scope }]
  })

const asked = (key: string, merchant?: string): Promise<Record<string, string | null>> =>
  Promise.all(
    guarded().map(async ({ operation }) => [operation.operationId, await refusalOf(operation, key, merchant)])
  ).then(entries => Object.fromEntries(entries) as Record<string, string | null>)

const expected = (refusal: (scope: Scope | 'any') => string | null): Record<string, string | null> =>
  Object.fromEntries(guarded().map(({ operation, scope }) => [operation.operationId, refusal(scope)]))

const isOfMerchants = (scope: Scope | 'any') => scope !== 'any' && !isKeyRole(scope)

/** Which routes a role does not open, by what they ask for: said here once more, not asked of the product. */
const lacking: Readonly<Record<KeyRole, RegExp>> = {
  viewer: /^(operator|admin|.+:write)$/,
  operator: /^admin$/,
  admin: /^$/
}

describe.each(KEY_ROLES)('a key with the role %s', role => {
  const lacks = (scope: Scope | 'any') => lacking[role].test(scope)

  test('opens what the role includes, for the merchant that it names', async () => {
    expect(await asked(role, 'demo')).toEqual(expected(scope => (lacks(scope) ? SCOPE_MISSING : null)))
  })

  test('opens nothing of merchants without naming one, but for figures of all of them', async () => {
    const ofOne = expected(scope =>
      lacks(scope) ? SCOPE_MISSING : isOfMerchants(scope) ? '400 merchant_required' : null
    )
    const ofAll = Object.fromEntries(
      ['analysePayments', 'analyseDeclines', 'readInFlight'].map(id => [id, null])
    )
    expect(await asked(role)).toEqual({ ...ofOne, ...ofAll })
  })

  test('opens nothing of a merchant that there is not', async () => {
    expect(await asked(role, 'nobody')).toEqual(
      expected(scope =>
        lacks(scope) ? SCOPE_MISSING : isOfMerchants(scope) ? '404 merchant_not_found' : null
      )
    )
  })

  test('lets an inactive merchant be looked at, and no more', async () => {
    expect(await asked(role, 'dormant')).toEqual(
      expected(scope => {
        if (lacks(scope)) return SCOPE_MISSING
        return isOfMerchants(scope) && scope.endsWith(':write') ? '403 merchant_inactive' : null
      })
    )
  })
})

describe('a key of a merchant', () => {
  test('opens what is for merchants, whether or not it names its own', async () => {
    const own = expected(scope => (scope === 'any' || isOfMerchants(scope) ? null : SCOPE_MISSING))
    expect(await asked('merchant')).toEqual(own)
    expect(await asked('merchant', 'demo')).toEqual(own)
  })

  test('opens nothing in the name of another', async () => {
    expect(await asked('merchant', 'other')).toEqual(
      expected(scope => (scope === 'any' || isOfMerchants(scope) ? '403 merchant_mismatch' : SCOPE_MISSING))
    )
  })

  test('that reads changes nothing', async () => {
    expect(await asked('reader')).toEqual(
      expected(scope => (scope === 'any' || scope.endsWith(':read') ? null : SCOPE_MISSING))
    )
  })
})

test('no route that asks for a key is open without', async () => {
  keys.set('nobody', 'ak_nobody_0000')
  expect(await asked('nobody', 'demo')).toEqual(expected(() => '401 api_key_invalid'))
})

test('a key says what it is for', async () => {
  const session = async (key: string) =>
    (await app.request(worker, 'GET', '/v1/session', { apiKey: keys.get(key)! })).body
  const demo = { id: 'demo', name: 'Demo merchant', active: true }
  expect(await session('merchant')).toEqual({ keyId: 'demo', role: 'merchant', merchants: [demo] })
  expect(await session('viewer')).toEqual({
    keyId: keys.get('viewer')!.split('_')[1],
    role: 'viewer',
    merchants: [
      demo,
      { id: 'dormant', name: 'dormant', active: false },
      { id: 'other', name: 'other', active: true }
    ]
  })
})

test('what is done for a merchant is on record with the key, on the command and on what comes of it', async () => {
  const started = await app.request(worker, 'POST', '/v1/payments', {
    ...{ key: 'by-an-operator', body: payment(), apiKey: keys.get('operator')! },
    headers: { 'aegispay-merchant': 'demo' }
  })
  expect(started).toMatchObject({ status: 201, body: { status: 'COMPLETED' } })
  const refunded = await app.request(worker, 'POST', `/v1/payments/${String(started.body['id'])}/refunds`, {
    ...{ key: 'by-the-merchant', body: { amount: 1 } }
  })
  expect(refunded.status).toBe(201)
  const by = async (topic: string) =>
    (await readAll(app.kafka, topic))
      .filter(({ key }) => key?.toString() === started.body['id'])
      .map(({ headers }) => [
        headerOf(headers, 'ce_type')?.split('.').at(-1),
        headerOf(headers, 'aegispay-requested-by')
      ])
  const operator = `key:${keys.get('operator')!.split('_')[1]!}`
  expect(await by(app.topics.commands)).toEqual([
    ['InitiatePayment', operator],
    ['RefundPayment', undefined]
  ])
  const events = new Map((await by(app.topics.events)) as [string, string | undefined][])
  expect([events.get('PaymentInitiated'), events.get('RefundAccepted')]).toEqual([operator, undefined])

  const path = `/v1/payments/${String(started.body['id'])}/events`
  const position = { 'aegispay-position': refunded.headers.get('aegispay-position')! }
  const { body } = await app.request(worker, 'GET', path, { headers: position })
  const shown = body['data'] as { type: string; requestedBy: string | null }[]
  expect(shown.find(({ type }) => type === 'PaymentInitiated')).toMatchObject({ requestedBy: operator })
  expect(shown.find(({ type }) => type === 'RefundAccepted')).toMatchObject({ requestedBy: null })
})

test('what is done for a merchant is in the log with the key', async () => {
  await app.request(worker, 'GET', '/v1/payments', {
    apiKey: keys.get('viewer')!,
    headers: { 'aegispay-merchant': 'other', 'x-correlation-id': 'who-looks' }
  })
  // The line may come after the answer.
  await eventually(() => {
    const line = worker.log.find(text => text.includes('"correlationId":"who-looks"')) ?? '{}'
    expect(JSON.parse(line)).toMatchObject({
      ...{ msg: 'answered', merchantId: 'other', keyId: keys.get('viewer')!.split('_')[1] }
    })
    return Promise.resolve()
  })
})
