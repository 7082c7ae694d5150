// When a variant of a policy has done so badly that it is stopped.
import type { Counts } from './approvals.ts'
import type { Guardrail } from './policy.ts'

/** One-sided: of twenty variants that are just good enough, chance stops one at one look. */
const DEVIATIONS = 1.645

/**
 * Why the variant is to be stopped, for people; null while it is not. What chance explains does not stop it, so that it is
 * not stopped by the first few declines; nor is it judged before its least number of payments.
 *
 * @param base of the payments in no variant
 */
export function stopReason(variant: Counts, base: Counts, guardrail: Guardrail): string | null {
  const { minApproval, maxDrop, minPayments } = guardrail
  const ours = rateOf(variant)
  if (ours.payments < minPayments) return null
  if (minApproval !== undefined && minApproval - ours.rate > DEVIATIONS * ours.error)
    return `approval ${percent(ours.rate)} of ${Math.round(ours.payments)} payments, below ${percent(minApproval)}`
  const theirs = rateOf(base)
  if (maxDrop === undefined || theirs.payments < minPayments) return null
  const drop = theirs.rate - ours.rate
  if (drop - maxDrop <= DEVIATIONS * Math.hypot(ours.error, theirs.error)) return null
  return `approval ${percent(ours.rate)} of ${Math.round(ours.payments)} payments, ${percent(drop)} below the ${percent(theirs.rate)} of others, more than ${percent(maxDrop)}`
}

/** The error is that of a rate with one more of each, or what was approved without exception would be certain. */
function rateOf({ approved, declined }: Counts): { rate: number; payments: number; error: number } {
  const payments = approved + declined
  const kept = (approved + 1) / (payments + 2)
  const error = Math.sqrt((kept * (1 - kept)) / (payments + 2))
  return { rate: payments === 0 ? 0 : approved / payments, payments, error }
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`
