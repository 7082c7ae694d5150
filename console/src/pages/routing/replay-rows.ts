import type { IntervalRow } from '../../ui/charts/interval-row.ts'

interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What happened beside what is expected, which is shown only where there was enough to estimate it from. */
export const rowsOf = (happened: number, expected: Estimate | null, isTold: boolean): IntervalRow[] => [
  { label: 'as it was', value: happened, low: null, high: null },
  ...(expected === null || !isTold ? [] : [{ label: 'by this policy', ...expected }])
]
