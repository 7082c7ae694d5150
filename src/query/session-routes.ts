import Type from 'typebox'
import type { FastifySchema } from 'fastify'
import { KEY_ROLES } from '../key-scopes.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import { securedByAnyKey } from '../platform/http/schema-parts.ts'
import type { QueryService } from './routes.ts'

/** The route that tells whoever has a key what it is for. */
export function sessionRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)

  app.get('/v1/session', { schema: sessionSchema }, ({ apiKeyId, keyRole, merchantId }, reply) => {
    const all = service.get().merchants()
    const merchants = keyRole === null ? all.filter(({ id }) => id === merchantId) : all
    return reply.send({ keyId: apiKeyId, role: keyRole ?? 'merchant', merchants })
  })
}

const sessionSchema = {
  operationId: 'findSession',
  summary: 'See what the API key is for',
  description: 'For anyone who has a key: whose it is, and for which merchants it can act.',
  ...securedByAnyKey,
  tags: ['Operators'],
  answers: {
    200: {
      description: 'What the key is for.',
      schema: Type.Object(
        {
          keyId: Type.String({ description: 'The public part of the key.' }),
          role: Type.Enum(['merchant', ...KEY_ROLES], {
            description:
              '`merchant` for a key of a merchant; else what those who run the installation may do with it.'
          }),
          merchants: Type.Array(
            Type.Object({
              id: Type.String({ description: 'For `AegisPay-Merchant`.' }),
              name: Type.String({ description: 'Shown to people.' }),
              active: Type.Boolean({ description: 'False for one that was switched off.' })
            }),
            { description: 'By id: the own one, or all of them.' }
          )
        },
        { title: 'Session' }
      )
    }
  },
  problems: []
} satisfies FastifySchema
