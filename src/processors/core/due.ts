// When a state does something by itself. It stands in a header of its record, so that whoever restores a partition need not decode
// every state for it.
import type { IHeaders } from 'kafkajs'
import type { HeaderName } from '../../headers.ts'

const DUE_AT = 'aegispay-due-at' satisfies HeaderName

/** @param at epoch milliseconds; null for a state that does nothing by itself */
export const dueHeader = (at: number | null): { headers?: IHeaders } =>
  at === null ? {} : { headers: { [DUE_AT]: String(at) } }

/** Epoch milliseconds; null for none, and for what nobody here has written. */
export function dueIn(headers: IHeaders | undefined): number | null {
  const at = Number(headers?.[DUE_AT] ?? NaN)
  return Number.isSafeInteger(at) && at >= 0 ? at : null
}
