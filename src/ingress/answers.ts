// What every route that takes a command does around it: reads the request's part of a submission, and answers with what
// came of it.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { refundIdOf } from '../domain/payment/refunds.ts'
import { ApiError, isErrorCode } from '../errors.ts'
import { isPaymentId } from '../identity.ts'
import { traceparentFor } from '../platform/http/request-record.ts'
import { formatPosition, POSITION_HEADER } from '../position.ts'
import type { CommandAnswer } from '../replies.ts'
import { refuseCardNumbers } from '../screen.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import type { Accepted, Submission } from './ingress.ts'
import { prefersAsync } from './preferences.ts'

export function submissionOf(request: FastifyRequest): Submission {
  return {
    merchantId: request.merchantId,
    idempotencyKey: idempotencyKeyOf(request.headers),
    correlationId: request.id,
    requestedBy: request.keyRole === null ? null : `key:${request.apiKeyId}`,
    traceparent: traceparentFor(request),
    async: prefersAsync(request.headers)
  }
}

/** JSON has many ways to write a number, of which the screen of the body knows the plain ones. */
export const screenAmount = (amount?: number): void => refuseCardNumbers(String(amount))

/** What cannot be an id is not asked for: it would only leave a rejection on the topic. */
export function paymentIdIn(request: FastifyRequest<{ Params: { id: string } }>): string {
  const { id } = request.params
  if (!isPaymentId(id)) throw new ApiError('payment_not_found')
  request.paymentId = id
  return id
}

/**
 * Answers with the payment, or 202 while it does not rest.
 * @throws ApiError when the command was refused
 */
export function answerPayment(
  request: FastifyRequest,
  reply: FastifyReply,
  accepted: Accepted,
  status: 200 | 201
): FastifyReply {
  const path = `/v1/payments/${accepted.paymentId}`
  const settled = settledIn(request, reply, accepted)
  if (settled === null) return answerAccepted(reply, accepted, path)
  return reply.code(status).header('etag', `"${settled.payment.version}"`).send(settled.payment)
}

/** Answers with the refund that was asked for, as `answerPayment`. Its id is known before anything came of it. */
export function answerRefund(request: FastifyRequest, reply: FastifyReply, accepted: Accepted): FastifyReply {
  const { paymentId, commandId } = accepted
  const path = `/v1/payments/${paymentId}/refunds/${refundIdOf(commandId)}`
  const settled = settledIn(request, reply, accepted)
  if (settled?.payment.refund === undefined) return answerAccepted(reply, accepted, path)
  const { payment } = settled
  return reply
    .code(201)
    .headers({ location: path, etag: `"${payment.version}"` })
    .send(payment.refund)
}

function settledIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { position, answer }: Accepted
): Extract<CommandAnswer, { kind: 'payment' }> | null {
  if (prefersAsync(request.headers)) reply.header('preference-applied', 'respond-async')
  reply.header(POSITION_HEADER, formatPosition(position))
  if (answer?.kind === 'rejected') throw refusalOf(answer)
  return answer
}

const answerAccepted = (reply: FastifyReply, { paymentId, position }: Accepted, path: string): FastifyReply =>
  reply
    .code(202)
    .header('location', path)
    .send({ id: paymentId, position: formatPosition(position) })

/** A newer processor may refuse for a reason that this version has no code for. */
const refusalOf = ({ code, message }: { code: string; message: string }): ApiError =>
  isErrorCode(code)
    ? new ApiError(code, { detail: message })
    : new ApiError('command_rejected', { detail: `${message} (${code})` })
