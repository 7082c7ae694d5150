// What the body of POST /v1/payments may be, and the records it becomes.
import { Type, type Static } from 'typebox'
import { currencies } from '../domain/money/currencies.ts'
import { COUNTRY_PATTERN, limits } from '../domain/payment/limits.ts'
import type { ErrorCode } from '../errors.ts'
import type { InitiatePayment } from '../generated/records.ts'

const closed = { additionalProperties: false }
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })

export const paymentRequest = Type.Object(
  {
    amount: Type.Integer({ minimum: 1, maximum: limits.maxAmount, description: 'Minor units.' }),
    currency: Type.Enum(currencies(), { description: 'ISO 4217 alphabetic code.' }),
    capture: Type.Optional(
      Type.Enum(['automatic', 'manual'], {
        description: 'Whether the money is taken as soon as it is authorized; automatic unless given.'
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
            description: 'Kept apart from the payment, and no part of what makes two requests the same.'
          })
        )
      },
      closed
    ),
    paymentMethod: Type.Object(
      { type: Type.Enum(['card']), token: text(limits.tokenLength, 'Never a card number.') },
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
  ids: Pick<InitiatePayment, 'merchantId' | 'paymentId' | 'idempotencyKey'>
): InitiatePayment {
  const { amount, currency, capture, customer, paymentMethod, description, metadata } = request
  return {
    ...ids,
    amount,
    currency,
    capture: capture === 'manual' ? 'MANUAL' : 'AUTOMATIC',
    captureDelayMs: null,
    customer: { id: customer.id, country: customer.country ?? null },
    paymentMethod: { type: 'CARD', token: paymentMethod.token },
    description: description ?? null,
    metadata: metadata ?? {}
  }
}
