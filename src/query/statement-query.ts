// What a customer's statement may be asked for.
import { Type, type Static } from 'typebox'
import type { ContactKey } from '../customers/contact-key.ts'
import { currencies } from '../domain/money/currencies.ts'
import { assertInstants, invalidQuery } from '../platform/http/query-faults.ts'
import type { StatementPeriod } from '../projections/statements/queries.ts'
import type { ReadModel } from './read-model.ts'
import { statementOf, type Statement } from './statement.ts'

/** Entries of one answer: what is longer is asked for by shorter periods, which join without a gap. */
const MAX_ENTRIES = 10_000

const boundary = (description: string) =>
  Type.Optional(
    Type.String({ format: 'date-time', description: `${description}; RFC 3339, to the millisecond.` })
  )

/** Values are texts, as they stand in the URL. */
export const statementQuery = Type.Object(
  {
    from: boundary(
      'The first instant; all that was before is the opening balance. The beginning unless given'
    ),
    to: boundary('The first instant that is too late. Now unless given'),
    currency: Type.Optional(
      Type.Enum(currencies(), { description: 'ISO 4217 alphabetic code. All currencies unless given.' })
    )
  },
  { additionalProperties: false }
)

/** @throws ApiError query_invalid */
export function statementPeriodOf({ from, to, currency }: Static<typeof statementQuery>): StatementPeriod {
  const period = {
    from: new Date(from ?? 0),
    to: to === undefined ? new Date() : new Date(to),
    ...(currency === undefined ? {} : { currency })
  }
  assertInstants({ from: period.from, to: period.to })
  if (period.from > period.to) throw invalidQuery('to', 'is before from')
  return period
}

/**
 * @returns null when the merchant has had no payment of the customer
 * @throws ApiError query_invalid for a period of more than 10,000 entries
 */
export async function readStatement(
  model: Pick<ReadModel, 'findStatement'>,
  key: ContactKey,
  period: StatementPeriod
): Promise<Statement | null> {
  const parts = await model.findStatement(key, period, MAX_ENTRIES + 1)
  if (parts === null) return null
  if (parts.entries.length > MAX_ENTRIES)
    throw invalidQuery('from', `begins a period of more than ${MAX_ENTRIES} entries: ask for a shorter one`)
  return statementOf(key.customerId, period, parts)
}
