// What the bodies of the operations on a payment may be.
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

const STRONG_ETAG = /^"([1-9][0-9]{0,14})"$/

/**
 * The version that a payment must have, from its ETag; null when the sender does not care (RFC 9110, section 13.1.1).
 * @throws ApiError if_match_malformed
 */
export function expectedVersionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  const [, version] = STRONG_ETAG.exec(ifMatch.trim()) ?? []
  if (version === undefined) throw new ApiError('if_match_malformed')
  return Number(version)
}
