// Every route of /openapi.json that names something by its id, asked by a merchant whose it is not.
import { beforeAll, expect, test } from '@jest/globals'
import { isKeyRole, MERCHANT_SCOPES } from '../../../src/key-scopes.ts'
import { App, eventually, payment, type Answer, type Worker } from '../app.ts'
import { Contract, type Operation } from '../http/contract.ts'
import { exampleRequest, examplesOf, pathOf } from '../http/examples.ts'

let app: App
let worker: Worker
let operations: readonly Operation[]
let rival: string
/** What the demo merchant has, and the id of one that nobody has, by the beginning of the path. */
let held: readonly { readonly prefix: string; readonly id: string; readonly nobodys: string }[]

const contact = { email: 'jane@example.com' }

beforeAll(async () => {
  app = await App.create({ name: 'foreign' })
  worker = await app.start()
  const contract = await Contract.of((await (await fetch(`${worker.url}/openapi.json`)).json()) as object)
  operations = contract.operations
  rival = await keyOfRival()
  const body = payment({ capture: 'manual', customer: { id: 'cus_held', ...contact } })
  const started = await app.request(worker, 'POST', '/v1/payments', { key: 'held', body })
  expect(started).toMatchObject({ status: 201, body: { status: 'AUTHORIZED' } })
  held = [
    { prefix: '/v1/payments/', id: String(started.body['id']), nobodys: `pay_${'a'.repeat(32)}` },
    { prefix: '/v1/customers/', id: 'cus_held', nobodys: 'cus_nobody' }
  ]
  const endpoint = await app.request(worker, 'POST', '/v1/webhook-endpoints', {
    body: { url: 'http://127.0.0.1:9/' }
  })
  const told = await app.request(worker, 'POST', '/v1/payments', { key: 'told', body })
  const delivery = await eventually(async () => {
    const { body } = await ask('GET', `/v1/webhook-deliveries?payment=${String(told.body['id'])}`)
    const [first] = body['data'] as { id: string }[]
    expect(first).toBeDefined()
    return first!.id
  })
  held = [
    ...held,
    { prefix: '/v1/webhook-endpoints/', id: String(endpoint.body['id']), nobodys: `we_${'0'.repeat(32)}` },
    { prefix: '/v1/webhook-deliveries/', id: delivery, nobodys: `msg_${'0'.repeat(32)}` }
  ]
  for (const { prefix, id } of held)
    await eventually(async () => expect((await ask('GET', `${prefix}${id}`)).status).toBe(200))
}, 90_000)

async function keyOfRival(): Promise<string> {
  const asAdmin = { apiKey: app.adminKey, headers: { 'if-none-match': '*' } }
  const merchant = { id: 'rival', name: 'Rival Ltd', active: true }
  await app.request(worker, 'PUT', '/v1/admin/merchants/rival', { ...asAdmin, body: merchant })
  const made = await app.request(worker, 'POST', '/v1/admin/api-keys', {
    apiKey: app.adminKey,
    body: { merchantId: 'rival', scopes: MERCHANT_SCOPES }
  })
  expect(made.status).toBe(201)
  return String(made.body['apiKey'])
}

const ask = (method: string, path: string, options: object = {}): Promise<Answer> =>
  app.request(worker, method, path, options)

/** What operators do with everybody's payments is among it. */
const isAdmin = ({ security = [] }: Operation) => security.some(({ apiKey }) => apiKey.some(isKeyRole))
/** The gateways' routes know no merchant. */
const namesOnesOwn = (operation: Operation) =>
  operation.path.includes('{') && operation.security !== undefined && !isAdmin(operation)

/** The operation as the document shows it, on an id of ours. */
function send(operation: Operation, id: string, apiKey: string, key: string): Promise<Answer> {
  const [example] = examplesOf(operation)
  const { headers, body } = exampleRequest(operation, example!)
  const needsKey = (operation.parameters ?? []).some(({ name }) => name === 'Idempotency-Key')
  // Which version the payment has is not what this is about.
  const rest = Object.entries(headers).filter(([name]) => name !== 'If-Match' && name !== 'Idempotency-Key')
  const path = pathOf(operation, { id: encodeURIComponent(id) })
  const options = {
    apiKey,
    headers: Object.fromEntries(rest),
    ...(needsKey ? { key } : {}),
    ...(body ? { body } : {})
  }
  return ask(operation.method, path, options)
}

test('it gets the answer that it would get if there were none', async () => {
  const ofMerchants = operations.filter(namesOnesOwn)
  expect(ofMerchants.length).toBeGreaterThanOrEqual(6)
  for (const operation of ofMerchants) {
    const { operationId, path } = operation
    const owned = held.find(({ prefix }) => path.startsWith(prefix))
    // A route to something that this test does not know of has to be made known to it.
    expect([operationId, owned]).toEqual([operationId, expect.anything()])
    const foreign = await send(operation, owned!.id, rival, `foreign-${operationId}`)
    const nobodys = await send(operation, owned!.nobodys, rival, `nobodys-${operationId}`)
    expect([operationId, foreign.status]).toEqual([operationId, 404])
    expect([operationId, foreign.body]).toEqual([operationId, nobodys.body])
  }
})

test('what it asked for stands as it stood', async () => {
  const [one, customer, endpoint] = held.map(({ prefix, id }) => `${prefix}${id}`)
  expect((await ask('GET', one!)).body).toMatchObject({ status: 'AUTHORIZED', version: 4 })
  expect((await ask('GET', customer!)).body).toMatchObject(contact)
  expect((await ask('GET', endpoint!)).body).toMatchObject({ status: 'enabled', description: null })
  expect((await ask('GET', '/v1/payments', { apiKey: rival })).body).toEqual({ data: [], nextCursor: null })
})

test('the owner gets another answer on every route', async () => {
  // What takes something away comes last.
  const order = ['GET', 'POST', 'PATCH', 'DELETE']
  const ofMerchants = operations
    .filter(namesOnesOwn)
    .toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
  for (const operation of ofMerchants) {
    const { operationId } = operation
    const { id, nobodys } = held.find(({ prefix }) => operation.path.startsWith(prefix))!
    const own = await send(operation, id, app.apiKey, `own-${operationId}`)
    const none = await send(operation, nobodys, app.apiKey, `none-${operationId}`)
    // What is looked for within a payment may not be there; that is another answer than that there is no payment.
    const codeOf = ({ body }: Answer) => (body as Answer['body'] | null)?.['code']
    expect([operationId, own.status, codeOf(own)]).not.toEqual([operationId, 404, codeOf(none)])
  }
})

test('no merchant gets anywhere in the administration', async () => {
  const admin = operations.filter(isAdmin)
  expect(admin.length).toBeGreaterThanOrEqual(10)
  for (const operation of admin) {
    const { status, body } = await send(operation, 'demo', app.apiKey, 'admin')
    expect([operation.operationId, status, body['code']]).toEqual([
      operation.operationId,
      403,
      'scope_missing'
    ])
  }
})
