import { Type, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import type { Faults } from './faults.ts'
import type { SandboxGateway } from './gateways.ts'
import type { Ledger } from './ledger.ts'
import type { Performer } from './performer.ts'
import { RequestError } from './request-error.ts'

interface GatewayRouteParts {
  readonly gateways: ReadonlyMap<string, SandboxGateway>
  readonly ledger: Ledger
  readonly performer: Performer
  readonly faults: Faults
}

const name = Type.String({ minLength: 1, maxLength: 255 })
const followUpBody = Type.Object(
  {
    payment: name,
    operation: name,
    amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' })
  },
  { additionalProperties: false }
)
const chargeBody = Type.Object({ ...followUpBody.properties, token: name }, { additionalProperties: false })
const keyHeader = Type.Object({ 'idempotency-key': Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }) })
const gatewayPath = Type.Object({ gateway: Type.String() })
const referencePath = Type.Object({ gateway: Type.String(), reference: Type.String() })
const operationPath = Type.Object({ gateway: Type.String(), idempotencyKey: Type.String() })
const ledgerQuery = Type.Object(
  {
    payment: Type.Optional(name),
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$' })),
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' }))
  },
  { additionalProperties: false }
)

/** What gateways are asked for over HTTP, and what the ledger tells about them. */
export function gatewayRoutes(
  app: FastifyInstance,
  { gateways, ledger, performer, faults }: GatewayRouteParts
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  function gatewayCalled(id: string): SandboxGateway {
    const gateway = gateways.get(id)
    if (gateway === undefined) throw new RequestError(404, 'gateway_not_found', `There is no gateway ${id}.`)
    return gateway
  }

  for (const [path, kind] of [
    ['authorizations', 'AUTHORIZE'],
    ['purchases', 'PURCHASE']
  ] as const) {
    routes.post(
      `/gateways/:gateway/${path}`,
      { schema: { params: gatewayPath, headers: keyHeader, body: chargeBody } },
      ({ params, headers, body, protocol, host }, reply) => {
        const request = { ...body, kind, idempotencyKey: headers['idempotency-key'], authorization: null }
        return performer.perform(gatewayCalled(params.gateway), request, `${protocol}://${host}`, reply)
      }
    )
  }

  for (const [path, kind] of [
    ['authorizations/:reference/captures', 'CAPTURE'],
    ['authorizations/:reference/voids', 'VOID'],
    // Of authorizations that were captured, and of purchases.
    ['charges/:reference/refunds', 'REFUND'],
    ['charges/:reference/settlements', 'SETTLE']
  ] as const) {
    routes.post(
      `/gateways/:gateway/${path}`,
      { schema: { params: referencePath, headers: keyHeader, body: followUpBody } },
      ({ params, headers, body, protocol, host }, reply) => {
        const idempotencyKey = headers['idempotency-key']
        const request = { ...body, kind, idempotencyKey, token: null, authorization: params.reference }
        return performer.perform(gatewayCalled(params.gateway), request, `${protocol}://${host}`, reply)
      }
    )
  }

  routes.get(
    '/gateways/:gateway/operations/:idempotencyKey',
    { schema: { params: operationPath } },
    async ({ params }, reply) => {
      await faults.disturbLookUp(gatewayCalled(params.gateway).id)
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
}
