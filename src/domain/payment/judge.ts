// Whether a payment may go to a gateway, as far as fraud goes.
import { assess, type Assessment } from '../fraud/assess.ts'
import { featuresOf, type RoutingSubject } from '../routing/features.ts'
import type { Situation } from './context.ts'
import type { PaymentEvent } from './events.ts'
import type { Payment } from './state.ts'

/** In which no fraud is found twice: what an operator has let pass has passed. */
type Subject = RoutingSubject & Pick<Payment, 'review'>

/** @returns null where nobody judges the payment */
export function judge({
  payment,
  context
}: Situation<Subject>): { outcome: Assessment['outcome']; events: PaymentEvent[] } | null {
  const { fraud, routing, now } = context
  if (fraud === undefined || payment.review?.status === 'APPROVED') return null
  const assessment = assess(featuresOf(payment, routing?.merchantId ?? '', now), fraud.rules, fraud.findings)
  if (assessment === null) return null
  const { holdForMs, ...judgement } = assessment
  const holdUntil = holdForMs === null ? null : now + holdForMs
  const assessed: PaymentEvent = { type: 'FraudAssessed', ...judgement, holdUntil }
  const { outcome } = judgement
  return { outcome, events: outcome === 'BLOCK' ? [assessed, failedBy(BLOCKED)] : [assessed] }
}

/** A payment that nobody has looked at in time fails: it has charged nobody, and must not wait for ever. */
export const holdIsOver = (): PaymentEvent => failedBy(NOT_REVIEWED)

export const rejected = (): PaymentEvent => failedBy(REJECTED)

const BLOCKED = { code: 'fraud_blocked', message: 'The payment was taken for fraud.' }
const NOT_REVIEWED = { code: 'review_expired', message: 'Nobody has decided about the payment in time.' }
const REJECTED = { code: 'review_rejected', message: 'An operator has refused the payment.' }

const failedBy = (reason: { code: string; message: string }): PaymentEvent => ({
  type: 'PaymentFailed',
  ...{ stage: 'FRAUD', operationId: null, declineType: null, ...reason }
})
