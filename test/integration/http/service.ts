// The HTTP side with fakes at its ports: no broker, database or cache.
import { expect } from '@jest/globals'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { hash } from 'node:crypto'
import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { PaymentView } from '../../../src/domain/payment/view.ts'
import { KEY_ROLES, MERCHANT_SCOPES } from '../../../src/key-scopes.ts'
import { ContactWriter } from '../../../src/customers/contact-writer.ts'
import type { GatewayHealth } from '../../../src/generated/records.ts'
import { erasureRoutes, type ErasureService } from '../../../src/ingress/erasure-routes.ts'
import { Ingress, type IngressPorts } from '../../../src/ingress/ingress.ts'
import { PendingAnswers } from '../../../src/ingress/pending-answers.ts'
import { notificationRoutes, type NotificationService } from '../../../src/ingress/notification-routes.ts'
import { Notifications } from '../../../src/ingress/notifications.ts'
import { resolutionRoutes, type ResolutionService } from '../../../src/ingress/resolution-routes.ts'
import { ingressRoutes, type IngressService } from '../../../src/ingress/routes.ts'
import type { KeyDirectory } from '../../../src/platform/http/authentication.ts'
import { Late } from '../../../src/platform/http/late.ts'
import type { LoadLimits } from '../../../src/platform/http/load-shedding.ts'
import { operationsRoutes } from '../../../src/platform/http/operations.ts'
import type { RateLimits } from '../../../src/platform/http/rate-limits.ts'
import type { HttpApp } from '../../../src/platform/http/app.ts'
import { createHttpServer } from '../../../src/platform/http/server.ts'
import { createLog } from '../../../src/platform/log.ts'
import { Metrics } from '../../../src/platform/metrics.ts'
import { GatewayNotifications } from '../../../src/processors/gateway/notifications.ts'
import type { GatewayProfile } from '../../../src/processors/gateway/spi.ts'
import { analyticsRoutes } from '../../../src/query/analytics-routes.ts'
import { graphqlRoutes } from '../../../src/query/graphql/routes.ts'
import { gatewayHealthRoutes } from '../../../src/query/gateway-health-routes.ts'
import type { ReadModel } from '../../../src/query/read-model.ts'
import { sessionRoutes } from '../../../src/query/session-routes.ts'
import { customerRoutes, queryRoutes, operatorRoutes, type QueryService } from '../../../src/query/routes.ts'
import { statementRoutes } from '../../../src/query/statement-routes.ts'
import { streamRoutes, type StreamService } from '../../../src/query/stream/routes.ts'
import type { SettledAnswer } from '../../../src/replies.ts'
import { refuseCardNumbers } from '../../../src/screen.ts'
import { topicNames } from '../../../src/topics.ts'
import { Contract, deviations } from './contract.ts'

export const SECRET = 'c0ffee00c0ffee00c0ffee00'
export const KEY = `ak_demo_${SECRET}`
export const PARTITIONS = 12

/** Two, as while the gateway changes from the first to the second. */
export const NOTIFICATION_SECRETS = ['b2xk', 'bmV3'].map(part => `whsec_${part.repeat(8)}`)
/** Of another gateway, `two`. */
export const OTHER_SECRET = `whsec_${'dHdv'.repeat(8)}`
/** As Stripe's dashboard shows one: no base64. */
export const STRIPE_SECRET = 'whsec_0123456789abcdefghijABCDEFGHIJ'
const gatewayProfile: GatewayProfile = {
  ...{
    id: 'one',
    adapter: 'sandbox',
    url: 'http://127.0.0.1:9',
    currencies: ['EUR'],
    operations: ['PURCHASE']
  },
  ...{ maxConnections: 1, callTimeoutMs: 1, settlingTimeMs: 0, idempotencyWindowMs: 1 },
  sendWithinMs: 30_000,
  ...{ feeBasisPoints: 0, feeFixed: 0 }
}

type SentRecord = Parameters<IngressPorts['send']>[0]
/** What was encoded, kept as JSON so that it can be looked at. */
export interface SentValue {
  readonly name: string
  readonly value: Record<string, unknown>
}

export interface FakeService {
  readonly app: HttpApp
  readonly sent: SentRecord[]
  readonly metrics: Metrics
  readonly ingress: Late<IngressService & ErasureService & NotificationService & ResolutionService>
  readonly query: Late<QueryService & StreamService>
  /** Everything that was logged. */
  log(): string
  values(): SentValue[]
  /** Answers the next command over the reply channel. */
  reply(settled: SettledAnswer): void
}

export interface Fakes {
  readonly send?: IngressPorts['send']
  readonly findAnswer?: IngressPorts['findAnswer']
  readonly answerWaitMs?: number
  readonly keys?: Partial<KeyDirectory>
  readonly model?: Partial<ReadModel>
  readonly streams?: Partial<StreamService['streams']>
  readonly merchantOf?: ResolutionService['merchantOf']
  readonly gatewaysSeen?: readonly GatewayHealth[]
  readonly freshnessOf?: QueryService['freshnessOf']
  readonly erase?: ErasureService['erase']
  readonly readiness?: () => Record<string, string | null>
  readonly stopping?: boolean
  readonly trustedProxies?: readonly string[]
  readonly load?: Partial<LoadLimits>
  readonly rates?: Partial<RateLimits>
  /** Leave the roles out, as before they have started. */
  readonly starting?: boolean
}

const nothingHeld = () => Promise.resolve({ wasHeld: false, isApplied: true })

const apiKey = (merchantId: string, active = true, scopes: readonly string[] = MERCHANT_SCOPES) => ({
  merchantId,
  secretHash: hash('sha256', SECRET),
  scopes,
  active
})
const apiKeys = new Map(
  Object.entries({
    demo: apiKey('demo'),
    other: apiKey('other'),
    revoked: apiKey('demo', false),
    reader: apiKey('demo', true, ['payments:read']),
    orphan: apiKey('gone'),
    ...Object.fromEntries(
      KEY_ROLES.map(role => [role, { secretHash: hash('sha256', SECRET), scopes: [role], active: true }])
    )
  })
)
const merchants = new Map(Object.entries({ demo: { active: true }, other: { active: true } }))

const PLAIN: Fakes = {}
const shared = new WeakMap<Fakes, Promise<FakeService>>()

/** One service for all tests of a file that name the same fakes: making one takes longer than asking it. */
export function sharedService(fakes: Fakes = PLAIN): Promise<FakeService> {
  let service = shared.get(fakes)
  if (service === undefined) shared.set(fakes, (service = fakeService(fakes)))
  return service
}

export async function fakeService(fakes: Fakes = {}): Promise<FakeService> {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    }
  })
  const log = createLog({ level: 'trace' }, sink)
  const sent: SentRecord[] = []
  const pending = new PendingAnswers(log)
  const metrics = new Metrics()
  const awaited: SettledAnswer[] = []
  const keys: KeyDirectory = {
    apiKey: id => apiKeys.get(id),
    merchant: id => merchants.get(id),
    ...fakes.keys
  }

  const contacts = new ContactWriter({
    ...{ topic: topicNames('').customers, partitions: PARTITIONS, source: '/ingress' },
    send: async record => {
      const { value } = record
      if (value === null) throw new Error('a tombstone')
      return sendAndKeep({ ...record, value })
    }
  })
  const sendAndKeep = async (record: SentRecord) => {
    const written = await (fakes.send?.(record) ?? Promise.resolve({ offset: 100 + sent.length }))
    sent.push(record)
    return written
  }
  const outputs: Pick<IngressPorts, 'send' | 'encode' | 'topics' | 'partitions' | 'metrics'> = {
    send: async record => {
      const written = await sendAndKeep(record)
      const replyId = record.headers['aegispay-reply-id']
      const settled = replyId === undefined ? undefined : awaited.shift()
      if (settled !== undefined) void turn().then(() => pending.take({ replyId: replyId!, ...settled }))
      return written
    },
    encode: (name, value) => Buffer.from(JSON.stringify({ name, value })),
    topics: topicNames(''),
    partitions: PARTITIONS,
    metrics
  }
  const ingress = new Ingress({
    ...outputs,
    contacts,
    findAnswer: fakes.findAnswer ?? (() => Promise.resolve(null)),
    controlOffset: () => 7,
    pending,
    replyTo: 'replies.test',
    digestOf: () => null,
    answerWaitMs: fakes.answerWaitMs ?? 50
  })
  const protocols = new GatewayNotifications(
    () => [
      gatewayProfile,
      { ...gatewayProfile, id: 'two' },
      { ...gatewayProfile, id: 'stripe', adapter: 'stripe' }
    ],
    [
      ...NOTIFICATION_SECRETS.map(secret => `${gatewayProfile.id}=${secret}`),
      ...[`two=${OTHER_SECRET}`, `stripe=${OTHER_SECRET}`, `stripe=${STRIPE_SECRET}`]
    ]
  )
  const notifications = new Notifications(protocols, outputs)
  const model: ReadModel = {
    findPayment: (merchant, id) => Promise.resolve(merchant === 'demo' && id === payment.id ? payment : null),
    findPaymentAsOf: () => Promise.resolve(null),
    listHistories: () => Promise.resolve(new Map()),
    paymentFigures: () => Promise.resolve({ data: [], nextCursor: null }),
    underWay: () => Promise.resolve([]),
    declineCounts: () => Promise.resolve([]),
    listPayments: () => Promise.resolve({ data: [payment], nextCursor: null }),
    listEvents: () => Promise.resolve(null),
    listRefunds: () => Promise.resolve(null),
    listAudit: () => Promise.resolve(null),
    listHeld: () => Promise.resolve({ data: [], nextCursor: null }),
    listUnknown: () => Promise.resolve({ data: [], nextCursor: null }),
    findCustomer: () => Promise.resolve(null),
    findStatement: () => Promise.resolve({ opening: new Map(), entries: [] }),
    handledThrough: () => Promise.resolve(-1),
    ...fakes.model
  }
  const late = {
    ingress: new Late<IngressService & ErasureService & NotificationService & ResolutionService>(),
    query: new Late<QueryService & StreamService>()
  }
  if (fakes.starting !== true) {
    late.ingress.arrive({
      ingress,
      notifications,
      keys,
      merchantOf: fakes.merchantOf ?? (() => Promise.resolve('demo')),
      erase: fakes.erase ?? nothingHeld,
      isFull: () => false,
      stopWaiting: () => pending.stop()
    })
    const gatewaysSeen = () => fakes.gatewaysSeen ?? []
    const streams = {
      open: () => Promise.reject(new Error('nothing happens here')),
      close: () => undefined,
      ...fakes.streams
    }
    const cache: QueryService['cache'] = {
      kept: () => null,
      find: async (merchantId, id) => {
        const found = await model.findPayment(merchantId, id)
        return found && { version: found.version, body: JSON.stringify(found) }
      }
    }
    late.query.arrive({
      ...{ model, cache, keys, gatewaysSeen, streams, partitions: PARTITIONS },
      freshnessOf: fakes.freshnessOf ?? (() => null),
      waited: () => undefined,
      merchants: () => [...merchants].map(([id, { active }]) => ({ id, name: id, active }))
    })
  }
  const app = await createHttpServer({
    version: '0',
    routes: [
      operationsRoutes(metrics, () => ({ roles: fakes.readiness?.() ?? {}, dependencies: {} })),
      scope => ingressRoutes(scope, late.ingress),
      scope => resolutionRoutes(scope, late.ingress),
      scope => erasureRoutes(scope, late.ingress),
      scope => notificationRoutes(scope, late.ingress),
      scope => queryRoutes(scope, late.query),
      scope => streamRoutes(scope, late.query),
      scope => analyticsRoutes(scope, late.query),
      scope => graphqlRoutes(scope, late.query),
      scope => operatorRoutes(scope, late.query),
      scope => gatewayHealthRoutes(scope, late.query),
      scope => customerRoutes(scope, late.query),
      scope => statementRoutes(scope, late.query),
      scope => sessionRoutes(scope, late.query)
    ],
    screen: refuseCardNumbers,
    isStopping: () => fakes.stopping === true,
    trustedProxies: fakes.trustedProxies ?? [],
    load: { maxRequests: 1000, maxDelayMs: 60_000, ...fakes.load },
    rates: {
      perAddress: 100_000,
      perKey: 100_000,
      ofMerchant: () => undefined,
      redis: null,
      prefix: '',
      ...fakes.rates
    },
    metrics,
    tracing: null,
    logged: 'all',
    log
  })
  await holdToContract(app)
  return {
    app,
    sent,
    metrics,
    ...late,
    log: () => lines.join(''),
    values: () => sent.map(({ value }) => JSON.parse(value.toString()) as SentValue),
    reply: settled => awaited.push(settled)
  }
}

let contract: Promise<Contract> | undefined

/** Every answer to an injected request must be one that /openapi.json promises. */
async function holdToContract(app: HttpApp): Promise<void> {
  await app.ready()
  contract ??= Contract.of(app.swagger())
  const promised = await contract
  const inject = app.inject.bind(app) as (request: InjectOptions | string) => Promise<LightMyRequestResponse>
  const checked = async (request: InjectOptions | string) => {
    const response = await inject(request)
    const { method = 'GET', url = '' } = typeof request === 'string' ? { url: request } : request
    const operation = promised.find(method, url as string)
    if (operation !== undefined) {
      const { statusCode: status, headers, body } = response
      expect(deviations(operation, { status, headers, body })).toEqual([])
    }
    return response
  }
  Object.assign(app, { inject: checked })
}

export const payment: PaymentView = {
  id: `pay_${'a'.repeat(32)}`,
  status: 'COMPLETED',
  amount: 1099,
  currency: 'EUR',
  capture: 'automatic',
  authorizedAmount: 1099,
  capturedAmount: 1099,
  refundedAmount: 0,
  gateway: 'one',
  version: 6,
  customer: { id: 'cus_1' },
  metadata: {},
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:01.000Z'
}

export const body = {
  amount: 1099,
  currency: 'EUR',
  customer: { id: 'cus_1', country: 'DE' },
  paymentMethod: { type: 'card', token: 'tok_visa' }
}

export const authorized = { authorization: `Bearer ${KEY}` }

/** A request that starts a payment; what is given replaces parts of it, and null leaves a header out. */
export const starting = ({
  headers = {},
  payload = JSON.stringify(body)
}: { headers?: Record<string, string | null>; payload?: string | Buffer } = {}) => ({
  method: 'POST' as const,
  url: '/v1/payments',
  headers: given({
    ...authorized,
    'content-type': 'application/json',
    'idempotency-key': 'order-1',
    ...headers
  }),
  payload
})

const given = (headers: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null))
