// What is counted, each by the name of its column. The migration that makes the table says the same.

/** Counted, and summed up in minor units under `<name>_amount`; what was `charged` in ten-thousandths of them. */
export const summed = [
  ...(['initiated', 'authorized', 'captured', 'completed', 'failed', 'settlement_failed'] as const),
  ...(['cancelled', 'expired', 'refunded', 'refund_failed', 'charged'] as const)
] as const

/** Counted alone. */
export const counted = [
  'retried',
  'attempts_approved',
  'attempts_declined',
  'attempts_failed',
  'attempts_unknown'
] as const

/** Of which it is kept how many took how long. */
export const latencies = ['authorization_ms', 'completion_ms', 'answer_ms'] as const

export type SummedMeasure = (typeof summed)[number]
export type CountedMeasure = (typeof counted)[number]
export type Latency = (typeof latencies)[number]

/** What a row is about, beside its merchant and its time. */
export const rowDimensions = ['currency', 'method', 'gateway', 'variant'] as const
/** What readers may tell apart, beside the time, in the order of their answers. */
export const dimensions = ['currency', 'merchant', 'method', 'gateway', 'variant'] as const
export type Dimension = (typeof dimensions)[number]

export const columnOf = (dimension: Dimension): Exclude<Dimension, 'merchant'> | 'merchant_id' =>
  dimension === 'merchant' ? 'merchant_id' : dimension

/** Milliseconds of the stretches of time that rows are about. All begin at a whole multiple of theirs, in UTC. */
export const grains = { hour: 3_600_000, day: 86_400_000 } as const
export type Grain = keyof typeof grains
