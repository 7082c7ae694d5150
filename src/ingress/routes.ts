import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import { paymentIdOf } from '../identity.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes, type KeyDirectory } from '../platform/http/authentication.ts'
import { faultsIn, pathOf, unknownProperties } from '../platform/http/faults.ts'
import type { Late } from '../platform/http/late.ts'
import { answerPayment, answerRefund, paymentIdIn, screenAmount, submissionOf } from './answers.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import type { Accepted, Ingress, OperationTerms, PaymentOperation } from './ingress.ts'
import { expectedVersionIn } from './operation-requests.ts'
import {
  cancelPaymentSchema,
  capturePaymentSchema,
  closeRefundsSchema,
  refundPaymentSchema,
  retryPaymentSchema
} from './operation-schemas.ts'
import { codesByPath } from './payment-request.ts'
import { startPaymentSchema } from './route-schemas.ts'
import { stored } from './stored.ts'

/** What the routes need of the running role. */
export interface IngressService {
  readonly ingress: Pick<Ingress, 'startPayment' | 'operate'>
  readonly keys: KeyDirectory
  /** Whether as many payments wait for a gateway as may. */
  isFull(): boolean
  /** Ends every wait for an answer, so that the process can end. */
  stopWaiting(): void
}

/** The routes that change something. */
export function ingressRoutes(app: HttpApp, service: Late<IngressService>): void {
  app.addHook('preClose', done => {
    service.current?.stopWaiting()
    done()
  })
  // Before the body is read: what comes without a key is not worth it.
  authenticateRoutes(app, () => service.get().keys)
  app.addHook('onRequest', (request, _reply, done) => {
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
    if (service.get().isFull()) throw new ApiError('too_many_waiting')
    request.paymentId = paymentIdOf(request.merchantId, idempotencyKeyOf(request.headers))
    const accepted = await stored(service.get().ingress.startPayment(submissionOf(request), request.body))
    reply.header('location', `/v1/payments/${accepted.paymentId}`)
    return answerPayment(request, reply, accepted, 201)
  })

  /** Stores a command on the payment that the path names. */
  function operate<O extends PaymentOperation>(
    request: FastifyRequest<{ Params: { id: string } }>,
    operation: O,
    terms: OperationTerms<O>
  ): Promise<Accepted> {
    const { ingress } = service.get()
    return stored(ingress.operate(submissionOf(request), paymentIdIn(request), operation, terms))
  }

  app.post('/v1/payments/:id/capture', { schema: capturePaymentSchema }, async (request, reply) => {
    screenAmount(request.body.amount)
    const terms = { amount: request.body.amount ?? null, expectedVersion: expectedVersionIn(request) }
    return answerPayment(request, reply, await operate(request, 'capture', terms), 200)
  })

  app.post('/v1/payments/:id/cancel', { schema: cancelPaymentSchema }, async (request, reply) => {
    const terms = { reason: request.body.reason ?? null, expectedVersion: expectedVersionIn(request) }
    return answerPayment(request, reply, await operate(request, 'cancel', terms), 200)
  })

  app.post('/v1/payments/:id/refunds', { schema: refundPaymentSchema }, async (request, reply) => {
    const { amount = null, reason = null } = request.body
    screenAmount(request.body.amount)
    const terms = { amount, reason, expectedVersion: expectedVersionIn(request) }
    return answerRefund(request, reply, await operate(request, 'refund', terms))
  })

  app.post('/v1/payments/:id/retry', { schema: retryPaymentSchema }, async (request, reply) => {
    const terms = { expectedVersion: expectedVersionIn(request) }
    return answerPayment(request, reply, await operate(request, 'retry', terms), 200)
  })

  app.post('/v1/payments/:id/close-refunds', { schema: closeRefundsSchema }, async (request, reply) => {
    const terms = { expectedVersion: expectedVersionIn(request) }
    return answerPayment(request, reply, await operate(request, 'close-refunds', terms), 200)
  })
}
