// What is wrong with a routing policy though its schema lets it pass.
import {
  BASE_VARIANT,
  type Condition,
  type RoutingPolicy,
  type Rule,
  type Strategy,
  type Variant
} from '../domain/routing/policy.ts'
import type { Fault } from '../errors.ts'

/** Shares are written in decimals, whose sum is not exact. */
const ROUNDING = 1e-9

export function policyFaults(policy: RoutingPolicy): Fault[] {
  const { variants = [] } = policy
  const shares = variants.reduce((sum, { share }) => sum + share, 0)
  return [
    ...strategyFaults(policy, ''),
    ...choiceFaults(policy, '/choice'),
    ...duplicates([BASE_VARIANT, ...variants.map(({ name }) => name)], i => `/variants/${i - 1}/name`),
    ...variants.flatMap((variant, i) => variantFaults(policy, variant, `/variants/${i}`)),
    ...(shares > 1 + ROUNDING
      ? [{ path: '/variants', message: `the shares come to ${round(shares)}, which is more than 1` }]
      : [])
  ]
}

/** Each gateway that a policy names, and where. */
export function gatewaysIn(policy: RoutingPolicy): { id: string; path: string }[] {
  const strategies: [Strategy, string][] = [
    [policy, ''],
    ...(policy.variants ?? []).map((variant, i): [Strategy, string] => [variant, `/variants/${i}`])
  ]
  return strategies.flatMap(([strategy, at]) => [
    ...listed(strategy.constraints?.excluded, `${at}/constraints/excluded`),
    ...keyed(strategy.priorities, `${at}/priorities`),
    ...(strategy.rules ?? []).flatMap((rule, i) => [
      ...listed(rule.allow, `${at}/rules/${i}/allow`),
      ...listed(rule.prefer, `${at}/rules/${i}/prefer`),
      ...keyed(rule.split, `${at}/rules/${i}/split`)
    ])
  ])
}

/** Each merchant that a policy names, and where. */
export function merchantsIn(policy: RoutingPolicy): { id: string; path: string }[] {
  const rulesAt: [readonly Rule[], string][] = [
    [policy.rules ?? [], '/rules'],
    ...(policy.variants ?? []).map(({ rules = [] }, i): [readonly Rule[], string] => [
      rules,
      `/variants/${i}/rules`
    ])
  ]
  return rulesAt.flatMap(([rules, at]) => merchantsNamed(rules, at))
}

/** Each merchant that the conditions of rules name, and where. */
export const merchantsNamed = (
  rules: readonly { readonly when?: Condition }[],
  at: string
): { id: string; path: string }[] =>
  rules.flatMap((rule, i) => listed(rule.when?.merchants, `${at}/${i}/when/merchants`))

function strategyFaults(strategy: Strategy, at: string): Fault[] {
  const { rules = [], constraints } = strategy
  return [
    ...duplicates(
      rules.map(({ name }) => name),
      i => `${at}/rules/${i}/name`
    ),
    ...rules.flatMap((rule, i) => ruleFaults(rule, `${at}/rules/${i}`)),
    ...duplicates(constraints?.excluded ?? [], i => `${at}/constraints/excluded/${i}`)
  ]
}

function variantFaults(policy: RoutingPolicy, variant: Variant, path: string): Fault[] {
  const { choice, weights, guardrail } = variant
  const faults = strategyFaults(variant, path)
  // What it does not say itself is the policy's, and was looked at there.
  if (choice !== undefined || weights !== undefined) {
    const changed = choice === undefined ? 'weights' : 'choice'
    faults.push(...choiceFaults({ ...policy, ...variant }, `${path}/${changed}`))
  }
  if (guardrail !== undefined && guardrail.minApproval === undefined && guardrail.maxDrop === undefined)
    faults.push({ path: `${path}/guardrail`, message: 'needs minApproval or maxDrop' })
  return faults
}

function choiceFaults({ choice, weights }: Strategy, path: string): Fault[] {
  if (choice !== 'thompson' || (weights?.approval ?? 0) > 0) return []
  return [{ path, message: 'thompson needs weights with an approval above 0' }]
}

function ruleFaults({ when, allow, prefer, split }: Rule, path: string): Fault[] {
  const faults: Fault[] = []
  if (allow === undefined && prefer === undefined && split === undefined)
    faults.push({ path, message: 'needs allow, prefer or split' })
  if (prefer !== undefined && split !== undefined)
    faults.push({ path: `${path}/split`, message: 'cannot stand beside prefer, which decides already' })
  const chosen = [...listed(prefer, `${path}/prefer`), ...keyed(split, `${path}/split`)]
  for (const { id, path: where } of chosen)
    if (allow?.includes(id) === false) faults.push({ path: where, message: 'is not in allow' })
  faults.push(...duplicates(allow ?? [], i => `${path}/allow/${i}`))
  faults.push(...duplicates(prefer ?? [], i => `${path}/prefer/${i}`))
  return [...faults, ...conditionFaults(when, `${path}/when`)]
}

/** Of a condition that can never hold, or means nothing. */
export function conditionFaults(when: Condition | undefined, path: string): Fault[] {
  const { amount, hours, currencies } = when ?? {}
  const faults: Fault[] = []
  if (amount !== undefined && currencies === undefined)
    faults.push({ path: `${path}/amount`, message: 'needs currencies: minor units are of a currency' })
  if (amount?.from !== undefined && amount.below !== undefined && amount.from >= amount.below)
    faults.push({ path: `${path}/amount`, message: 'holds for no amount: from is not less than below' })
  if (hours !== undefined && hours.from === hours.until)
    faults.push({ path: `${path}/hours`, message: 'from and until are the same hour' })
  return faults
}

export const duplicates = (names: readonly string[], pathOf: (index: number) => string): Fault[] =>
  names.flatMap((name, i) =>
    names.indexOf(name) < i ? [{ path: pathOf(i), message: `${name} is there twice` }] : []
  )

const listed = (ids: readonly string[] | undefined, path: string) =>
  (ids ?? []).map((id, i) => ({ id, path: `${path}/${i}` }))

const keyed = (byId: Readonly<Record<string, unknown>> | undefined, path: string) =>
  Object.keys(byId ?? {}).map(id => ({ id, path: `${path}/${id}` }))

const round = (value: number): number => Math.round(value * 1e6) / 1e6
