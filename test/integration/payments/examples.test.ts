// Every example of /openapi.json is sent to a real service, in the order of the document, and must be answered as the
// document says.
import { beforeAll, expect, test } from '@jest/globals'
import { App, eventually, type Worker } from '../app.ts'
import {
  Contract,
  deviations,
  type GivenAnswer,
  type NamedExample,
  type Operation
} from '../http/contract.ts'
import { exampleRequest, examplesOf, pathOf } from '../http/examples.ts'

let app: App
let worker: Worker
let contract: Contract

beforeAll(async () => {
  app = await App.create({ name: 'examples' })
  worker = await app.start()
  const document = (await (await fetch(`${worker.url}/openapi.json`)).json()) as object
  contract = await Contract.of(document)
}, 60_000)

test('each example gets the answer that stands beside it', async () => {
  for (const operation of contract.operations) {
    for (const name of examplesOf(operation)) {
      // A read may come before what it shows has arrived.
      const attempt = operation.method === 'GET' ? eventually<void> : (run: () => Promise<void>) => run()
      await attempt(async () => expectExample(operation, name))
    }
  }
}, 60_000)

test('every operation that takes anything has an example', () => {
  const missing = contract.operations
    .filter(operation => takesAnything(operation) && examplesOf(operation).length === 0)
    .map(({ operationId }) => operationId)
  expect(missing).toEqual([])
})

/** Headers aside, which many have in common. */
const takesAnything = ({ parameters = [], requestBody }: Operation): boolean =>
  requestBody !== undefined || parameters.some(({ in: place }) => place !== 'header')

async function expectExample(operation: Operation, name: string): Promise<void> {
  const where = `${operation.operationId}, example ${name}`
  const given = await send(operation, name)
  expect([where, deviations(operation, given)]).toEqual([where, []])
  // What comes after may need a payment to rest.
  const location = String(given.headers['location'])
  if (given.status === 202 && location.startsWith('/v1/payments/'))
    await eventually(() => expectRest(location))
  const expected = answerOf(operation, name)
  if (expected === undefined) return
  expect([where, given.status, steady(JSON.parse(given.body))]).toEqual([
    where,
    Number(expected.status),
    steady(expected.value)
  ])
}

async function expectRest(path: string): Promise<void> {
  const { body } = await app.request(worker, 'GET', path)
  expect(['AUTHORIZED', 'COMPLETED', 'FAILED']).toContain(body['status'])
}

async function send(operation: Operation, name: string): Promise<GivenAnswer> {
  const { pathValues, query, headers, body } = exampleRequest(operation, name)
  const response = await fetch(
    `${worker.url}${pathOf(operation, pathValues)}?${new URLSearchParams(query).toString()}`,
    {
      method: operation.method,
      headers: {
        authorization: `Bearer ${isForOperators(operation) ? app.adminKey : app.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    }
  )
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text()
  }
}

const isForOperators = ({ path, tags }: Operation): boolean =>
  path.startsWith('/v1/admin/') || tags.includes('Operators')

function answerOf({ responses }: Operation, name: string): (NamedExample & { status: string }) | undefined {
  for (const [status, { content = {} }] of Object.entries(responses)) {
    for (const { examples = {} } of Object.values(content)) {
      const example = examples[name]
      if (example !== undefined) return { ...example, status }
    }
  }
  return undefined
}

/** Times and positions are another at every run. */
function steady(value: unknown): unknown {
  const text = JSON.stringify(value)
  return JSON.parse(
    text
      .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"')
      .replaceAll(/"(commands|outcomes)-\d+-\d+"/g, '"a position"')
  )
}
