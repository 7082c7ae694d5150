// Bad input to every route of /openapi.json, in every place that takes any: an answer that the document promises, never a
// 5xx, and a refusal where the document's own schema says that the value is none.
import { beforeAll, expect, jest, test } from '@jest/globals'
import { Compile } from 'typebox/schema'
import { App, type Worker } from '../app.ts'
import { Contract, deviations, type Operation, type Parameter } from '../http/contract.ts'
import { exampleRequest, examplesOf, pathOf, type ExampleRequest } from '../http/examples.ts'

jest.setTimeout(180_000)

let app: App
let worker: Worker
let operations: readonly Operation[]
/** Id of a key that may be rotated and revoked. */
let spare: string

beforeAll(async () => {
  const unlimited = '1000000000'
  app = await App.create({
    name: 'bad',
    settings: {
      AEGISPAY_KEY_REQUESTS_PER_MINUTE: unlimited,
      AEGISPAY_ADDRESS_REQUESTS_PER_MINUTE: unlimited
    }
  })
  worker = await app.start()
  const contract = await Contract.of((await (await fetch(`${worker.url}/openapi.json`)).json()) as object)
  // The administration last: a good change among the bad ones may take away what the others need.
  operations = contract.operations.toSorted((a, b) => Number(isAdmin(a)) - Number(isAdmin(b)))
  const made = await app.request(worker, 'POST', '/v1/admin/api-keys', {
    apiKey: app.adminKey,
    body: { merchantId: 'demo', scopes: ['payments:read'] }
  })
  spare = String(made.body['id'])
}, 90_000)

const isAdmin = ({ path }: Operation) => path.startsWith('/v1/admin/')

/** As they stand in a URL. */
const encoded: readonly string[] = [
  ...['', '%20', '%00', 'a%00b', '%FF', '%ED%A0%80', '%ZZ', '%', '%0d%0aset-cookie:x', '..%2f..%2fetc'],
  ...['-1', '0', '1.5', '1e3', '1e999', 'NaN', 'Infinity', '0x10', '99999999999999999999', 'true', 'null'],
  ...[
    'undefined',
    '%5Bobject%20Object%5D',
    '__proto__',
    'constructor',
    'toString',
    '%27%3B--',
    '%F0%9F%92%B6'
  ],
  ...['2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '+275760-09-14T00:00:00Z', '%7B%7D', ','],
  ...['a'.repeat(300), 'a'.repeat(5000), 'eyJ9', 'AAAA', `pay_${'%00'.repeat(32)}`]
]

/** What a header can carry. */
const headerTexts = [
  '',
  ' ',
  '"',
  '*',
  'W/"1"',
  '"x"',
  '"-1"',
  '"99999999999999999999"',
  'é',
  'a'.repeat(5000)
]

/** As they stand in JSON. */
const jsonTexts: readonly string[] = [
  ...['null', 'true', '0', '-1', '1.5', '1e400', '-0', '9007199254740993', '123456789012345678901234567890'],
  ...['""', '" "', '"\\u0000"', '"\\ud800"', '"__proto__"', '"💶"', '[]', '[null]', '{}', '{"a":{"b":[]}}'],
  ...[`"${'x'.repeat(3000)}"`, `${'['.repeat(40)}${']'.repeat(40)}`, '{"__proto__":{"a":1}}']
]

interface Attempt {
  readonly what: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined
  /** Whether nothing but a refusal will do. */
  readonly isBad: boolean
}

test('in a path', async () => {
  const tried = await everywhere((operation, good) =>
    Object.keys(good.pathValues).flatMap(name =>
      // An empty one is another path.
      encoded.filter(Boolean).map(value => ({
        ...asDocumented(operation, good),
        what: `${name} in the path: ${value}`,
        path: pathOf(operation, { ...good.pathValues, [name]: value }),
        isBad: true
      }))
    )
  )
  expect(tried).toBeGreaterThan(500)
})

test('in a query, once, twice, and unknown', async () => {
  const tried = await everywhere((operation, good) => {
    const base = asDocumented(operation, good)
    const query = (what: string, text: string, isBad: boolean) => ({
      ...base,
      what: `${what}: ${text}`,
      path: `${base.path.split('?')[0]!}?${text}`,
      isBad
    })
    const parameters = (operation.parameters ?? []).filter(parameter => parameter.in === 'query')
    return [
      query('unknown parameter', 'colour=red', true),
      query('unknown parameter', '__proto__=1', true),
      query('malformed', '%ZZ=%ZZ', true),
      query('too many', Array.from({ length: 500 }, (_, i) => `p${i}=`).join('&'), true),
      ...parameters.flatMap(parameter => [
        ...encoded.map(value =>
          query('value', `${parameter.name}=${value}`, !mayBe(parameter, decoded(value)))
        ),
        query('duplicated', `${parameter.name}=1&${parameter.name}=1`, !isRepeatable(parameter)),
        query('as an array', `${parameter.name}[]=1`, true),
        query('as an object', `${parameter.name}[a]=1`, true)
      ])
    ]
  })
  expect(tried).toBeGreaterThan(500)
})

test('in a header', async () => {
  const tried = await everywhere((operation, good) => {
    const base = asDocumented(operation, good)
    const parameters = (operation.parameters ?? []).filter(parameter => parameter.in === 'header')
    return parameters.flatMap(({ name }) =>
      headerTexts.map(value => ({
        ...base,
        what: `${name}: ${value}`,
        headers: { ...base.headers, [name]: Buffer.from(value).toString('latin1') },
        isBad: false
      }))
    )
  })
  expect(tried).toBeGreaterThan(50)
})

test('in a body: wrong types, sizes, duplicated and unknown keys', async () => {
  const tried = await everywhere((operation, good) => {
    const base = asDocumented(operation, good)
    const schema = operation.requestBody?.content['application/json']?.schema
    if (schema === undefined || base.body === undefined) return []
    const whole = good.body as object
    const attempt = (what: string, body: string, isBad: boolean) => ({ ...base, what, body, isBad })
    const validator = Compile(schema)
    return [
      ...jsonTexts.map(text => attempt(`instead of the body: ${text}`, text, !accepts(validator, text))),
      // Who asks what is wrong is told, whatever it is.
      attempt(
        'an unknown key',
        JSON.stringify({ ...whole, colour: 'red' }),
        operation.operationId !== 'validateRoutingPolicy'
      ),
      ...pointersIn(whole).flatMap(pointer => [
        ...jsonTexts.map(text => {
          const body = withText(whole, pointer, text)
          return attempt(`${pointer.join('/')} = ${text}`, body, !accepts(validator, body))
        }),
        attempt(`${pointer.join('/')} twice`, duplicated(whole, pointer), true)
      ])
    ]
  })
  expect(tried).toBeGreaterThan(300)
})

test('as a body that is no JSON in UTF-8', async () => {
  const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`
  const bodies: readonly (readonly [string, string | Uint8Array<ArrayBuffer>, Record<string, string>?])[] = [
    ['nothing', ''],
    ['half', '{"a":'],
    ['two', '{}{}'],
    ['a byte order mark', '\ufeff{}'],
    ['a comment', '{/* */}'],
    ['single quotes', "{'a':1}"],
    ['NaN', '{"amount":NaN}'],
    ['deep', deep],
    ['large', `{"a":"${'x'.repeat(70_000)}"}`],
    ['no UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Uint8Array.from(Buffer.from('{"amount":1}', 'utf16le'))],
    ['zeros', new Uint8Array(64)],
    ['compressed', '{}', { 'content-encoding': 'gzip' }],
    ['another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }],
    ['a form', 'amount=1', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', '{}', { 'content-type': 'text/plain' }],
    ['XML', '<a/>', { 'content-type': 'application/xml' }],
    ['multipart', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }]
  ]
  const tried = await everywhere((operation, good) => {
    const base = asDocumented(operation, good)
    if (base.body === undefined) return []
    return bodies.map(([what, body, headers = {}]) => ({
      ...base,
      what,
      body,
      headers: { ...base.headers, ...headers },
      // Where a body may be left out, none is no fault; and a byte order mark may be looked past.
      isBad: what !== 'nothing' && what !== 'a byte order mark'
    }))
  })
  expect(tried).toBeGreaterThan(60)
})

test('and afterwards it works', async () => {
  for (const [path, apiKey] of [
    ['/v1/payments', app.apiKey],
    ['/v1/admin/merchants', app.adminKey]
  ] as const)
    expect([path, (await app.request(worker, 'GET', path, { apiKey })).status]).toEqual([path, 200])
  expect(worker.log.filter(line => /"level":"(error|fatal)"/.test(line))).toEqual([])
})

/** Makes what the attempts say of every operation, a few at a time, and returns how many there were. */
async function everywhere(
  attemptsOn: (operation: Operation, good: ExampleRequest) => readonly Attempt[]
): Promise<number> {
  let tried = 0
  const faults: string[] = []
  for (const operation of operations) {
    const [example] = examplesOf(operation)
    const good = exampleRequest(operation, example!)
    const isOfKeys = operation.path.startsWith('/v1/admin/api-keys/{id}')
    const attempts = attemptsOn(operation, isOfKeys ? { ...good, pathValues: { id: spare } } : good)
    tried += attempts.length
    const left = attempts.values()
    const one = async () => {
      for (const attempt of left) faults.push(...(await faultsOf(operation, attempt)))
    }
    await Promise.all(Array.from({ length: 8 }, one))
  }
  expect(faults).toEqual([])
  return tried
}

async function faultsOf(
  operation: Operation,
  { what, path, headers, body, isBad }: Attempt
): Promise<string[]> {
  const response = await fetch(`${worker.url}${path}`, {
    method: operation.method,
    headers: { authorization: `Bearer ${isAdmin(operation) ? app.adminKey : app.apiKey}`, ...headers },
    ...(body === undefined ? {} : { body })
  })
  const { status } = response
  if (response.headers.get('content-type') === 'text/event-stream') {
    await response.body?.cancel()
    return isBad ? [`not refused: ${operation.operationId}, ${what}`] : []
  }
  const text = await response.text()
  const where = `${operation.operationId}, ${what}: ${status} ${text.slice(0, 200)}`
  const given = { status, headers: Object.fromEntries(response.headers), body: text }
  const isProblem = status >= 400 && status < 500
  const code = isProblem ? (JSON.parse(text) as { code?: string }).code : undefined
  if (status === 401 && operation.security !== undefined) return [`the key does not work: ${where}`]
  if (isProblem && code === undefined) return [`no code: ${where}`]
  if (isBad && !isProblem) return [`not refused: ${where}`]
  // A path that leads to another route, or to none, is not this operation's to describe.
  if (code === 'route_not_found') return []
  return deviations(operation, given).map(deviation => `${deviation}: ${where}`)
}

let keys = 0

/** The operation as its first example has it; answers are not waited for. */
function asDocumented(operation: Operation, { pathValues, query, headers, body }: ExampleRequest) {
  const search = new URLSearchParams(query).toString()
  return {
    path: `${pathOf(operation, pathValues)}${search === '' ? '' : `?${search}`}`,
    headers: {
      ...headers,
      ...('Idempotency-Key' in headers ? { 'Idempotency-Key': `bad-${keys++}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      prefer: 'respond-async'
    },
    body: body === undefined ? undefined : JSON.stringify(body)
  }
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value)
  } catch {
    return null
  }
}

/** Whether the document's schema takes the text for the parameter: numbers are written in digits. */
function mayBe({ schema }: Parameter, text: string | null): boolean {
  if (text === null) return false
  const validator: Validator = Compile(schema)
  if (isRepeatable({ schema })) return validator.Check([text])
  return validator.Check(text) || (text.trim() !== '' && validator.Check(Number(text)))
}

const isRepeatable = ({ schema }: Pick<Parameter, 'schema'>): boolean =>
  (schema as { type?: string }).type === 'array'

interface Validator {
  readonly Check: (value: unknown) => boolean
}

function accepts(validator: Validator, json: string): boolean {
  return validator.Check(JSON.parse(json))
}

/** Of every value below the top, as keys on the way. */
function pointersIn(value: unknown): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, held]) => [
    [key],
    ...pointersIn(held).map(pointer => [key, ...pointer])
  ])
}

const PLACE = '"the place of another text"'

function placed(whole: object, [key, ...rest]: readonly string[], place: unknown): object {
  const held = (whole as Record<string, unknown>)[key!]
  return { ...whole, [key!]: rest.length === 0 ? place : placed(held as object, rest, place) }
}

/** The JSON with a text where the pointer points. */
const withText = (whole: object, pointer: readonly string[], text: string): string =>
  JSON.stringify(placed(whole, pointer, JSON.parse(PLACE))).replace(PLACE, () => text)

/** The JSON with the key that the pointer points at twice, with the same value. */
function duplicated(whole: object, pointer: readonly string[]): string {
  const key = JSON.stringify(pointer.at(-1))
  const value = JSON.stringify(
    pointer.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], whole)
  )
  return withText(whole, pointer, `${value},${key}:${value}`)
}
