// What the body of POST /v1/payments may be, and the records it becomes.
import { Type, type Static } from 'typebox'
import { currencies } from '../domain/money/currencies.ts'
import { COUNTRY_PATTERN, limits, NETWORK_PATTERN } from '../domain/payment/limits.ts'
import type { ErrorCode } from '../errors.ts'
import type { CustomerContact, InitiatePayment } from '../generated/records.ts'

const closed = { additionalProperties: false }
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })

/** Of each contact detail. */
const CONTACT =
  'Kept apart from the payment, and no part of what makes two requests the same. All contact details given replace all that were held.'

export const paymentRequest = Type.Object(
  {
    amount: Type.Integer({ minimum: 1, maximum: limits.maxAmount, description: 'Minor units.' }),
    currency: Type.Enum(currencies(), { description: 'ISO 4217 alphabetic code.' }),
    capture: Type.Optional(
      Type.Enum(['automatic', 'manual'], {
        description: 'Whether the money is taken as soon as it is authorized; automatic unless given.'
      })
    ),
    captureDelayMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.captureDelayMs,
        description:
          'With automatic capture: milliseconds after the authorization in which it can still be cancelled.'
      })
    ),
    customer: Type.Object(
      {
        id: text(limits.customerIdLength, "The merchant's id of the customer."),
        country: Type.Optional(Type.String({ pattern: COUNTRY_PATTERN, description: 'ISO 3166-1 alpha-2.' })),
        email: Type.Optional(
          Type.String({
            maxLength: 254,
            pattern: '^[^\\s@]+@[^\\s@]+$',
            description: `${CONTACT} Where notifications go.`
          })
        ),
        address: Type.Optional(
          Type.Union([Type.String({ format: 'ipv4' }), Type.String({ format: 'ipv6' })], {
            description:
              'The network address that the customer pays from, by which fraud rules count payments. Only a digest of it is kept, and it is no part of what makes two requests the same.'
          })
        ),
        name: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 200,
            // Nothing that could end a line of a mail.
            pattern: '^[^\\u0000-\\u001f\\u007f]*$',
            description: `${CONTACT} How the customer is called.`
          })
        ),
        phone: Type.Optional(
          Type.String({
            pattern: '^\\+[1-9][0-9]{1,14}$',
            description: `${CONTACT} E.164, beginning with +.`
          })
        )
      },
      closed
    ),
    paymentMethod: Type.Object(
      {
        type: Type.Enum(['card']),
        token: text(limits.tokenLength, 'Never a card number.'),
        network: Type.Optional(
          Type.String({
            pattern: NETWORK_PATTERN,
            description: 'The card network, as `visa`: routing tells networks apart where it is said.'
          })
        )
      },
      closed
    ),
    description: Type.Optional(Type.String({ maxLength: limits.descriptionLength })),
    metadata: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        maxProperties: limits.metadataEntries,
        propertyNames: { maxLength: limits.metadataKeyLength },
        additionalProperties: { type: 'string', maxLength: limits.metadataValueLength },
        description: 'Your own keys and values. No personal data.'
      })
    )
  },
  { ...closed, title: 'PaymentRequest' }
)

export type PaymentRequest = Static<typeof paymentRequest>

/** Places of the body whose faults have a code of their own. */
export const codesByPath: Readonly<Record<string, ErrorCode>> = {
  '/amount': 'amount_invalid',
  '/currency': 'currency_unknown'
}

/** The command that a request becomes; whoever produces it straight onto the topic writes the same. */
export function initiatePayment(
  request: PaymentRequest,
  ids: Pick<InitiatePayment, 'merchantId' | 'paymentId' | 'idempotencyKey'>,
  addressDigest: string | null = null
): InitiatePayment {
  const { amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata } =
    request
  return {
    ...ids,
    amount,
    currency,
    capture: capture === 'manual' ? 'MANUAL' : 'AUTOMATIC',
    captureDelayMs: captureDelayMs ?? null,
    customer: { id: customer.id, country: customer.country ?? null },
    paymentMethod: { type: 'CARD', token: paymentMethod.token, network: paymentMethod.network ?? null },
    description: description ?? null,
    metadata: metadata ?? {},
    addressDigest
  }
}

/** The contact details that a request gives; null when it gives none. */
export function contactIn(
  { customer }: PaymentRequest,
  merchantId: string,
  now: number
): CustomerContact | null {
  const { id: customerId, email = null, name = null, phone = null } = customer
  if (email === null && name === null && phone === null) return null
  return { merchantId, customerId, email, name, phone, updatedAt: now }
}
