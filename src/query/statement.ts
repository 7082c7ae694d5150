// What a customer has paid a merchant and got back, by currency, over a period.
import { inUnits } from '../domain/money/amounts.ts'
import { exponentOf } from '../domain/money/currencies.ts'
import type { StatementEntry, StatementParts, StatementPeriod } from '../projections/statements/queries.ts'

/** An entry, and what the customer has paid by then in all. */
interface StatedEntry {
  readonly occurredAt: string
  readonly kind: StatementEntry['kind']
  readonly paymentId: string
  readonly refundId: string | null
  readonly amount: number
  readonly balance: number
}

interface CurrencyStatement {
  readonly currency: string
  /** Decimals that the currency has. */
  readonly exponent: number
  readonly opening: number
  readonly captured: number
  readonly refunded: number
  readonly closing: number
  readonly entries: readonly StatedEntry[]
}

/** Amounts in minor units. */
export interface Statement {
  readonly customerId: string
  readonly from: string
  readonly to: string
  readonly currencies: readonly CurrencyStatement[]
}

export function statementOf(
  customerId: string,
  { from, to }: StatementPeriod,
  { opening, entries }: StatementParts
): Statement {
  const byCurrency = Map.groupBy(entries, ({ currency }) => currency)
  const currencies = [...new Set([...opening.keys(), ...byCurrency.keys()])].sort()
  return {
    customerId,
    from: from.toISOString(),
    to: to.toISOString(),
    currencies: currencies.map(currency =>
      currencyStatement(currency, opening.get(currency) ?? 0, byCurrency.get(currency) ?? [])
    )
  }
}

function currencyStatement(
  currency: string,
  opening: number,
  entries: readonly StatementEntry[]
): CurrencyStatement {
  let balance = opening
  const stated = entries.map(({ occurredAt, kind, paymentId, refundId, amount }) => {
    balance += amount
    return { occurredAt: occurredAt.toISOString(), kind, paymentId, refundId, amount, balance }
  })
  const sumOf = (kind: StatementEntry['kind']) =>
    entries.reduce((sum, entry) => (entry.kind === kind ? sum + Math.abs(entry.amount) : sum), 0)
  return {
    ...{ currency, exponent: exponentOf(currency) ?? 0, opening },
    ...{ captured: sumOf('capture'), refunded: sumOf('refund') },
    ...{ closing: balance, entries: stated }
  }
}

const COLUMNS = ['currency', 'occurred_at', 'kind', 'payment_id', 'refund_id', 'amount', 'balance'] as const

/**
 * As RFC 4180 has it, amounts in units of the currency. No field can begin a formula: of texts that others choose there is none in it.
 */
export function csvOf({ from, to, currencies }: Statement): string {
  const lines = currencies.flatMap(({ currency, exponent, opening, closing, entries }) => {
    const sum = (amount: number) => inUnits(amount, exponent)
    return [
      [currency, from, 'opening', '', '', '', sum(opening)],
      ...entries.map(({ occurredAt, kind, paymentId, refundId, amount, balance }) => [
        ...[currency, occurredAt, kind, paymentId, refundId ?? '', sum(amount), sum(balance)]
      ]),
      [currency, to, 'closing', '', '', '', sum(closing)]
    ]
  })
  return [[...COLUMNS], ...lines].map(fields => `${fields.join(',')}\r\n`).join('')
}
