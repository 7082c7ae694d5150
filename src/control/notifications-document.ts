// What a merchant has its customers told by mail, and in which words.
import Type, { type Static } from 'typebox'
import type { Fault } from '../errors.ts'

/** What customers can be told of, as webhooks call it. */
export const notificationTypes = [
  'payment.completed',
  'payment.failed',
  'payment.action_required',
  'payment.partially_refunded',
  'payment.refunded'
] as const
export type NotificationType = (typeof notificationTypes)[number]

const anywhere = ['amount', 'customer', 'merchant', 'payment', 'description'] as const
const ofRefunds = ['refunded'] as const

/** What may stand in braces in a text, beyond what may everywhere. */
const placeholders = {
  'payment.completed': [],
  'payment.failed': ['hint'],
  'payment.action_required': ['link'],
  'payment.partially_refunded': ofRefunds,
  'payment.refunded': ofRefunds
} as const satisfies Record<NotificationType, readonly string[]>

export type Placeholder = (typeof anywhere)[number] | (typeof placeholders)[NotificationType][number]

/** `{amount}`: what stands for something. Other braces are braces. */
export const PLACEHOLDER = /\{([a-z]+)\}/g

/** No line of a header ends in it. */
const ONE_LINE = '^[^\\u0000-\\u001f\\u007f\\u2028\\u2029]*$'
/** Lines may end in it. */
const TEXT = '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$'
/** Neither quoted nor with comments: nothing that could be another address, or another header. */
const ADDRESS = "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})+$"

const address = (description: string) => Type.String({ pattern: ADDRESS, maxLength: 254, description })

const Template = Type.Object(
  {
    subject: Type.String({ minLength: 1, maxLength: 150, pattern: ONE_LINE, description: 'One line.' }),
    text: Type.String({ minLength: 1, maxLength: 4000, pattern: TEXT, description: 'Plain text.' })
  },
  {
    description:
      'What a mail says. In braces: amount, customer, merchant, payment, description, and more by event.'
  }
)

export const Notifications = Type.Object(
  {
    from: address('The address that mails come from.'),
    fromName: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 100, pattern: ONE_LINE },
        description: "What people read instead of it; the merchant's name unless given."
      })
    ),
    replyTo: Type.Optional(address('Where answers go; to `from` unless given.')),
    events: Type.Array(Type.Enum([...notificationTypes]), {
      ...{ minItems: 1, uniqueItems: true },
      description: 'What customers are told of.'
    }),
    templates: Type.Optional(
      Type.Object(
        Object.fromEntries(notificationTypes.map(type => [type, Type.Optional(Template)])) as Record<
          NotificationType,
          ReturnType<typeof Type.Optional<typeof Template>>
        >,
        { additionalProperties: false, description: 'Words of its own, by event; English ones unless given.' }
      )
    )
  },
  { description: 'Mails to its customers; none unless given.' }
)
export type NotificationSettings = Static<typeof Notifications>

/** What stands in braces and means nothing where it stands. */
export function templateFaults({
  notifications
}: {
  readonly notifications?: NotificationSettings
}): Fault[] {
  return notificationTypes.flatMap(type => {
    const known = new Set<string>([...anywhere, ...placeholders[type]])
    return Object.entries(notifications?.templates?.[type] ?? {}).flatMap(([part, text]) =>
      [...text.matchAll(PLACEHOLDER)]
        .filter(([, name]) => !known.has(name!))
        .map(([placeholder]) => ({
          path: `/notifications/templates/${type}/${part}`,
          message: `${placeholder} means nothing here: ${[...known].join(', ')} do`
        }))
    )
  })
}
