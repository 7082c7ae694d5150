// The route that shows what customers were told.
import type { FastifySchema } from 'fastify'
import Type from 'typebox'
import { notificationTypes } from '../../control/notifications-document.ts'
import type { Example } from '../../platform/http/description.ts'
import type { HttpApp } from '../../platform/http/app.ts'
import { authenticateRoutes, type KeyDirectory } from '../../platform/http/authentication.ts'
import type { Late } from '../../platform/http/late.ts'
import {
  instant,
  nullable,
  pageIn,
  pageOfAll,
  pageQuery,
  securedBy
} from '../../platform/http/schema-parts.ts'
import { reading } from '../../projections/reading.ts'
import type { Page, PageRequest } from '../../page.ts'
import { notificationStatuses, type NotificationFilter, type NotificationView } from './notification.ts'

/** What the route needs of the running role. */
export interface NotificationListing {
  readonly keys: KeyDirectory
  readonly notifications: (
    merchantId: string,
    filter: NotificationFilter,
    page: PageRequest
  ) => Promise<Page<NotificationView>>
}

const notification = Type.Object(
  {
    id: Type.String(),
    paymentId: Type.String(),
    sequence: Type.Integer({ minimum: 1, description: "The event's place in the payment's history." }),
    eventType: Type.Enum([...notificationTypes]),
    status: Type.Enum([...notificationStatuses], {
      description:
        '`pending`: it waits for its first or its next attempt. `sent`: the mail server has it. `failed`: it was refused, or has had its last attempt. `skipped`: nobody was to be told.'
    }),
    reason: nullable(
      Type.String(),
      'Of what was not sent: `smtp_<code>` as the server answered, what the connection lacked, `no_address`, or `not_wanted`.'
    ),
    attemptCount: Type.Integer({ minimum: 0 }),
    nextAttemptAt: nullable(instant, 'At the earliest.'),
    createdAt: instant,
    sentAt: nullable(instant, 'When the mail server took it.')
  },
  { title: 'Notification' }
)

const examples: Readonly<Record<string, Example>> = {
  none: {
    summary: 'What the customer was told of a payment',
    query: { payment: 'pay_z6ajk7uxbt6sqnwmghjho5xhbui5ikv2' },
    status: 200,
    answer: { data: [], nextCursor: null }
  }
}

const listSchema = {
  operationId: 'listNotifications',
  summary: 'List what customers were told by mail, the newest first',
  description: 'Without addresses: they are kept with the customer alone.',
  ...securedBy('payments:read'),
  tags: ['Customers'],
  querystring: Type.Object(
    {
      payment: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 64,
          pattern: '^[^\\u0000]*$',
          description: 'Of which payment.'
        })
      ),
      status: Type.Optional(Type.Enum([...notificationStatuses])),
      ...pageQuery
    },
    { additionalProperties: false }
  ),
  answers: { 200: { description: 'A page of them.', schema: pageOfAll(notification, 'NotificationPage') } },
  problems: ['read_model_unavailable'],
  examples
} satisfies FastifySchema

export function notificationRoutes(app: HttpApp, service: Late<NotificationListing>): void {
  authenticateRoutes(app, () => service.get().keys)

  app.get('/v1/notifications', { schema: listSchema }, ({ merchantId, query }) => {
    const { payment: paymentId, status } = query
    const filter = {
      ...(paymentId === undefined ? {} : { paymentId }),
      ...(status === undefined ? {} : { status })
    }
    return reading(() => service.get().notifications(merchantId, filter, pageIn(query)))
  })
}
