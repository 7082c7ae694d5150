// How payments are judged before a gateway is asked: control data, as far as the judgement reads them.
import type { Condition } from '../routing/policy.ts'

/** By what payments are counted. `address` is the network address they come from, kept as a digest. */
export const DIMENSIONS = ['customer', 'token', 'address'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Milliseconds, by the name of the window. */
export const WINDOWS = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const
export type Window = keyof typeof WINDOWS

/** More payments than this are not told apart. */
export const GREATEST_COUNT = 1000

/** How often something may pay. */
export interface VelocityLimit {
  readonly by: Dimension
  readonly within: Window
  /** Payments in the window, the judged one included, above which the rule holds. */
  readonly over: number
}

/** It holds when all that is given holds. */
export interface FraudRule {
  readonly name: string
  readonly when?: Condition
  readonly velocity?: VelocityLimit
  /** Added to the payment's when the rule holds; below 0 it speaks for the payment. */
  readonly score: number
  /** For people; says by itself what it is about, unless given. */
  readonly message?: string
}

export interface FraudRules {
  readonly id: string
  readonly rules: readonly FraudRule[]
  /** Score from which a payment is held until an operator decides. */
  readonly reviewFrom: number
  /** Score from which it fails. */
  readonly blockFrom: number
  /** What becomes of a payment for which something that a rule counts could not be counted. `allow`, unless given. */
  readonly whenMissing?: 'allow' | 'review'
  /** Milliseconds for which a payment is held; then it fails. Seven days, unless given. */
  readonly holdForMs?: number
}

export const DEFAULT_HOLD_MS = 7 * 24 * 60 * 60 * 1000

/** Rules as of one version of their document. */
export interface FraudRulesInForce {
  readonly rules: FraudRules
  readonly version: string
}

/** What the rules count payments by. */
export const countedBy = ({ rules }: FraudRules): ReadonlySet<Dimension> =>
  new Set(rules.flatMap(({ velocity }) => velocity?.by ?? []))
