import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes, type KeyDirectory } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import { reading } from '../projections/reading.ts'
import { answerPayment, paymentIdIn, submissionOf } from './answers.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import type { Accepted, Ingress, OperationTerms } from './ingress.ts'
import { expectedVersionIn } from './operation-requests.ts'
import { resolveOutcomeSchema, resolveReviewSchema } from './operation-schemas.ts'
import { stored } from './stored.ts'

/** What the route needs of the running role. */
export interface ResolutionService {
  readonly ingress: Pick<Ingress, 'operate'>
  readonly keys: KeyDirectory
  /** Null when there is no such payment, as far as the read model goes. */
  readonly merchantOf: (paymentId: string) => Promise<string | null>
}

/** Where those who run the installation decide what no gateway says. A scope of its own, since their keys are of no merchant. */
export function resolutionRoutes(app: HttpApp, service: Late<ResolutionService>): void {
  authenticateRoutes(app, () => service.get().keys)
  app.addHook('onRequest', (request, _reply, done) => {
    idempotencyKeyOf(request.headers)
    done()
  })

  app.post('/v1/payments/:id/resolve', { schema: resolveOutcomeSchema }, async (request, reply) => {
    const { operationId, outcome, reason, reference = null } = request.body
    const found = outcome === 'succeeded' ? ('SUCCEEDED' as const) : ('FAILED' as const)
    const accepted = await decide(request, 'resolve', { operationId, outcome: found, reference, reason })
    return answerPayment(request, reply, accepted, 200)
  })

  app.post('/v1/payments/:id/review', { schema: resolveReviewSchema }, async (request, reply) => {
    const { decision, reason } = request.body
    const decided = decision === 'approve' ? ('APPROVE' as const) : ('REJECT' as const)
    const accepted = await decide(request, 'review', { decision: decided, reason })
    return answerPayment(request, reply, accepted, 200)
  })

  async function decide<O extends 'resolve' | 'review'>(
    request: FastifyRequest<{ Params: { id: string } }>,
    operation: O,
    terms: Omit<OperationTerms<O>, 'decidedBy' | 'expectedVersion'>
  ): Promise<Accepted> {
    const { ingress, merchantOf } = service.get()
    const paymentId = paymentIdIn(request)
    const expectedVersion = expectedVersionIn(request)
    const merchantId = await reading(() => merchantOf(paymentId))
    if (merchantId === null) throw new ApiError('payment_not_found')
    const signed = { ...terms, decidedBy: `key:${request.apiKeyId}`, expectedVersion }
    // The command is the merchant's, whoever decides: under that name its payment knows it.
    const submission = { ...submissionOf(request), merchantId }
    return stored(ingress.operate(submission, paymentId, operation, signed as OperationTerms<O>))
  }
}
