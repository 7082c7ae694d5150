/** A value with the interval in which the truth lies. */
export interface IntervalRow {
  readonly label: string
  readonly value: number
  /** Null for what is not estimated. */
  readonly low: number | null
  readonly high: number | null
}
