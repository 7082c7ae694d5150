// An operator has found out what became of an operation. What the gateway says later is held against it as against any
// other ending.
import type { Command } from './commands.ts'
import { isOpenCompensation } from './compensations.ts'
import { failed, succeeded } from './conclusions.ts'
import type { Situation } from './context.ts'
import type { PaymentEvent } from './events.ts'
import { hasVersion, isUnknown, type Refusal } from './guards.ts'

const BY_OPERATOR = { code: 'resolved_by_operator', message: 'An operator has found that it was not done.' }

export function resolve(
  command: Command & { type: 'ResolveOutcome' },
  situation: Situation
): PaymentEvent[] | Refusal {
  const { payment } = situation
  const { operationId, outcome, reference, reason, decidedBy, expectedVersion } = command
  const conflict = hasVersion(payment, expectedVersion) ?? isUnknown(payment, operationId)
  if (conflict !== null) return conflict
  // The guards have seen that it is one of the two.
  const found = outcome as 'SUCCEEDED' | 'FAILED'
  const compensation = payment.compensations.find(open => open.operationId === operationId)
  const { attempt, gateway } = compensation ?? payment.operation!
  const at = { operationId, gateway }
  const resolved: PaymentEvent = {
    type: 'OutcomeResolved',
    ...{ ...at, attempt, outcome: found, reason, decidedBy }
  }
  if (compensation !== undefined && isOpenCompensation(compensation)) {
    return found === 'SUCCEEDED'
      ? [resolved, { type: 'CompensationSucceeded', ...at, reference }]
      : [resolved, { type: 'CompensationFailed', ...at, ...BY_OPERATOR }]
  }
  const operation = payment.operation!
  if (found === 'SUCCEEDED') {
    const known = { reference: reference ?? payment.reference, settled: true }
    return [resolved, ...succeeded(known, operation, situation)]
  }
  const result = { outcome: 'DECLINED', declineType: 'SOFT', ...BY_OPERATOR } as const
  return [resolved, ...failed(result, operation, situation)]
}
