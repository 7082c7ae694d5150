// The routes of the analytics, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { nullable, securedBy, time } from '../platform/http/schema-parts.ts'
import { paymentsInFlight, REFUNDING } from '../projections/analytics/queries.ts'
import { analyticsExamples, declinesExamples } from './analytics-examples.ts'
import { declinesQuery, figuresQuery, subjects } from './analytics-query.ts'
import { headers, readProblems } from './route-schemas.ts'

const asked = {
  ...securedBy('payments:read'),
  tags: ['Analytics'],
  headers,
  madeOf: ['analytics'],
  orOfAll: true
}
const count = (description: string) => Type.Integer({ minimum: 0, description })
const currency = Type.String({ description: 'ISO 4217 alphabetic code.' })
const period = {
  from: time('The first instant that is counted.'),
  to: time('The first instant that is not.')
}

const sum = (description: string) =>
  Type.Object(
    {
      count: count('How many.'),
      amount: Type.Integer({ minimum: 0, description: 'Minor units of the currency.' })
    },
    { description }
  )
const share = (description: string) => nullable(Type.Number({ minimum: 0, maximum: 1 }), description)
const told = (description: string) =>
  Type.Optional(
    Type.Union([Type.String(), Type.Null()], { description: `${description} Only where it is told apart.` })
  )

const milliseconds = (description: string) => nullable(Type.Number({ minimum: 0 }), description)
const latency = (description: string) =>
  Type.Object(
    {
      count: count('How many are known.'),
      p50Ms: milliseconds('Milliseconds within which half of them ended, to within 1 %.'),
      p95Ms: milliseconds('Milliseconds within which 95 of 100 ended, to within 1 %.'),
      p99Ms: milliseconds('Milliseconds within which 99 of 100 ended, to within 1 %.')
    },
    { description }
  )

const figures = Type.Object(
  {
    hour: Type.Optional(time('When it begins. Only where it is told apart.')),
    day: Type.Optional(time('When it begins, in UTC. Only where it is told apart.')),
    currency,
    method: told('The kind of payment method.'),
    merchant: told('Its id.'),
    gateway: told('Null for what happened while no gateway was chosen.'),
    variant: told('Of the routing policy; null where none was tried.'),
    payments: Type.Object({
      initiated: sum('Begun.'),
      authorized: sum('Authorized.'),
      captured: sum('Captured.'),
      completed: sum('Settled.'),
      failed: sum('Failed before they were authorized, whatever the reason.'),
      settlementFailed: sum('Captured, and not settled.'),
      cancelled: sum('Cancelled.'),
      expired: sum('Given back since they were not captured in time.'),
      retried: count('Failed payments that began again.')
    }),
    attempts: Type.Object(
      {
        approved: count('The gateway said yes.'),
        declined: count('The gateway said no.'),
        failed: count('They came to nothing without the gateway deciding.'),
        unknown: count('Of which it was not known for a while what had become of them.')
      },
      { description: 'To charge a payment, by when they ended.' }
    ),
    approval: Type.Object({
      payments: share(
        'Of the payments that were authorized or failed before that, those that were authorized.'
      ),
      attempts: share('Of the attempts that a gateway approved or declined, those that it approved.')
    }),
    refunds: Type.Object({ succeeded: sum('Given back.'), failed: sum('Not given back.') }),
    fees: Type.Object(
      {
        payments: count('Captured payments of which the fee is known.'),
        amount: Type.Number({ minimum: 0, description: 'Minor units, fractions included.' })
      },
      {
        description:
          "What the gateways take for captured payments, by their profiles as they were when the gateway was chosen, for the payments' whole amounts."
      }
    ),
    latency: Type.Object({
      authorization: latency('From the beginning of a payment, or of its retry, to its authorization.'),
      completion: latency('From there to its settlement.'),
      gatewayAnswer: latency('From asking a gateway for anything to the first that was heard of it.')
    })
  },
  { title: 'PaymentFigures' }
)

export const figuresSchema = {
  operationId: 'analysePayments',
  summary: 'Read what happened to payments',
  description:
    'Everything is counted in the hour in which it happened, UTC. Rows follow time, then currency, then what else is told apart; there is none where nothing happened. See docs/analytics.md.',
  ...asked,
  querystring: figuresQuery,
  answers: {
    200: {
      description: 'A page of them.',
      schema: Type.Object(
        {
          ...period,
          data: Type.Array(figures),
          nextCursor: nullable(Type.String(), 'Null on the last page.')
        },
        { title: 'PaymentFiguresPage' }
      )
    }
  },
  problems: readProblems,
  examples: analyticsExamples
} satisfies FastifySchema

export const inFlightSchema = {
  operationId: 'readInFlight',
  summary: 'Read how much is under way',
  description:
    'Payments that have begun and not ended, and refunds that were taken in and have not ended (`REFUNDING`), as of now.',
  ...asked,
  answers: {
    200: {
      description: 'By currency and status; what there is none of is left out.',
      schema: Type.Object(
        {
          data: Type.Array(
            Type.Object({
              currency,
              status: Type.Enum([...paymentsInFlight, REFUNDING]),
              count: count('How many payments, or refunds.'),
              amount: Type.Integer({
                minimum: 0,
                description:
                  'What is to be paid, is authorized, is captured, or is to be given back; minor units.'
              })
            })
          )
        },
        { title: 'InFlight' }
      )
    }
  },
  problems: readProblems
} satisfies FastifySchema

export const declinesSchema = {
  operationId: 'analyseDeclines',
  summary: 'Read why payments came to nothing',
  ...asked,
  querystring: declinesQuery,
  answers: {
    200: {
      description: 'The most frequent reasons, with those first that come up most.',
      schema: Type.Object(
        {
          ...period,
          of: Type.Enum([...subjects]),
          data: Type.Array(
            Type.Object({
              code: Type.String({ description: 'Stable code of the reason; docs/declines.md.' }),
              stage: nullable(Type.String(), 'Of payments, the step that failed; else null.'),
              declineType: nullable(Type.String(), '`HARD` or `SOFT`; null where no gateway has declined.'),
              count: count('How often.'),
              share: Type.Number({ minimum: 0, maximum: 1, description: 'Of all that came to nothing.' })
            })
          )
        },
        { title: 'Declines' }
      )
    }
  },
  problems: readProblems,
  examples: declinesExamples
} satisfies FastifySchema
