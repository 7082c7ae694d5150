// What a run came to, held against its hypothesis.
import type { LedgerRow } from './sandbox.ts'
import type { Hypothesis } from './scenario.ts'
import type { Asked } from './service.ts'

/** What was seen of a run. */
export interface Observed {
  readonly asked: readonly Asked[]
  /** Of the payments that were accepted, by id, after they were waited for. */
  readonly statuses: ReadonlyMap<string, string | null>
  /** The ledger's rows of each. */
  readonly ledger: ReadonlyMap<string, readonly LedgerRow[]>
}

export interface Check {
  readonly what: string
  readonly wanted: string
  readonly found: string
  readonly holds: boolean
}

export interface Figures {
  readonly asked: number
  readonly accepted: number
  /** By HTTP status; `none` where there was no answer. */
  readonly answers: Readonly<Record<string, number>>
  readonly statuses: Readonly<Record<string, number>>
  /** Milliseconds; null without answers. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly charges: Readonly<Record<string, number>>
}

const isCharged = (status: string | null | undefined): boolean =>
  status === 'COMPLETED' || status === 'CAPTURED'
const ENDED: ReadonlySet<string | null> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'])

/** Judges the run: what is always wanted of it first, then what its scenario wants. */
export function judge({ approvalShare, p95Ms, settledWithinMs }: Hypothesis, observed: Observed): Check[] {
  const { asked, statuses, ledger } = observed
  const twice = [...ledger].filter(([, rows]) => chargesIn(rows).length > 1).length
  const unlike = [...ledger].filter(
    ([id, rows]) =>
      ENDED.has(statuses.get(id) ?? null) && chargesIn(rows).length > 0 !== isCharged(statuses.get(id))
  ).length
  const open = [...statuses.values()].filter(status => !ENDED.has(status)).length
  const checks = [
    check('payments accepted', 'at least 1', String(statuses.size), statuses.size > 0),
    check('charged twice', '0', String(twice), twice === 0),
    check('ledger disagrees', '0', String(unlike), unlike === 0),
    check(`open ${settledWithinMs} ms after the load`, '0', String(open), open === 0)
  ]
  if (approvalShare !== undefined) {
    const approved = [...statuses.values()].filter(isCharged).length / Math.max(1, asked.length)
    checks.push(check('share charged', `≥ ${approvalShare}`, approved.toFixed(3), approved >= approvalShare))
  }
  if (p95Ms !== undefined) {
    const found = quantile(times(asked), 0.95)
    checks.push(
      check(
        'answered, p95',
        `≤ ${p95Ms} ms`,
        found === null ? '-' : `${found} ms`,
        found !== null && found <= p95Ms
      )
    )
  }
  return checks
}

export function figuresOf({ asked, statuses, ledger }: Observed): Figures {
  const charges = [...ledger.values()].flatMap(chargesIn)
  return {
    asked: asked.length,
    accepted: statuses.size,
    answers: counts(asked.map(({ status }) => String(status ?? 'none'))),
    statuses: counts([...statuses.values()].map(status => status ?? 'unread')),
    p50Ms: quantile(times(asked), 0.5),
    p95Ms: quantile(times(asked), 0.95),
    charges: counts(charges.map(({ gateway }) => gateway))
  }
}

/** Charges that were not given back: what was done too late and undone holds nobody's money. */
function chargesIn(rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const undone = rows.filter(({ operation }) => operation.startsWith('compensate-'))
  const left = rows.filter(({ kind }) => kind === 'PURCHASE' || kind === 'AUTHORIZE')
  for (const { gateway } of undone) {
    const at = left.findIndex(charge => charge.gateway === gateway)
    if (at >= 0) left.splice(at, 1)
  }
  return left
}

const check = (what: string, wanted: string, found: string, holds: boolean): Check => ({
  ...{ what, wanted, found, holds }
})

const times = (asked: readonly Asked[]): number[] => asked.map(({ tookMs }) => tookMs).sort((a, b) => a - b)

const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted.length === 0
    ? null
    : Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!)

const counts = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, value => value)].map(([value, all]) => [value, all.length]))
