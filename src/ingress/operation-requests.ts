// What the bodies of the operations on a payment may be.
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { limits } from '../domain/payment/limits.ts'
import { ApiError } from '../errors.ts'

const closed = { additionalProperties: false }

export const captureRequest = Type.Object(
  {
    amount: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.maxAmount,
        description: 'Minor units; all that is authorized unless given. A partial capture releases the rest.'
      })
    )
  },
  { ...closed, title: 'CaptureRequest' }
)

export const cancelRequest = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: limits.reasonLength, description: 'Shown to people.' })) },
  { ...closed, title: 'CancelRequest' }
)

export const refundRequest = Type.Object(
  {
    amount: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.maxAmount,
        description: 'Minor units; all that is left of what was captured unless given.'
      })
    ),
    reason: Type.Optional(Type.String({ maxLength: limits.reasonLength, description: 'Shown to people.' }))
  },
  { ...closed, title: 'RefundRequest' }
)

/** Of an operation about which there is nothing more to say. */
export const noTerms = Type.Object({}, closed)

export const resolveRequest = Type.Object(
  {
    operationId: Type.String({
      pattern: '^[a-z]+-[1-9][0-9]{0,8}$',
      description: "As in the payment's events, and in what is unknown."
    }),
    outcome: Type.Enum(['succeeded', 'failed'], { description: 'What became of it at the gateway.' }),
    reason: Type.String({
      minLength: 1,
      maxLength: limits.reasonLength,
      description: 'What shows it. Kept in the history.'
    }),
    reference: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: "The gateway's id of the operation." })
    )
  },
  { ...closed, title: 'ResolveRequest' }
)

export const reviewRequest = Type.Object(
  {
    decision: Type.Enum(['approve', 'reject'], { description: 'Whether the payment may go to a gateway.' }),
    reason: Type.String({
      minLength: 1,
      maxLength: limits.reasonLength,
      description: 'Why. Kept in the history.'
    })
  },
  { ...closed, title: 'ReviewRequest' }
)

const STRONG_ETAG = /^"([1-9][0-9]{0,14})"$/

/**
 * The version that a payment must have, from its ETag; null when the sender does not care (RFC 9110, section 13.1.1).
 * @throws ApiError if_match_malformed
 */
export function expectedVersionIn({ headers }: Pick<FastifyRequest, 'headers'>): number | null {
  const ifMatch = headers['if-match']
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  const [, version] = STRONG_ETAG.exec(ifMatch.trim()) ?? []
  if (version === undefined) throw new ApiError('if_match_malformed')
  return Number(version)
}
