// What differs, told so that somebody can look at it.

/** One place where what is there is not what follows from the log. */
export interface Difference {
  readonly check: 'history' | 'sums' | 'state' | 'checkpoint' | 'payments' | 'payment_events'
  readonly partition: number
  /** A payment id, or what else it is about. */
  readonly subject: string
  /** Empty where all of it differs. */
  readonly field: string
  /** What follows from the log. */
  readonly expected: unknown
  readonly found: unknown
}

export interface FieldDifference {
  /** Names from the outside in, joined by dots. */
  readonly field: string
  readonly expected: unknown
  readonly found: unknown
}

/** Compares what JSON can tell, field by field; the order of an object's fields says nothing. */
export function fieldDifferences(expected: unknown, found: unknown, field = ''): FieldDifference[] {
  if (!isObject(expected) || !isObject(found) || Array.isArray(expected) !== Array.isArray(found))
    return Object.is(expected, found) ? [] : [{ field, expected, found }]
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...names].flatMap(name =>
    fieldDifferences(expected[name], found[name], field === '' ? name : `${field}.${name}`)
  )
}

/** Without classes and dates, so that records, rows and states can be compared. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
