import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSandbox } from '../../../../../sandbox/app.ts'
import { openGateway } from '../../../../../src/processors/gateway/adapters/index.ts'
import type {
  Gateway,
  GatewayCall,
  GatewayOutcome,
  GatewayProfile
} from '../../../../../src/processors/gateway/spi.ts'
import { refusingAddress, serveHttp, serveOneAnswer } from '../../../local-servers.ts'

const purchase: GatewayCall = {
  paymentId: 'pay_1',
  operationId: 'op_1',
  kind: 'PURCHASE',
  idempotencyKey: 'pay_1/op_1/1',
  amount: 1234,
  currency: 'EUR',
  token: 'tok_visa',
  method: 'CARD',
  gatewayReference: null,
  sendBy: 0,
  timeoutMs: 5_000
}

function profileAt(url: string): GatewayProfile {
  return {
    id: 'under-test',
    adapter: 'sandbox',
    url,
    currencies: ['EUR'],
    operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID'],
    maxConnections: 4,
    callTimeoutMs: 5_000,
    settlingTimeMs: 0,
    idempotencyWindowMs: 60_000,
    sendWithinMs: 30_000,
    feeBasisPoints: 0,
    feeFixed: 0
  }
}

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function gatewayAt(url: string): Gateway {
  const gateway = openGateway(profileAt(url))
  closers.push(() => gateway.close())
  return gateway
}

/** A gateway that gives every request this one answer. */
async function gatewayAnswering(status: number, body: unknown, headers = {}): Promise<Gateway> {
  const server = await serveHttp((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  closers.push(() => server.close())
  return gatewayAt(`http://${server.address}`)
}

const nothing: GatewayOutcome = {
  outcome: 'UNKNOWN',
  reference: null,
  amount: null,
  currency: null,
  settled: false,
  declineType: null,
  code: null,
  message: null,
  redirectUrl: null
}
const turnedAway = { ...nothing, outcome: 'REFUSED', isTurnedAway: true }
const approved = { id: 'ref_1', status: 'approved', amount: 1234, currency: 'EUR', settled: true }
const declined = { ...approved, status: 'declined', settled: false, message: 'No.' }
const definite = { ...nothing, reference: 'ref_1', amount: 1234, currency: 'EUR' }
const error = { code: 'some_code', message: 'Why.' }
const said = { code: 'some_code', message: 'Why.' }
const unparsable = { code: 'gateway_answer_unparsable', message: expect.any(String) }
const mismatch = { code: 'gateway_answer_mismatch', message: expect.any(String) }

const answers: [
  answer: string,
  status: number,
  body: unknown,
  call: object,
  lookUp: object | 'same' | null
][] = [
  ['approval', 200, approved, { ...definite, outcome: 'SUCCEEDED', settled: true }, 'same'],
  [
    'decline that holds everywhere',
    200,
    { ...declined, code: 'card_declined' },
    { ...definite, outcome: 'DECLINED', declineType: 'HARD', code: 'card_declined', message: 'No.' },
    'same'
  ],
  [
    'decline that another try may change',
    200,
    { ...declined, code: 'do_not_honor' },
    { ...definite, outcome: 'DECLINED', declineType: 'SOFT', code: 'do_not_honor', message: 'No.' },
    'same'
  ],
  [
    'decline with a code unknown to us',
    200,
    { ...declined, code: 'moon_phase' },
    { ...definite, outcome: 'DECLINED', declineType: 'HARD', code: 'moon_phase', message: 'No.' },
    'same'
  ],
  [
    'conflict with the authorization',
    409,
    { code: 'already_captured', message: 'Why.' },
    { ...nothing, outcome: 'DECLINED', declineType: 'HARD', code: 'already_captured', message: 'Why.' },
    'same'
  ],
  [
    'refund above what was captured',
    409,
    { code: 'amount_exceeds_captured', message: 'Why.' },
    {
      ...nothing,
      ...{ outcome: 'DECLINED', declineType: 'HARD', code: 'amount_exceeds_captured', message: 'Why.' }
    },
    'same'
  ],
  [
    'settlement that failed',
    200,
    { ...declined, status: 'settlement_failed', code: 'account_closed' },
    { ...definite, outcome: 'SETTLEMENT_FAILED', code: 'account_closed', message: 'No.' },
    'same'
  ],
  [
    'settlement of another amount that failed',
    200,
    { ...declined, status: 'settlement_failed', amount: 1 },
    { ...nothing, ...mismatch },
    'same'
  ],
  ['conflict of an unknown kind', 409, error, { ...nothing, ...said }, 'same'],
  ['malformed request', 400, error, { ...nothing, outcome: 'REFUSED', ...said }, { ...nothing, ...said }],
  ['wrong credentials', 401, error, { ...turnedAway, ...said }, { ...nothing, ...said }],
  ['rate limit', 429, error, { ...turnedAway, ...said }, { ...nothing, ...said }],
  [
    'rate limit from a proxy',
    429,
    '<html>',
    { ...turnedAway, code: 'gateway_status_429', message: expect.any(String) },
    { ...nothing, code: 'gateway_status_429', message: expect.any(String) }
  ],
  ['forbidden', 403, error, { ...nothing, ...said }, 'same'],
  ['missing route', 404, error, { ...nothing, ...said }, 'same'],
  [
    'unknown key',
    404,
    { code: 'not_found', message: 'Why.' },
    { ...nothing, code: 'not_found', message: 'Why.' },
    null
  ],
  [
    'key reused for another request',
    422,
    { code: 'idempotency_key_reused', message: 'Why.' },
    { ...nothing, code: 'idempotency_key_reused', message: 'Why.' },
    'same'
  ],
  ['server error', 500, error, { ...nothing, ...said }, 'same'],
  ['server busy', 503, '', { ...nothing, code: 'gateway_status_503', message: expect.any(String) }, 'same'],
  ['redirect', 307, '', { ...nothing, code: 'gateway_status_307', message: expect.any(String) }, 'same'],
  [
    'acceptance we do not know',
    202,
    approved,
    { ...nothing, code: 'gateway_status_202', message: expect.any(String) },
    'same'
  ],
  ['no body', 200, '', { ...nothing, ...unparsable }, 'same'],
  ['broken JSON', 200, '{"id":"ref_1","status":"appro', { ...nothing, ...unparsable }, 'same'],
  ['JSON null', 200, 'null', { ...nothing, ...unparsable }, 'same'],
  [
    'approval without a reference',
    200,
    { ...approved, id: undefined },
    { ...nothing, ...unparsable },
    'same'
  ],
  ['approval with an empty reference', 200, { ...approved, id: '' }, { ...nothing, ...unparsable }, 'same'],
  [
    'approval of a fractional amount',
    200,
    { ...approved, amount: 12.34 },
    { ...nothing, ...unparsable },
    'same'
  ],
  ['approval of a text amount', 200, { ...approved, amount: '1234' }, { ...nothing, ...unparsable }, 'same'],
  [
    'approval that leaves settlement open',
    200,
    { ...approved, settled: null },
    { ...nothing, ...unparsable },
    'same'
  ],
  [
    'status that does not exist',
    200,
    { ...approved, status: 'APPROVED' },
    { ...nothing, ...unparsable },
    'same'
  ],
  ['approval of another amount', 200, { ...approved, amount: 1235 }, { ...nothing, ...mismatch }, 'same'],
  [
    'approval in another currency',
    200,
    { ...approved, currency: 'USD' },
    { ...nothing, ...mismatch },
    'same'
  ],
  [
    'decline of another amount',
    200,
    { ...declined, amount: 1, code: 'card_declined' },
    { ...nothing, ...mismatch },
    'same'
  ]
]

test.each([
  ['a refusal', 429],
  ['an outage', 503]
])('hands on for how long the gateway wants no calls with %s', async (_answer, status) => {
  const gateway = await gatewayAnswering(status, error, { 'retry-after': '7' })
  expect(await gateway.perform(purchase)).toMatchObject({ ...said, retryAfterMs: 7_000 })
})

describe('classes an answer by what it proves', () => {
  test.each(answers)('%s', async (_answer, status, body, call, lookUp) => {
    const gateway = await gatewayAnswering(status, body)
    expect(await gateway.perform(purchase)).toEqual(call)
    expect(await gateway.lookUp(purchase)).toEqual(lookUp === 'same' ? call : lookUp)
  })
})

test('a gateway that cannot be reached was not sent the call, but the look-up leaves the operation unknown', async () => {
  const gateway = gatewayAt(`http://${await refusingAddress()}`)
  expect(await gateway.perform(purchase)).toMatchObject({ outcome: 'NOT_SENT', code: 'gateway_unreachable' })
  expect(await gateway.lookUp(purchase)).toMatchObject({ outcome: 'UNKNOWN' })
})

test('a call without an answer in time is unknown', async () => {
  const server = await serveOneAnswer()
  closers.push(() => server.close())
  const gateway = gatewayAt(`http://${server.address}`)
  await gateway.perform(purchase)
  expect(await gateway.perform({ ...purchase, timeoutMs: 50 })).toEqual({
    ...nothing,
    code: 'gateway_timeout',
    message: 'no complete answer within 50 ms'
  })
})

test.each(['CAPTURE', 'VOID', 'REFUND', 'SETTLE'] as const)(
  'does not send a %s that does not say what it is about',
  async kind => {
    const gateway = await gatewayAnswering(200, approved)
    expect(await gateway.perform({ ...purchase, kind, token: null })).toMatchObject({
      outcome: 'NOT_SENT',
      code: 'gateway_operation_unsupported'
    })
  }
)

test('cuts the texts of a talkative gateway', async () => {
  const gateway = await gatewayAnswering(400, { code: 'c'.repeat(1_000), message: 'm'.repeat(1_000) })
  const { code, message } = await gateway.perform(purchase)
  expect([code?.length, message?.length]).toEqual([64, 256])
})

describe('against the sandbox', () => {
  let dataDir: string
  let sandbox: FastifyInstance
  let url: string

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'aegispay-sandbox-'))
    sandbox = buildSandbox({ dataDir, latencyMs: 0 })
    url = `${await sandbox.listen({ host: '127.0.0.1', port: 0 })}/gateways/sandbox-alpha`
  })

  afterAll(async () => {
    await sandbox.close()
    await rm(dataDir, { recursive: true })
  })

  test('purchases, and finds the purchase again by its key', async () => {
    const gateway = gatewayAt(url)
    const outcome = await gateway.perform(purchase)
    expect(outcome).toEqual({
      ...definite,
      outcome: 'SUCCEEDED',
      settled: true,
      reference: expect.stringMatching(/^alpha_/)
    })
    expect(await gateway.perform(purchase)).toEqual(outcome)
    expect(await gateway.lookUp(purchase)).toEqual(outcome)
    expect(await gateway.lookUp({ ...purchase, idempotencyKey: 'never used' })).toBeNull()
  })

  test('authorizes, captures a part, and cannot capture or void after that', async () => {
    const gateway = gatewayAt(url)
    const authorize = { ...purchase, kind: 'AUTHORIZE', idempotencyKey: 'authorize' } as const
    const { reference, ...authorized } = await gateway.perform(authorize)
    expect(authorized).toMatchObject({ outcome: 'SUCCEEDED', amount: 1234, settled: false })

    const onIt = { ...purchase, token: null, gatewayReference: reference }
    const capture = { ...onIt, kind: 'CAPTURE', idempotencyKey: 'capture', amount: 1000 } as const
    expect(await gateway.perform(capture)).toMatchObject({
      outcome: 'SUCCEEDED',
      amount: 1000,
      settled: true
    })
    const again = { ...capture, idempotencyKey: 'again' }
    const refusal = { outcome: 'DECLINED', declineType: 'HARD', code: 'already_captured' }
    expect(await gateway.perform(again)).toMatchObject(refusal)
    expect(await gateway.lookUp(again)).toMatchObject(refusal)
    expect(await gateway.perform({ ...onIt, kind: 'VOID', idempotencyKey: 'void' })).toMatchObject(refusal)
  })

  test('a declined card is a hard decline, a reused key is unknown, an unsupported currency refused', async () => {
    const gateway = gatewayAt(url)
    const decline = { ...purchase, idempotencyKey: 'decline', token: 'tok_declined' }
    expect(await gateway.perform(decline)).toMatchObject({ outcome: 'DECLINED', declineType: 'HARD' })
    expect(await gateway.perform({ ...decline, amount: 1 })).toMatchObject({
      outcome: 'UNKNOWN',
      code: 'idempotency_key_reused'
    })
    expect(await gateway.perform({ ...purchase, idempotencyKey: 'yen', currency: 'JPY' })).toMatchObject({
      outcome: 'REFUSED',
      code: 'currency_not_supported'
    })
  })
})
