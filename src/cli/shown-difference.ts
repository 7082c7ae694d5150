import type { FieldDifference } from '../replay/differences.ts'

const WIDEST = 60

/** As cells of a table: field, what was expected, what was found. */
export const shownDifference = ({ field, expected, found }: FieldDifference): string[] => [
  field === '' ? '-' : field,
  shown(expected),
  shown(found)
]

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text
}
