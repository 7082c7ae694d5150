import { ApiError, type Fault } from '../errors.ts'
import type { TimeRange } from './deliveries.ts'

/** @throws ApiError body_invalid for what the schema cannot say */
export function rangeOf(body: { readonly from: string; readonly to: string }): TimeRange {
  const range = { from: new Date(body.from), to: new Date(body.to) }
  const faults: Fault[] = []
  // The form admits a leap second, which the clock here does not.
  for (const side of ['from', 'to'] as const)
    if (Number.isNaN(range[side].getTime()))
      faults.push({ path: `/${side}`, message: 'is not an instant that can be compared with' })
  if (range.from >= range.to) faults.push({ path: '/to', message: 'is not after from' })
  if (faults.length > 0) throw new ApiError('body_invalid', { faults })
  return range
}
