// The routes on which routing policies are tried out, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { instant, nullable, securedBy, time } from '../platform/http/schema-parts.ts'
import {
  cancelReplayExamples,
  findReplayExamples,
  startReplayExamples,
  validatePolicyExamples
} from './operation-examples.ts'
import { tags } from './schema-parts.ts'

/** What is wrong with it is the answer, so nothing is refused before. */
const anyPolicy = Type.Unsafe<object>({
  type: 'object',
  additionalProperties: true,
  description: 'As `PUT /v1/admin/routing-policies/{id}` takes it.'
})
const number = (description: string) => Type.Number({ description })
const count = (description: string) => Type.Integer({ minimum: 0, description })
const interval = (description: string): TSchema =>
  nullable(
    Type.Object({
      value: number('The estimate.'),
      low: number('In 95 of 100 cases the truth is not below.'),
      high: number('Nor above.')
    }),
    description
  )

export const validatePolicySchema = {
  operationId: 'validateRoutingPolicy',
  summary: 'See what is wrong with a routing policy',
  description:
    'All that would keep it from being written now, names of gateways and merchants included. Nothing is written.',
  ...{ ...securedBy('viewer'), tags },
  body: anyPolicy,
  answers: {
    200: {
      description: 'Whether it could be written, and what is against it.',
      schema: Type.Object(
        {
          valid: Type.Boolean({ description: 'Whether there is no fault.' }),
          faults: Type.Array(
            Type.Object({
              path: Type.String({ description: 'JSON pointer into the policy.' }),
              message: Type.String({ description: 'What is wrong there.' })
            })
          )
        },
        { title: 'Validation' }
      )
    }
  },
  problems: [],
  examples: validatePolicyExamples
} satisfies FastifySchema

const moment = (description: string) => Type.String({ format: 'date-time', pattern: 'Z$', description })

export const startReplaySchema = {
  operationId: 'startRoutingReplay',
  summary: 'Tell what another routing policy would have come to',
  description:
    'Makes the choices of a period anew, by what is on record of them, in a thread of this process. At most two run at a time. It lives in the process, and for an hour after its end: ask the process that you started it at.',
  ...{ ...securedBy('operator'), tags },
  body: Type.Object(
    {
      policy: anyPolicy,
      from: moment('Choices from then on, in UTC.'),
      to: Type.Optional(moment('Choices before then, in UTC; now unless given.'))
    },
    { additionalProperties: false, title: 'RoutingReplayToStart' }
  ),
  answers: {
    202: {
      description: 'It runs.',
      schema: Type.Object(
        { id: Type.String({ description: 'Of the replay.' }) },
        { title: 'RoutingReplayStarted' }
      ),
      headers: { Location: Type.String({ description: 'The replay.' }) }
    }
  },
  problems: ['reference_unknown', 'too_many_replays'],
  examples: startReplayExamples
} satisfies FastifySchema

const byId = Type.Object({ id: Type.String({ description: 'Of the replay.' }) })

const report = Type.Object({
  policy: Type.String({ description: 'Its id.' }),
  from: instant,
  to: instant,
  choices: count('Choices that were looked at.'),
  open: count('Left out: what came of them is not known yet.'),
  unrecorded: count('Left out: recorded without probabilities.'),
  unrouted: count('For which the policy has no gateway.'),
  volume: Type.Array(
    Type.Object({
      gateway: Type.String({ description: 'Id of its profile.' }),
      happened: number('Choices.'),
      expected: number('Choices by the policy.'),
      unseen: number('Of the expected ones, those that could not have been made then.')
    })
  ),
  approvals: Type.Object({
    happened: nullable(Type.Number(), 'Part of the choices, 0 to 1.'),
    expected: interval('The same by the policy.')
  }),
  fees: Type.Array(
    Type.Object({
      currency: Type.String({ description: 'ISO 4217 alphabetic code.' }),
      happened: number('Minor units in all.'),
      expected: interval('The same by the policy.')
    })
  ),
  effective: number('It says as much as so many payments that the policy had routed itself.'),
  unseen: number('Part of the volume that would go where it could not have gone then, 0 to 1.'),
  tooLittle: Type.Array(Type.String(), {
    description: 'Why nothing can be told, and nothing is expected; empty when it can.'
  })
})

export const findReplaySchema = {
  operationId: 'findRoutingReplay',
  summary: 'Read how a replay stands, and what it came to',
  ...{ ...securedBy('viewer'), tags },
  params: byId,
  answers: {
    200: {
      description: 'The replay.',
      schema: Type.Object(
        {
          id: byId.properties.id,
          status: Type.Enum(['running', 'done', 'failed'], { description: 'How it stands.' }),
          progress: Type.Number({ minimum: 0, maximum: 1, description: 'Part of the log that was read.' }),
          startedAt: time('When.'),
          endedAt: nullable(instant, 'Null while it runs.'),
          policy: Type.String({ description: 'Id of the policy.' }),
          from: time('Of the choices.'),
          to: time('Of the choices.'),
          trouble: nullable(Type.String(), 'Why it failed.'),
          result: nullable(
            report,
            'What it came to, as `aegispay replay routing --json` tells it; null until it is done.'
          )
        },
        { title: 'RoutingReplay' }
      )
    }
  },
  problems: ['replay_not_found'],
  examples: findReplayExamples
} satisfies FastifySchema

export const cancelReplaySchema = {
  operationId: 'cancelRoutingReplay',
  summary: 'Cancel a replay, or forget what it came to',
  ...{ ...securedBy('operator'), tags },
  params: byId,
  answers: { 204: { description: 'It is gone.' } },
  problems: ['replay_not_found'],
  examples: cancelReplayExamples
} satisfies FastifySchema
