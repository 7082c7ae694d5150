// What is found out about payments before they are decided upon: once for a batch, before its transaction begins.
import type { Findings } from '../../domain/fraud/assess.ts'
import { NO_FINDINGS } from '../../domain/fraud/assess.ts'
import { countedBy, type Dimension, type FraudRulesInForce } from '../../domain/fraud/rules.ts'
import type { Command, Customer } from '../../domain/payment/commands.ts'
import type { PaymentState } from '../../domain/payment/state.ts'
import type { Counted, VelocityCounter } from './velocity.ts'

/** A payment that is about to begin. */
export interface Beginning {
  readonly paymentId: string
  readonly merchantId: string
  readonly customer: Customer
  readonly token: string
  readonly addressDigest: string | null
}

/**
 * The payment that a command lets begin, or begin again.
 * @returns null for any other command, and for one that has been dealt with
 */
export function beginningOf(command: Command, state: PaymentState | undefined): Beginning | null {
  const { paymentId, merchantId } = command
  if (command.type === 'InitiatePayment') {
    const { customer, paymentMethod, addressDigest } = command
    if (state !== undefined) return null
    return { paymentId, merchantId, customer, token: paymentMethod.token, addressDigest }
  }
  const payment = state?.payment ?? null
  if (command.type !== 'RetryPayment' || payment?.status !== 'FAILED' || payment.paymentMethod === null)
    return null
  const { customer, paymentMethod } = payment
  return { paymentId, merchantId, customer, token: paymentMethod.token, addressDigest: null }
}

/** What the findings depend on, and who finds out. */
export interface FraudPorts {
  readonly rulesOf: (merchantId: string) => FraudRulesInForce | undefined
  readonly velocity: Pick<VelocityCounter, 'count'>
}

/** @returns what was found out, by payment; nothing of those whose rules ask for nothing */
export async function findOut(
  beginnings: readonly Beginning[],
  { rulesOf, velocity }: FraudPorts,
  now: number
): Promise<ReadonlyMap<string, Findings>> {
  const counted = beginnings.flatMap((beginning): Counted[] => {
    const inForce = rulesOf(beginning.merchantId)
    if (inForce === undefined) return []
    const dimensions = countedBy(inForce.rules)
    const by = [...dimensions].map(dimension => [dimension, valueOf(beginning, dimension)])
    return dimensions.size === 0 ? [] : [{ ...beginning, by: Object.fromEntries(by) as Counted['by'] }]
  })
  const velocities = await velocity.count(counted, now)
  return new Map(counted.map(({ paymentId }, i) => [paymentId, { ...NO_FINDINGS, velocity: velocities[i]! }]))
}

function valueOf({ customer, token, addressDigest }: Beginning, by: Dimension): string | null {
  switch (by) {
    case 'customer':
      return customer.id
    case 'token':
      return token
    case 'address':
      return addressDigest
  }
}
