// What is thought of a payment before a gateway is asked: the rules' scores, and what the merchant's own checks say.
import type { Features } from '../routing/features.ts'
import { holds } from '../routing/features.ts'
import {
  DEFAULT_HOLD_MS,
  type Dimension,
  type FraudRule,
  type FraudRulesInForce,
  type Window
} from './rules.ts'

/** Payments in each window, the judged one included. */
export type Counts = Readonly<Record<Window, number>>
/** Null where it could not be counted. What no rule counts is left out. */
export type Velocity = Readonly<Partial<Record<Dimension, Counts | null>>>

/** What a check that is not ours says of a payment. */
export interface Opinion {
  /** The check's name. */
  readonly check: string
  /** From -100 to 100, as a rule's. */
  readonly score: number
  readonly message: string
  /** Whether the payment is to fail, or to be held, whatever its score. */
  readonly verdict: 'BLOCK' | 'REVIEW' | null
}

/** What was found out about a payment before the decision, for which its owner asks others. */
export interface Findings {
  readonly velocity: Velocity
  readonly opinions: readonly Opinion[]
  /** Checks that did not answer in time. */
  readonly silent: readonly { readonly check: string; readonly otherwise: 'ALLOW' | 'REVIEW' }[]
}

export const NO_FINDINGS: Findings = { velocity: {}, opinions: [], silent: [] }

/** Something that speaks against the payment, or for it. */
export interface FraudReason {
  /** Of the rule or check. */
  readonly name: string
  readonly score: number
  readonly message: string
}

export interface Assessment {
  readonly outcome: 'ALLOW' | 'REVIEW' | 'BLOCK'
  /** 0 to 100. */
  readonly score: number
  readonly reasons: readonly FraudReason[]
  /** What was counted: `customer.1h` and the like. */
  readonly counts: Readonly<Record<string, number>>
  /** What could not be found out: dimensions, and names of checks. */
  readonly missing: readonly string[]
  /** Document and version of the rules; null where there are none. */
  readonly rules: string | null
  readonly rulesVersion: string | null
  /** Milliseconds for which it is held, with REVIEW. */
  readonly holdForMs: number | null
}

/**
 * Judges a payment. The scores of all rules that hold are added, and kept within 0 and 100.
 * @returns null where nobody has anything to say: neither rules nor checks
 */
export function assess(
  features: Features,
  inForce: FraudRulesInForce | null,
  { velocity, opinions, silent }: Findings
): Assessment | null {
  if (inForce === null && opinions.length === 0 && silent.length === 0) return null
  const rules = inForce?.rules
  const uncounted = (rules?.rules ?? []).filter(rule => isUncounted(rule, features, velocity))
  const reasons: FraudReason[] = [
    ...(rules?.rules ?? [])
      .filter(rule => ruleHolds(rule, features, velocity))
      .map(rule => ({ name: rule.name, score: rule.score, message: rule.message ?? said(rule) })),
    ...opinions
      .filter(({ score, verdict }) => score !== 0 || verdict !== null)
      .map(({ check, score, message }) => ({ name: check, score, message }))
  ]
  const sum = reasons.reduce((total, { score }) => total + score, 0)
  const score = Math.min(100, Math.max(0, sum))
  const missing = [...new Set(uncounted.map(({ velocity: limit }) => limit!.by as string))]
  const isBlocked =
    score >= (rules?.blockFrom ?? Infinity) || opinions.some(({ verdict }) => verdict === 'BLOCK')
  const isHeld =
    score >= (rules?.reviewFrom ?? Infinity) ||
    (missing.length > 0 && rules?.whenMissing === 'review') ||
    opinions.some(({ verdict }) => verdict === 'REVIEW') ||
    silent.some(({ otherwise }) => otherwise === 'REVIEW')
  const outcome = isBlocked ? 'BLOCK' : isHeld ? 'REVIEW' : 'ALLOW'
  return {
    ...{ outcome, score, reasons, counts: countsIn(velocity) },
    missing: [...missing, ...silent.map(({ check }) => check)],
    rules: rules?.id ?? null,
    rulesVersion: inForce?.version ?? null,
    holdForMs: outcome === 'REVIEW' ? (rules?.holdForMs ?? DEFAULT_HOLD_MS) : null
  }
}

const ruleHolds = ({ when, velocity: limit }: FraudRule, features: Features, velocity: Velocity): boolean =>
  holds(when, features) && (limit === undefined || (velocity[limit.by]?.[limit.within] ?? 0) > limit.over)

/** A rule that would have had to count, and had nothing to. */
const isUncounted = ({ when, velocity: limit }: FraudRule, features: Features, velocity: Velocity): boolean =>
  limit !== undefined && holds(when, features) && (velocity[limit.by] ?? null) === null

function said({ name, velocity }: FraudRule): string {
  if (velocity === undefined) return `The rule ${name} holds.`
  const { by, within, over } = velocity
  return `More than ${over} payments by this ${by} within ${within}.`
}

function countsIn(velocity: Velocity): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [by, windows] of Object.entries(velocity))
    for (const [within, count] of Object.entries(windows ?? {})) counts[`${by}.${within}`] = count
  return counts
}
