import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, isErrorCode } from '../errors.ts'
import { isPaymentId, paymentIdOf } from '../identity.ts'
import { authenticate, type KeyDirectory } from '../platform/http/authentication.ts'
import { faultsIn, pathOf, unknownProperties } from '../platform/http/faults.ts'
import type { Late } from '../platform/http/late.ts'
import { traceparentFor } from '../platform/http/request-record.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { formatPosition, POSITION_HEADER } from '../position.ts'
import { refuseCardNumbers } from '../screen.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import type { Accepted, Ingress, Submission } from './ingress.ts'
import { expectedVersionOf } from './operation-requests.ts'
import { codesByPath } from './payment-request.ts'
import { prefersAsync } from './preferences.ts'
import { cancelPaymentSchema, capturePaymentSchema, startPaymentSchema } from './route-schemas.ts'
import { stored } from './stored.ts'

/** What the routes need of the running role. */
export interface IngressService {
  readonly ingress: Pick<Ingress, 'startPayment' | 'capture' | 'cancel'>
  readonly keys: KeyDirectory
  /** Ends every wait for an answer, so that the process can end. */
  stopWaiting(): void
}

export const WRITE_SCOPE = 'payments:write'

/** The routes that change something. */
export function ingressRoutes(app: HttpApp, service: Late<IngressService>): void {
  app.addHook('preClose', done => {
    service.current?.stopWaiting()
    done()
  })
  // Before the body is read: what comes without a key is not worth it.
  app.addHook('onRequest', (request, _reply, done) => {
    request.merchantId = authenticate(request, service.get().keys, WRITE_SCOPE)
    idempotencyKeyOf(request.headers)
    done()
  })
  app.setSchemaErrorFormatter(faults => {
    const paths = new Set(faults.map(pathOf))
    const code = unknownProperties(faults)
      ? 'property_unknown'
      : Object.entries(codesByPath).find(([path]) => paths.has(path))?.[1]
    return new ApiError(code ?? 'body_invalid', { faults: faultsIn(faults) })
  })

  app.post('/v1/payments', { schema: startPaymentSchema }, async (request, reply) => {
    screenAmount(request.body.amount)
    request.paymentId = paymentIdOf(request.merchantId, idempotencyKeyOf(request.headers))
    const accepted = await stored(service.get().ingress.startPayment(submissionOf(request), request.body))
    reply.header('location', `/v1/payments/${accepted.paymentId}`)
    return answer(request, reply, accepted, 201)
  })

  app.post('/v1/payments/:id/capture', { schema: capturePaymentSchema }, async (request, reply) => {
    screenAmount(request.body.amount)
    const terms = {
      amount: request.body.amount ?? null,
      expectedVersion: expectedVersionOf(request.headers['if-match'])
    }
    const { ingress } = service.get()
    const accepted = await stored(ingress.capture(submissionOf(request), paymentIdIn(request), terms))
    return answer(request, reply, accepted, 200)
  })

  app.post('/v1/payments/:id/cancel', { schema: cancelPaymentSchema }, async (request, reply) => {
    const terms = {
      reason: request.body.reason ?? null,
      expectedVersion: expectedVersionOf(request.headers['if-match'])
    }
    const { ingress } = service.get()
    const accepted = await stored(ingress.cancel(submissionOf(request), paymentIdIn(request), terms))
    return answer(request, reply, accepted, 200)
  })
}

function submissionOf(request: FastifyRequest): Submission {
  return {
    merchantId: request.merchantId,
    idempotencyKey: idempotencyKeyOf(request.headers),
    correlationId: request.id,
    traceparent: traceparentFor(request),
    async: prefersAsync(request.headers)
  }
}

/** JSON has many ways to write a number, of which the screen of the body knows the plain ones. */
const screenAmount = (amount?: number): void => refuseCardNumbers(String(amount))

/** What cannot be an id is not asked for: it would only leave a rejection on the topic. */
function paymentIdIn(request: FastifyRequest<{ Params: { id: string } }>): string {
  const { id } = request.params
  if (!isPaymentId(id)) throw new ApiError('payment_not_found')
  request.paymentId = id
  return id
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { paymentId, position, answer: settled }: Accepted,
  status: 200 | 201
): FastifyReply {
  if (prefersAsync(request.headers)) reply.header('preference-applied', 'respond-async')
  reply.header(POSITION_HEADER, formatPosition(position))
  if (settled?.kind === 'rejected') throw refusalOf(settled)
  if (settled === null) {
    reply.header('location', `/v1/payments/${paymentId}`)
    return reply.code(202).send({ id: paymentId, position: formatPosition(position) })
  }
  const { payment } = settled
  return reply.code(status).header('etag', `"${payment.version}"`).send(payment)
}

/** A newer processor may refuse for a reason that this version has no code for. */
const refusalOf = ({ code, message }: { code: string; message: string }): ApiError =>
  isErrorCode(code)
    ? new ApiError(code, { detail: message })
    : new ApiError('command_rejected', { detail: `${message} (${code})` })
