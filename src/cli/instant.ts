import { InvalidArgumentError } from 'commander'

/** Epoch milliseconds of an option that is written as RFC 3339. */
export function instant(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(at)) throw new InvalidArgumentError('A time is written like 2026-01-31T12:00:00Z.')
  return at
}
