// What is looked for, as it stands in the URL: amounts there are as people write them.
import type { paths } from '../../api/schema.d.ts'
import { exponents } from '../../money/exponents.ts'
import { toMinor } from '../../money/money.ts'

export const STATUSES = [
  ...['INITIATED', 'PROCESSING', 'AUTHORIZED', 'CAPTURED', 'COMPLETED', 'REFUND_INITIATED'],
  ...['PARTIALLY_REFUNDED', 'REFUNDED', 'FAILED', 'CANCELLED', 'EXPIRED']
]

export const FILTERS = [
  ...['q', 'status', 'customer', 'gateway', 'currency', 'min', 'max', 'from', 'to', 'sort'],
  'cursor'
] as const

export type PaymentQuery = NonNullable<paths['/v1/payments']['get']['parameters']['query']>

/** By the name of the field. */
export type FilterFaults = Readonly<Record<string, string>>

/** What to ask the API for, or what of it makes no sense. */
export function queryOf(search: URLSearchParams): { query: PaymentQuery; faults: FilterFaults } {
  const query: PaymentQuery = {}
  const faults: Record<string, string> = {}
  for (const name of ['q', 'status', 'customer', 'gateway', 'cursor'] as const) {
    const value = search.get(name)
    if (value !== null && value !== '') query[name] = value
  }
  if (search.get('sort') === 'createdAt') query.sort = 'createdAt'
  const currency = search.get('currency') ?? ''
  if (isCurrency(currency)) query.currency = currency
  else if (currency !== '') faults['currency'] = 'No currency is called that.'
  for (const [name, target] of [
    ['min', 'minAmount'],
    ['max', 'maxAmount']
  ] as const) {
    const typed = search.get(name) ?? ''
    if (typed === '') continue
    const amount = currency === '' ? null : toMinor(typed, currency)
    if (amount === null) faults['currency'] = 'Needed with an amount.'
    else if (amount.ok) query[target] = String(amount.minor)
    else faults[name] = amount.fault
  }
  for (const [name, target] of [
    ['from', 'createdFrom'],
    ['to', 'createdTo']
  ] as const) {
    const typed = search.get(name) ?? ''
    if (typed === '') continue
    const at = new Date(typed)
    if (Number.isNaN(at.getTime())) faults[name] = 'Not a time.'
    else query[target] = at.toISOString()
  }
  return { query, faults }
}

const isCurrency = (code: string): code is NonNullable<PaymentQuery['currency']> =>
  Object.hasOwn(exponents, code)
