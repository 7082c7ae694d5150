import type { Difference } from './differences.ts'

/** Differences that are kept to be shown; all are counted. */
const SHOWN = 100

/** What a verification has found so far, in bounded memory. */
export class Findings {
  readonly shown: Difference[] = []
  /** What could not be compared, and why. */
  readonly notChecked: string[] = []
  total = 0
  events = 0
  payments = 0

  add(...differences: readonly Difference[]): void {
    this.total += differences.length
    this.shown.push(...differences.slice(0, SHOWN - this.shown.length))
  }
}
