import { setTimeout as delay } from 'node:timers/promises'
import { Type, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import { draw } from './draw.ts'
import { sandboxGateways, type SandboxGateway } from './gateways.ts'
import { Ledger } from './ledger.ts'
import { charge, endAuthorization, fingerprintOf, type OperationRequest } from './operations.ts'

export interface SandboxOptions {
  /** Folder of the ledger; made if it does not exist, continued if it does. */
  readonly dataDir: string
  /** Milliseconds since the epoch; the system's by default. */
  readonly clock?: () => number
  /** Replaces the mean latency of every gateway; 0 answers as soon as the ledger has committed. */
  readonly latencyMs?: number | undefined
}

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
  const ledger = new Ledger(options.dataDir, options.clock ?? Date.now)
  const app = fastify({
    bodyLimit: 64 * 1024,
    // Keys of 255 characters may be three times as long once they are percent-encoded.
    routerOptions: { maxParamLength: 1024 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } }
  })
  let closing = false
  app.addHook('preClose', done => {
    closing = true
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Else the caller would keep the connection alive, and closing would wait for it.
    if (closing) reply.header('connection', 'close')
    done()
  })
  app.addHook('onClose', () => ledger.close())
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

  async function perform(gateway: SandboxGateway, request: OperationRequest, reply: FastifyReply) {
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
    const answered = await ledger.answerOnce(
      { gateway: gateway.id, idempotencyKey, fingerprint: fingerprintOf(request) },
      () =>
        authorization === null
          ? charge(gateway, request)
          : endAuthorization(gateway, request, ledger.authorization(gateway.id, authorization))
    )
    if (answered.key === 'REUSED_FOR_ANOTHER_REQUEST') {
      throw new RequestError(
        422,
        'idempotency_key_reused',
        'The idempotency key was used for another request.'
      )
    }
    if (gateway.latencyMs > 0) await delay(gateway.latencyMs * (0.5 + draw('latency', idempotencyKey)))
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
      ({ params, headers, body }, reply) => {
        const request = { ...body, kind, idempotencyKey: headers['idempotency-key'], authorization: null }
        return perform(gatewayCalled(params.gateway), request, reply)
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
      ({ params, headers, body }, reply) => {
        const idempotencyKey = headers['idempotency-key']
        const request = { ...body, kind, idempotencyKey, token: null, authorization: params.reference }
        return perform(gatewayCalled(params.gateway), request, reply)
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

  routes.get('/ledger', { schema: { querystring: ledgerQuery } }, ({ query }) => {
    if (query.payment !== undefined) return ledger.entriesOf(query.payment)
    return ledger.entriesAfter(Number(query.after ?? '0'), Number(query.limit ?? '100'))
  })

  routes.get('/gateways', () => [...gateways.values()])
  routes.get('/healthz', () => ({ status: 'ok' }))

  return app
}
