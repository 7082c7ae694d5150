// What is found out about payments before they are decided upon: once for a batch, before its transaction begins.
import { NO_FINDINGS, type Findings, type Velocity } from '../../domain/fraud/assess.ts'
import { countedBy, type Dimension, type FraudRulesInForce } from '../../domain/fraud/rules.ts'
import type { Command, PaymentTerms } from '../../domain/payment/commands.ts'
import type { PaymentState } from '../../domain/payment/state.ts'
import type { Preferences } from '../../domain/routing/signals.ts'
import type { Counted, VelocityCounter } from './velocity.ts'

/** A payment that is about to begin. */
export interface Beginning extends Pick<
  PaymentTerms,
  'amount' | 'currency' | 'capture' | 'customer' | 'paymentMethod' | 'metadata'
> {
  readonly paymentId: string
  readonly merchantId: string
  readonly addressDigest: string | null
}

/**
 * The payment that a command lets begin, or begin again.
 * @returns null for any other command, and for one that has been dealt with
 */
export function beginningOf(command: Command, state: PaymentState | undefined): Beginning | null {
  const { paymentId, merchantId } = command
  if (command.type === 'InitiatePayment') {
    const { amount, currency, capture, customer, paymentMethod, metadata, addressDigest } = command
    // What this version does not know is refused whatever anybody thinks of it.
    if (state !== undefined || capture === 'UNRECOGNIZED' || paymentMethod.type === 'UNRECOGNIZED')
      return null
    const { type, network, token } = paymentMethod
    const terms = { amount, currency, capture, customer, paymentMethod: { type, network, token }, metadata }
    return { paymentId, merchantId, ...terms, addressDigest }
  }
  const payment = state?.payment ?? null
  if (command.type !== 'RetryPayment' || payment?.status !== 'FAILED' || payment.paymentMethod === null)
    return null
  const { amount, currency, capture, customer, paymentMethod, metadata } = payment
  const terms = { amount, currency, capture, customer, paymentMethod, metadata }
  return { paymentId, merchantId, ...terms, addressDigest: null }
}

/** What those say who are not ours. */
export interface Advice {
  readonly opinions: Findings['opinions']
  readonly silent: Findings['silent']
  readonly preferences: Preferences
}

/** Checks, guards and signals that are not ours. */
export interface Advisers {
  /** Bounded in time, and never rejects. What is missing of a payment is in its advice. */
  ask(payments: readonly Beginning[], gateways: readonly string[]): Promise<ReadonlyMap<string, Advice>>
  /** Of a payment that nobody was asked about: all of them are silent. */
  readonly unasked: Advice
}

/** What the findings depend on, and who finds out. */
export interface FraudPorts {
  readonly rulesOf: (merchantId: string) => FraudRulesInForce | undefined
  readonly velocity: Pick<VelocityCounter, 'count'>
  /** Null where there are none. */
  readonly advisers: Advisers | null
}

/** What is known of a payment when it is decided upon. */
export interface FoundOut {
  readonly findings: Findings
  readonly preferences: Preferences
}

/** Counts, and asks advisers, at the same time. @returns what was found out, by payment */
export async function findOut(
  beginnings: readonly Beginning[],
  { rulesOf, velocity, advisers }: FraudPorts,
  gateways: readonly string[],
  now: number
): Promise<ReadonlyMap<string, FoundOut>> {
  const [velocities, advice] = await Promise.all([
    countAll(beginnings, { rulesOf, velocity }, now),
    advisers === null || beginnings.length === 0 ? null : advisers.ask(beginnings, gateways)
  ])
  return new Map(
    beginnings.map(({ paymentId }) => {
      const { opinions, silent, preferences } = advice?.get(paymentId) ?? advisers?.unasked ?? NO_ADVICE
      const findings = { velocity: velocities.get(paymentId) ?? {}, opinions, silent }
      return [paymentId, { findings, preferences }]
    })
  )
}

const NO_ADVICE: Advice = { opinions: [], silent: [], preferences: new Map() }

/** Of a payment that was not seen to begin, as when what lets it begin again came in the same batch. */
export const nothingFoundOut = (advisers: Advisers | null): FoundOut => {
  const { preferences, ...advice } = advisers?.unasked ?? NO_ADVICE
  return { findings: { ...NO_FINDINGS, ...advice }, preferences }
}

async function countAll(
  beginnings: readonly Beginning[],
  { rulesOf, velocity }: Pick<FraudPorts, 'rulesOf' | 'velocity'>,
  now: number
): Promise<ReadonlyMap<string, Velocity>> {
  const counted = beginnings.flatMap((beginning): Counted[] => {
    const inForce = rulesOf(beginning.merchantId)
    if (inForce === undefined) return []
    const dimensions = countedBy(inForce.rules)
    const by = [...dimensions].map(dimension => [dimension, valueOf(beginning, dimension)])
    return dimensions.size === 0 ? [] : [{ ...beginning, by: Object.fromEntries(by) as Counted['by'] }]
  })
  const velocities = await velocity.count(counted, now)
  return new Map(counted.map(({ paymentId }, i) => [paymentId, velocities[i]!]))
}

function valueOf({ customer, paymentMethod, addressDigest }: Beginning, by: Dimension): string | null {
  switch (by) {
    case 'customer':
      return customer.id
    case 'token':
      return paymentMethod.token
    case 'address':
      return addressDigest
  }
}
