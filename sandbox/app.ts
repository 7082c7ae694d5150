import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Type, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import { Commitments } from './commitments.ts'
import { CUSTOMER_PAGES, customerPages } from './customer-page.ts'
import { openDatabase } from './database.ts'
import { draw } from './draw.ts'
import { sandboxGateways, type SandboxGateway } from './gateways.ts'
import { Ledger, type Effect } from './ledger.ts'
import { Notifications, type NotificationTarget } from './notifications.ts'
import { behaviourOf, charge, endAuthorization, fingerprintOf, type OperationRequest } from './operations.ts'
import type { TokenBehaviour } from './tokens.ts'

export interface SandboxOptions {
  /** Folder of the ledger; made if it does not exist, continued if it does. */
  readonly dataDir: string
  /** Milliseconds since the epoch; the system's by default. */
  readonly clock?: () => number
  /** Replaces the mean latency of every gateway; 0 answers as soon as the ledger has committed. */
  readonly latencyMs?: number | undefined
  /** What `tok_slow` takes, milliseconds; 2000 by default. */
  readonly slowMs?: number | undefined
  /** How long after an answer a gateway goes on with what it has to say later, milliseconds; 2000 by default. */
  readonly laterMs?: number | undefined
  /** Whom the gateways notify; nobody by default. */
  readonly notifications?: NotificationTarget | undefined
}

const DEFAULT_SLOW_MS = 2_000
const DEFAULT_LATER_MS = 2_000
const LOOK_EVERY_MS = 50

const name = Type.String({ minLength: 1, maxLength: 255 })
const authorizationBody = Type.Object(
  {
    payment: name,
    operation: name,
    amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' })
  },
  { additionalProperties: false }
)
const chargeBody = Type.Object(
  { ...authorizationBody.properties, token: name },
  { additionalProperties: false }
)
const keyHeader = Type.Object({ 'idempotency-key': Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }) })
const gatewayPath = Type.Object({ gateway: Type.String() })
const authorizationPath = Type.Object({ gateway: Type.String(), reference: Type.String() })
const operationPath = Type.Object({ gateway: Type.String(), idempotencyKey: Type.String() })
const ledgerQuery = Type.Object(
  {
    payment: Type.Optional(name),
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$' })),
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' }))
  },
  { additionalProperties: false }
)

/** An error that the gateway answers with; only thrown before anything was done or remembered. */
class RequestError extends Error {
  readonly statusCode: number
  readonly code: string

  constructor(statusCode: number, code: string, message: string) {
    super(message)
    this.statusCode = statusCode
    this.code = code
  }
}

/**
 * The sandbox: three imaginary gateways over HTTP with one durable ledger, which tells afterwards what really happened
 * to money. Money moves first and the answer takes its latency after that, so a caller that gives up waiting has been
 * charged all the same, as with a real gateway.
 *
 * Closing it waits for the requests in flight and then closes the ledger.
 */
export function buildSandbox(options: SandboxOptions): FastifyInstance {
  const gateways = new Map(
    sandboxGateways.map(gateway => [
      gateway.id,
      { ...gateway, latencyMs: options.latencyMs ?? gateway.latencyMs } satisfies SandboxGateway
    ])
  )
  const clock = options.clock ?? Date.now
  const laterMs = options.laterMs ?? DEFAULT_LATER_MS
  const db = openDatabase(options.dataDir)
  const ledger = new Ledger(db, clock)
  const notifications = new Notifications(db, options.notifications ?? null, clock)
  const commitments = new Commitments(db, { gateways, ledger, notifications, clock })
  /** Of callers that never get an answer. */
  const ignored = new Set<Socket>()
  const looking = setInterval(() => {
    commitments.keepDue()
    notifications.sendDue()
  }, LOOK_EVERY_MS)
  const app = fastify({
    bodyLimit: 64 * 1024,
    // Keys of 255 characters may be three times as long once they are percent-encoded.
    routerOptions: { maxParamLength: 1024 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } }
  })
  let closing = false
  app.addHook('preClose', done => {
    closing = true
    clearInterval(looking)
    for (const socket of ignored) socket.destroy()
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Else the caller would keep the connection alive, and closing would wait for it.
    if (closing) reply.header('connection', 'close')
    done()
  })
  app.addHook('onClose', async () => {
    clearInterval(looking)
    await notifications.settled()
    db.close()
  })
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500
    if (error instanceof RequestError)
      return reply.code(status).send({ code: error.code, message: error.message })
    const code = status < 500 ? 'malformed_request' : 'internal_error'
    return reply.code(status).send({ code, message: error.message })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'route_not_found', message: 'There is no such route.' })
  )

  function gatewayCalled(id: string): SandboxGateway {
    const gateway = gateways.get(id)
    if (gateway === undefined) throw new RequestError(404, 'gateway_not_found', `There is no gateway ${id}.`)
    return gateway
  }

  function chargeAndCommit(
    gateway: SandboxGateway,
    request: OperationRequest,
    behaviour: TokenBehaviour,
    customerPage: string
  ): Effect | null {
    const { does, later } = behaviour
    if (later !== undefined) commitments.make(gateway, request, { is: later, afterMs: laterMs })
    else if (does === 'ASK_CUSTOMER') commitments.make(gateway, request, null)
    return charge(gateway, request, behaviour, customerPage)
  }

  /** Keeps the caller waiting until it gives up. */
  function ignore(reply: FastifyReply): FastifyReply {
    const { socket } = reply.raw
    reply.hijack()
    if (socket === null || closing) {
      socket?.destroy()
      return reply
    }
    ignored.add(socket)
    socket.once('close', () => ignored.delete(socket))
    return reply
  }

  /** @param address of the sandbox, as the caller knows it. */
  async function perform(
    gateway: SandboxGateway,
    request: OperationRequest,
    address: string,
    reply: FastifyReply
  ) {
    if (!gateway.operations.includes(request.kind)) {
      throw new RequestError(400, 'operation_not_supported', `${gateway.id} does not offer ${request.kind}.`)
    }
    if (!gateway.currencies.includes(request.currency)) {
      throw new RequestError(
        400,
        'currency_not_supported',
        `${gateway.id} does not take ${request.currency}.`
      )
    }
    const { idempotencyKey, authorization } = request
    const behaviour: TokenBehaviour =
      authorization === null ? behaviourOf(gateway, request) : { does: 'APPROVE' }
    const answered = await ledger.answerOnce(
      { gateway: gateway.id, idempotencyKey, fingerprint: fingerprintOf(request) },
      () =>
        authorization === null
          ? chargeAndCommit(gateway, request, behaviour, `${address}${CUSTOMER_PAGES}`)
          : endAuthorization(gateway, request, ledger.authorization(gateway.id, authorization))
    )
    if (answered.key === 'REUSED_FOR_ANOTHER_REQUEST') {
      throw new RequestError(
        422,
        'idempotency_key_reused',
        'The idempotency key was used for another request.'
      )
    }
    if (behaviour.answers === 'NEVER') return ignore(reply)
    if (behaviour.answers === 'SLOWLY') await delay(options.slowMs ?? DEFAULT_SLOW_MS)
    if (gateway.latencyMs > 0) await delay(gateway.latencyMs * (0.5 + draw('latency', idempotencyKey)))
    if (answered.key === 'UNTOUCHED') {
      if (behaviour.answers === 'WITH_500')
        throw new RequestError(500, 'internal_error', 'Something broke at the gateway.')
      reply.header('retry-after', '1')
      throw new RequestError(429, 'rate_limited', 'Too many requests.')
    }
    return reply
      .code(answered.answer.status)
      .header('idempotent-replayed', String(answered.key === 'REPLAYED'))
      .type('application/json')
      .send(answered.answer.body)
  }

  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  for (const [path, kind] of [
    ['authorizations', 'AUTHORIZE'],
    ['purchases', 'PURCHASE']
  ] as const) {
    routes.post(
      `/gateways/:gateway/${path}`,
      { schema: { params: gatewayPath, headers: keyHeader, body: chargeBody } },
      ({ params, headers, body, protocol, host }, reply) => {
        const request = { ...body, kind, idempotencyKey: headers['idempotency-key'], authorization: null }
        return perform(gatewayCalled(params.gateway), request, `${protocol}://${host}`, reply)
      }
    )
  }

  for (const [path, kind] of [
    ['captures', 'CAPTURE'],
    ['voids', 'VOID']
  ] as const) {
    routes.post(
      `/gateways/:gateway/authorizations/:reference/${path}`,
      { schema: { params: authorizationPath, headers: keyHeader, body: authorizationBody } },
      ({ params, headers, body, protocol, host }, reply) => {
        const idempotencyKey = headers['idempotency-key']
        const request = { ...body, kind, idempotencyKey, token: null, authorization: params.reference }
        return perform(gatewayCalled(params.gateway), request, `${protocol}://${host}`, reply)
      }
    )
  }

  routes.get(
    '/gateways/:gateway/operations/:idempotencyKey',
    { schema: { params: operationPath } },
    ({ params }, reply) => {
      const answer = ledger.answerOf(gatewayCalled(params.gateway).id, params.idempotencyKey)
      if (answer === undefined)
        throw new RequestError(404, 'not_found', 'The idempotency key was never used.')
      return reply.code(answer.status).type('application/json').send(answer.body)
    }
  )

  customerPages(routes, commitments)

  routes.get('/ledger', { schema: { querystring: ledgerQuery } }, ({ query }) => {
    if (query.payment !== undefined) return ledger.entriesOf(query.payment)
    return ledger.entriesAfter(Number(query.after ?? '0'), Number(query.limit ?? '100'))
  })

  routes.get('/gateways', () => [...gateways.values()])
  routes.get('/healthz', () => ({ status: 'ok' }))

  return app
}
