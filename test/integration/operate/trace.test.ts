import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { topics, type TopicId } from '../../../src/topics.ts'
import { App, eventually, payment, type Worker } from '../app.ts'
import { readAll } from '../payments/topic.ts'
import { kinds, startCollector, type CollectedSpan, type Collector } from './collector.ts'

jest.setTimeout(60_000)

const SENDER_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SENDER = `00-${SENDER_TRACE}-00f067aa0ba902b7-01`

let collector: Collector
beforeAll(async () => {
  collector = await startCollector()
})

beforeEach(() => collector.clear())
afterAll(() => collector.close())

const traced = () => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '50'
})

/** The spans of one trace, once there are as many as there should be. */
const traceOf = (traceId: string, count: number) =>
  eventually(() => {
    const spans = collector.spans.filter(span => span.traceId === traceId)
    if (spans.length < count) throw new Error(`${spans.length} of ${count}: ${JSON.stringify(tree(spans))}`)
    return Promise.resolve(spans)
  })

/** Each span by its way from the root, which is what must be right; siblings in order. */
function tree(spans: readonly CollectedSpan[]): string[] {
  const byId = new Map(spans.map(span => [span.spanId, span]))
  const way = (span: CollectedSpan): string => {
    const parent = byId.get(span.parentSpanId ?? '')
    return parent === undefined ? span.name : `${way(parent)} > ${span.name}`
  }
  return spans.map(way).sort()
}

async function pay(app: App, worker: Worker, key: string, headers: Record<string, string> = {}) {
  const answer = await app.request(worker, 'POST', '/v1/payments', {
    key,
    body: payment({
      customer: { id: 'cus_1', email: 'jane@example.org' },
      metadata: { note: 'canary-note' }
    }),
    headers: { 'x-correlation-id': 'cor-1', ...headers }
  })
  expect(answer.status).toBe(201)
  return String(answer.body['id'])
}

/** What one payment that is captured at once leaves in its trace. */
function expectedTree({ topics }: App): string[] {
  const http = 'POST /v1/payments'
  const contact = `${http} > send ${topics.customers}`
  const command = `${http} > send ${topics.commands} > process ${topics.commands}`
  const call = `${command} > process ${topics.gatewayRequests}`
  const outcome = `${call} > send ${topics.outcomes} > process ${topics.outcomes}`
  const projected = (from: string) => {
    const applied = `${from} > process ${topics.events}`
    const into = ['analytics', 'audit', 'payment_events', 'payments', 'statement_entries', 'webhooks']
    return [...into.map(() => applied), ...into.map(table => `${applied} > INSERT ${table}`)]
  }
  return [
    ...[http, contact, `${contact} > process ${topics.customers}`],
    `${contact} > process ${topics.customers} > INSERT customers`,
    ...[`${http} > send ${topics.commands}`, command],
    ...[call, `${call} > POST`, `${call} > send ${topics.outcomes}`, outcome],
    ...[...projected(command), ...projected(outcome)]
  ].sort()
}

const TRACE_SPANS = 34

test.each([
  ['in one process', [[]]],
  [
    'across two processes',
    [
      ['ingress', 'query', 'projector', 'delivery'],
      ['processor', 'gateway']
    ]
  ]
])('one payment is one trace from HTTP to the read model, %s', async (_where, processes) => {
  const app = await App.create({ name: `trace${processes.length}`, settings: traced() })
  const [worker] = await Promise.all(processes.map(roles => app.start(...roles)))
  const id = await pay(app, worker!, 'traced-1', {
    traceparent: SENDER,
    tracestate: 'x=1',
    baggage: 'who=jane'
  })

  const spans = await traceOf(SENDER_TRACE, TRACE_SPANS)
  expect(tree(spans)).toEqual(expectedTree(app))
  const [root] = spans.filter(({ name }) => name === 'POST /v1/payments')
  expect(root).toMatchObject({
    kind: kinds.server,
    parentSpanId: '00f067aa0ba902b7',
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/v1/payments',
      'http.response.status_code': 201,
      'aegispay.payment.id': id,
      'aegispay.correlation_id': 'cor-1'
    }
  })
  const kindOf = (name: string) => new Set(spans.filter(span => span.name === name).map(({ kind }) => kind))
  expect(kindOf(`send ${app.topics.commands}`)).toEqual(new Set([kinds.producer]))
  expect(kindOf(`process ${app.topics.outcomes}`)).toEqual(new Set([kinds.consumer]))
  expect(kindOf('INSERT payments')).toEqual(new Set([kinds.client]))
  const [call] = spans.filter(({ name }) => name === 'POST')
  expect(call).toMatchObject({
    kind: kinds.client,
    attributes: { 'server.address': '127.0.0.1', 'http.response.status_code': 200 }
  })
  expect(spans.filter(({ failed }) => failed)).toEqual([])
  for (const span of spans)
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano))

  // The spans leave the installation: nothing of whom or what with.
  const secrets = ['jane', 'canary', 'cus_1', 'tok_visa', 'traced-1', app.apiKey]
  expect(secrets.filter(secret => collector.received().includes(secret))).toEqual([])
  await expectDeclaredHeaders(app)
})

test('what is no trace context begins a new trace, and none is made up for who sends none', async () => {
  const app = await App.create({ name: 'malformed', settings: traced() })
  const worker = await app.start()
  const malformed = `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`
  await pay(app, worker, 'malformed-1', { traceparent: malformed })
  const root = await eventually(() => {
    const [found] = collector.spans.filter(({ name }) => name === 'POST /v1/payments')
    if (found === undefined) throw new Error('no span yet')
    return Promise.resolve(found)
  })
  expect(root.parentSpanId).toBeUndefined()
  expect(tree(await traceOf(root.traceId, TRACE_SPANS))).toEqual(expectedTree(app))
})

test('a sender that does not sample its trace is not traced, and its context is handed on all the same', async () => {
  const app = await App.create({ name: 'unsampled', settings: traced() })
  const worker = await app.start()
  await pay(app, worker, 'unsampled-1', { traceparent: SENDER.replace(/01$/, '00') })
  await pay(app, worker, 'sampled-1', { traceparent: SENDER })
  await traceOf(SENDER_TRACE, TRACE_SPANS)
  expect(collector.spans.filter(({ name }) => name === 'POST /v1/payments')).toHaveLength(1)
  const flags = (await readAll(app.kafka, app.topics.events)).map(({ headers }) =>
    headers?.['traceparent']?.toString().slice(-2)
  )
  expect(new Set(flags)).toEqual(new Set(['00', '01']))
})

test('without an endpoint nothing is sent, and the context of the sender stands on all that follows', async () => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...rest } = traced()
  // The SDK, were it loaded, would find the collector by this.
  const settings = { ...rest, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces` }
  const app = await App.create({ name: 'off', settings })
  const worker = await app.start()
  await pay(app, worker, 'off-1', { traceparent: SENDER, tracestate: 'x=1', baggage: 'who=jane' })
  await pay(app, worker, 'off-2', { traceparent: 'nonsense' })
  expect(await worker.end('SIGTERM')).toBe(0)
  expect(collector.received()).toBe('')
  for (const topic of [
    app.topics.commands,
    app.topics.outcomes,
    app.topics.gatewayRequests,
    app.topics.events
  ]) {
    const contexts = (await readAll(app.kafka, topic)).map(({ headers }) =>
      headers?.['traceparent']?.toString()
    )
    expect([topic, new Set(contexts)]).toEqual([topic, new Set([SENDER, undefined])])
  }
  await expectDeclaredHeaders(app)
})

/** No header but those of the table, so neither `tracestate` nor `baggage`, stands on any record. */
async function expectDeclaredHeaders(app: App): Promise<void> {
  const found: string[] = []
  for (const id of Object.keys(topics) as TopicId[]) {
    const declared: readonly string[] = topics[id].headers
    for (const { headers } of await readAll(app.kafka, app.topics[id])) {
      const names = Object.keys(headers ?? {})
      found.push(...names)
      expect([id, names.filter(name => !declared.includes(name))]).toEqual([id, []])
    }
  }
  expect(found).toContain('traceparent')
}
