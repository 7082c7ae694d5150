// Which rows of the tables a question is about.
import type { QueryResultRow } from 'pg'
import type { ReadDatabase } from '../read-database.ts'
import { columnOf, grains, type Dimension, type Grain } from './measures.ts'

/** From one instant up to another, exclusive; both at the beginning of a stretch of time that is told apart. */
export interface Period {
  readonly from: Date
  readonly to: Date
}

export type Filters = { readonly [D in Dimension]?: string }

/** The smallest period that holds both instants and begins and ends with a whole hour or day, in UTC. */
export const wholePeriod = (from: Date, to: Date, grain: Grain): Period => ({
  from: new Date(floor(from.getTime(), grain)),
  to: new Date(-floor(-to.getTime(), grain))
})

const floor = (at: number, grain: Grain): number => Math.floor(at / grains[grain]) * grains[grain]

/** Whose rows: those of a merchant, or of all of them. */
export type Whose = string | null

/** A question about the rows of a merchant, or of all: of these those alone may ask who run the installation. */
export class Question {
  readonly #whose: Whose
  /** Of the query, the merchant first if it is about one. */
  readonly #parameters: unknown[]

  constructor(whose: Whose) {
    this.#whose = whose
    this.#parameters = whose === null ? [] : [whose]
  }

  /** The condition that rows are those of whom it is about. */
  get isAboutThem(): string {
    return this.#whose === null ? 'true' : 'merchant_id = $1'
  }

  /** @returns what stands for the value in the query */
  readonly parameter = (value: unknown): string => `$${this.#parameters.push(value)}`

  ask<R extends QueryResultRow>(db: ReadDatabase, text: string): Promise<R[]> {
    return this.#whose === null
      ? db.ofAllMerchants<R>(text, this.#parameters)
      : db.ofMerchant<R>(this.#whose, text, this.#parameters.slice(1))
  }
}

/**
 * The conditions on the rows of a period. What need not be told apart by the hour is read by the day
 * where a whole one lies in the period: that is a twenty-fourth of the rows.
 *
 * @param grain that is told apart; null when none is
 */
export function conditionsOn(
  { isAboutThem, parameter }: Question,
  { from, to }: Period,
  grain: Grain | null,
  filters: Filters
): string {
  const within = (of: Grain, start: Date, end: Date) =>
    `grain = '${of}' AND starts_at >= ${parameter(start)} AND starts_at < ${parameter(end)}`
  const inTime =
    grain === null ? halves(from, to).map(([of, ...ends]) => within(of, ...ends)) : [within(grain, from, to)]
  const about = Object.entries(filters).map(
    ([dimension, value]) => `${columnOf(dimension as Dimension)} = ${parameter(value)}`
  )
  return [isAboutThem, `(${inTime.join(' OR ')})`, ...about].join(' AND ')
}

/** Whole days, and the hours before and after them. */
function halves(from: Date, to: Date): [Grain, Date, Date][] {
  const days = [-floor(-from.getTime(), 'day'), floor(to.getTime(), 'day')] as const
  if (days[0] >= days[1]) return [['hour', from, to]]
  const [first, last] = [new Date(days[0]), new Date(days[1])]
  return [
    ['hour', from, first],
    ['day', first, last],
    ['hour', last, to]
  ]
}
