import { ApiError } from '../errors.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateAdmin, type KeyDirectory } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import { reading } from '../projections/reading.ts'
import { answerPayment, paymentIdIn, submissionOf } from './answers.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import type { Ingress } from './ingress.ts'
import { expectedVersionIn } from './operation-requests.ts'
import { resolveOutcomeSchema } from './operation-schemas.ts'
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
  app.addHook('onRequest', (request, _reply, done) => {
    authenticateAdmin(request, service.get().keys)
    idempotencyKeyOf(request.headers)
    done()
  })

  app.post('/v1/payments/:id/resolve', { schema: resolveOutcomeSchema }, async (request, reply) => {
    const { operationId, outcome, reason, reference = null } = request.body
    const { ingress, merchantOf } = service.get()
    const paymentId = paymentIdIn(request)
    const expectedVersion = expectedVersionIn(request)
    const merchantId = await reading(() => merchantOf(paymentId))
    if (merchantId === null) throw new ApiError('payment_not_found')
    const found = outcome === 'succeeded' ? ('SUCCEEDED' as const) : ('FAILED' as const)
    const terms = { operationId, outcome: found, reference, reason, expectedVersion }
    const decidedBy = `key:${request.apiKeyId}`
    // The command is the merchant's, whoever decides: under that name its payment knows it.
    const submission = { ...submissionOf(request), merchantId }
    const accepted = await stored(ingress.operate(submission, paymentId, 'resolve', { ...terms, decidedBy }))
    return answerPayment(request, reply, accepted, 200)
  })
}
