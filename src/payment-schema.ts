// A payment as the API describes it, for every route that answers with one.
import { Type } from 'typebox'
import { customerHints } from './domain/declines/reasons.ts'
import { limits } from './domain/payment/limits.ts'
import { transitions } from './domain/payment/statuses.ts'
import type { PaymentView } from './domain/payment/view.ts'
import { time } from './platform/http/schema-parts.ts'

const minorUnits = (description: string) =>
  Type.Integer({ minimum: 0, maximum: limits.maxAmount, description })

export const paymentStatuses = [...new Set(transitions.map(({ to }) => to))]

/** The payment that a path names. What cannot be an id is not found, rather than invalid. */
export const byPaymentId = Type.Object({ id: Type.String({ description: "The payment's id." }) })

/** What every answer about a refund says. */
export const refundFields = {
  id: Type.String({ description: 'Follows from the payment and the idempotency key.' }),
  status: Type.Enum(['pending', 'succeeded', 'failed'], {
    description: '`pending`: its amount is reserved, and its gateway is asked or will be.'
  }),
  amount: minorUnits('Minor units of the currency of the payment.')
}

export const payment = Type.Object(
  {
    id: Type.String({ description: 'Follows from the merchant and the idempotency key.' }),
    status: Type.Enum(paymentStatuses, { description: 'Where the payment is in its life.' }),
    amount: minorUnits('What was asked for, in minor units, as all amounts.'),
    currency: Type.String({ description: 'ISO 4217 alphabetic code.' }),
    capture: Type.Enum(['automatic', 'manual']),
    authorizedAmount: minorUnits('What the gateway has reserved.'),
    capturedAmount: minorUnits('What was taken.'),
    refundedAmount: minorUnits('What was given back.'),
    gateway: Type.Union([Type.String(), Type.Null()], { description: 'Null until one is chosen.' }),
    version: Type.Integer({ minimum: 1, description: 'Grows with every event: the ETag.' }),
    customer: Type.Object({
      id: Type.String({ description: "The merchant's id of the customer." }),
      country: Type.Optional(Type.String({ description: 'ISO 3166-1 alpha-2.' }))
    }),
    description: Type.Optional(Type.String()),
    metadata: Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'As it was sent.'
    }),
    failure: Type.Optional(
      Type.Object(
        {
          stage: Type.String({ description: 'Which step failed.' }),
          code: Type.String({ description: "The gateway's, or `no_gateway_available`." }),
          message: Type.String({ description: 'For people of yours.' }),
          customerHint: Type.Object(
            {
              code: Type.Enum(Object.keys(customerHints), {
                description: 'What the customer can do about it.'
              }),
              message: Type.String({ description: 'The same in words.' })
            },
            { description: 'What to tell the customer; more may be added.' }
          )
        },
        { description: 'Of a payment that is FAILED.' }
      )
    ),
    operation: Type.Optional(
      Type.Object(
        {
          id: Type.String({ description: 'Tells the operations of a payment apart.' }),
          kind: Type.Enum(['authorize', 'purchase', 'capture', 'void', 'refund', 'settle']),
          status: Type.Enum(
            ['requested', 'pending', 'needs-customer', 'unknown', 'retry-scheduled', 'settling'],
            {
              description:
                '`requested`: under way. `pending`: the gateway has accepted it. `needs-customer`: send the customer to `redirectUrl`. `unknown`: it may have been done. `retry-scheduled`: it comes to another attempt. `settling`: it was captured, and has not settled.'
            }
          ),
          redirectUrl: Type.Optional(Type.String({ format: 'uri' }))
        },
        { description: 'What the payment waits for at its gateway; absent when for nothing.' }
      )
    ),
    review: Type.Optional(
      Type.Object(
        {
          status: Type.Enum(['pending', 'approved', 'rejected'], {
            description: '`pending`: it is held until an operator decides.'
          }),
          until: Type.Optional(time('While pending: when the payment fails unless somebody has decided.'))
        },
        { description: 'Of a payment that somebody has to look at, or had to, before it went to a gateway.' }
      )
    ),
    refund: Type.Optional(
      Type.Object(refundFields, { description: 'In the answer to a command that asked for one.' })
    ),
    createdAt: time('When the payment was initiated.'),
    updatedAt: time('When it last changed.')
  },
  { title: 'Payment' }
)

const common = {
  amount: 1099,
  currency: 'EUR',
  authorizedAmount: 1099,
  refundedAmount: 0,
  gateway: 'sandbox-alpha',
  customer: { id: 'cus_1' },
  createdAt: '2026-11-01T09:00:00.000Z',
  updatedAt: '2026-11-01T09:00:00.120Z'
} as const

/** The payments that the examples of the document make, in its order, as the demo merchant. */
export const examplePayments = {
  /** Under the idempotency key order-1. */
  completed: {
    ...common,
    id: 'pay_z6ajk7uxbt6sqnwmghjho5xhbui5ikv2',
    status: 'COMPLETED',
    capture: 'automatic',
    capturedAmount: 1099,
    version: 6,
    metadata: { order: '1' }
  },
  /** order-2 */
  authorized: {
    ...common,
    id: 'pay_2btbulyhg2u3oeco7hp6eet4hme27pj3',
    status: 'AUTHORIZED',
    capture: 'manual',
    capturedAmount: 0,
    version: 4,
    metadata: {}
  },
  /** order-3 */
  declined: {
    ...common,
    id: 'pay_ajvuqi6falufb22rqs42s7wnamg3rwh7',
    status: 'FAILED',
    capture: 'automatic',
    authorizedAmount: 0,
    capturedAmount: 0,
    version: 4,
    metadata: {},
    failure: {
      stage: 'AUTHORIZATION',
      code: 'card_declined',
      message: 'The card was declined.',
      customerHint: { code: 'CONTACT_ISSUER', message: customerHints.CONTACT_ISSUER }
    }
  },
  /** order-4, which is authorized and then cancelled. */
  toCancel: { id: 'pay_n5sy743ul5vysuvu5mufuoyzcnfx5rzn' },
  /** order-6, which is completed; refund-1 gives a part back. */
  toRefund: { id: 'pay_shcvbzfpocgqgcxk35c3ynsl4fyn6xat', refundId: 'ref_325ptg4mzfvwjxl75kazvy7wo7yc7cap' }
} as const satisfies Record<string, Partial<PaymentView> & { readonly refundId?: string }>
