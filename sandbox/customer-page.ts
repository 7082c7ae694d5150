import { Type, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Commitments } from './commitments.ts'

type SandboxApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Below the sandbox's address: the pages on which customers decide. */
export const CUSTOMER_PAGES = '/customer-actions'

const path = Type.Object({ gateway: Type.String(), reference: Type.String() })
const decision = Type.Object({
  ...path.properties,
  choice: Type.Union([Type.Literal('approve'), Type.Literal('decline')])
})
const notAuthenticated = {
  code: 'authentication_failed',
  message: 'The customer did not confirm the payment.'
}

/** Stands in for the bank's page to which a customer is sent: to look at, to confirm and to refuse. */
export function customerPages(app: SandboxApp, commitments: Commitments): void {
  // Forms of browsers; theirs are empty.
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null))

  app.get(
    `${CUSTOMER_PAGES}/:gateway/:reference`,
    { schema: { params: path } },
    ({ params: { gateway, reference } }, reply) => {
      const asked = commitments.awaited(gateway, reference)
      reply.type('text/html; charset=utf-8').code(asked === undefined ? 404 : 200)
      return page(
        asked === undefined
          ? '<p>There is nothing to decide here, or not any more.</p>'
          : `<p>${gateway} asks: pay ${asked.amount} (minor units) ${asked.currency}?</p>
${form(`${reference}/approve`, 'Confirm')}
${form(`${reference}/decline`, 'Refuse')}`
      )
    }
  )

  app.post(
    `${CUSTOMER_PAGES}/:gateway/:reference/:choice`,
    { schema: { params: decision } },
    ({ params: { gateway, reference, choice } }, reply) => {
      const ending = choice === 'approve' ? 'APPROVE' : notAuthenticated
      const isDone = commitments.decide(gateway, reference, ending)
      reply.type('text/html; charset=utf-8').code(isDone ? 200 : 404)
      return page(`<p>${isDone ? 'Done.' : 'There is nothing to decide here, or not any more.'}</p>`)
    }
  )
}

const page = (body: string): string => `<!doctype html><title>Sandbox bank</title>${body}\n`

const form = (action: string, label: string): string =>
  `<form method="post" action="${action}"><button>${label}</button></form>`
