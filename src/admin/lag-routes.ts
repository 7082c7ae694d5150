import type { FastifySchema } from 'fastify'
import Type from 'typebox'
import { ApiError } from '../errors.ts'
import { LagUnavailableError, type LagDesk } from '../lag/lag-desk.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes, type KeyDirectory } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import { nullable, securedBy } from '../platform/http/schema-parts.ts'
import { asksKafka, tags } from './schema-parts.ts'

/** What the route needs of the running role. */
export interface LagService {
  readonly table: KeyDirectory
  readonly lag: Pick<LagDesk, 'current'>
}

/** The route that tells how far every role is behind. */
export function lagRoutes(app: HttpApp, service: Late<LagService>): void {
  authenticateRoutes(app, () => service.get().table)

  app.get('/v1/admin/lag', { schema: lagSchema }, async (_request, reply) => {
    const data = await service
      .get()
      .lag.current()
      .catch((error: unknown) => {
        if (!(error instanceof LagUnavailableError)) throw error
        throw new ApiError('topics_unavailable', { cause: error })
      })
    return reply.send({ data })
  })
}

const count = (description: string) => Type.Integer({ minimum: 0, description })

const lagSchema = {
  operationId: 'listLag',
  summary: 'See how far every role is behind',
  description:
    'As `aegispay lag` shows it: from where each role really goes on, and who reads for it. Several that ask within a second share an answer.',
  ...{ ...securedBy('viewer'), tags },
  answers: {
    200: {
      description: 'Each consumer group, in the order of the way of a payment.',
      schema: Type.Object(
        {
          data: Type.Array(
            Type.Object({
              group: Type.String({ description: 'Its id.' }),
              role: Type.Enum(['processor', 'gateway', 'projector', 'listener', 'delivery']),
              state: Type.String({
                description: 'As the broker calls it; `Dead` when there is no such group.'
              }),
              members: count('Processes that read for it.'),
              positionsIn: Type.Enum(['changelog', 'group', 'PostgreSQL'], {
                description: 'Where the role keeps the position that it goes on from.'
              }),
              lag: nullable(
                Type.Integer({ minimum: 0 }),
                'Offsets in all; null when positions cannot be read.'
              ),
              faults: Type.Array(Type.String(), { description: 'What to look at; empty when all is well.' }),
              partitions: Type.Array(
                Type.Object({
                  topic: Type.String(),
                  partition: count('Of the topic.'),
                  position: nullable(
                    Type.Integer(),
                    'Next offset to deal with; null when there is none yet.'
                  ),
                  end: count('Offset behind the last record.'),
                  lag: nullable(Type.Integer({ minimum: 0 }), 'Offsets between the two.'),
                  owner: nullable(Type.String(), 'The member that has the partition.'),
                  host: nullable(Type.String(), 'Of that member.')
                })
              )
            })
          )
        },
        { title: 'Lag' }
      )
    }
  },
  problems: asksKafka
} satisfies FastifySchema
