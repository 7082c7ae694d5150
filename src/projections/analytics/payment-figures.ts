import { cursorAt, InvalidCursorError, placeIn } from '../cursor.ts'
import type { ReadDatabase } from '../read-database.ts'
import {
  columnOf,
  counted,
  grains,
  dimensions,
  latencies,
  summed,
  type Dimension,
  type Grain
} from './measures.ts'
import type { CountedMeasure, Latency, SummedMeasure } from './measures.ts'
import { conditionsOn, Question, type Filters, type Period, type Whose } from './rows.ts'
import { quantilesOf, type Bins, type Quantiles } from './sketch.ts'

/** What is asked of the figures. */
export interface FiguresRequest {
  readonly period: Period
  /** Told apart; the currency always is, and comes first after the time. */
  readonly by: readonly (Grain | Dimension)[]
  readonly filters: Filters
  /** From 1. */
  readonly limit: number
  /** Where an earlier page of the same figures ended. */
  readonly cursor?: string
}

/** Minor units of the row's currency. */
export interface Sum {
  readonly count: number
  readonly amount: number
}

/** What happened to payments that have in common what is asked to be told apart. */
export interface PaymentFigures {
  /** By what was asked for, and its currency: a time in RFC 3339, a text, or null where nothing was chosen yet. */
  readonly of: Readonly<Record<string, string | null>>
  readonly sums: Readonly<Record<SummedMeasure, Sum>>
  readonly counts: Readonly<Record<CountedMeasure, number>>
  readonly took: Readonly<Record<Latency, Quantiles>>
}

export interface FiguresPage {
  readonly data: PaymentFigures[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

type Row = Readonly<
  Record<'starts_at', Date> &
    Record<ReturnType<typeof columnOf>, string> &
    Record<SummedMeasure | CountedMeasure | `${SummedMeasure}_amount`, number> &
    Record<Latency, Bins | null>
>

/**
 * In the order of time, then of currency and what else is told apart.
 * @throws InvalidCursorError
 */
export async function paymentFigures(
  db: ReadDatabase,
  whose: Whose,
  { period, by, filters, limit, cursor }: FiguresRequest
): Promise<FiguresPage> {
  const grain = by.find((one): one is Grain => one in grains) ?? null
  const told = dimensions.filter(dimension => dimension === 'currency' || by.includes(dimension))
  const columns = [...(grain === null ? [] : (['starts_at'] as const)), ...told.map(columnOf)]
  const list = { merchantId: whose, ...period, columns, grain, ...filters }
  const question = new Question(whose)
  const { parameter } = question
  const where = conditionsOn(question, period, grain, filters)
  const beyond =
    cursor === undefined
      ? ''
      : `AND (${columns.join(', ')}) > (${startOf(cursor, columns, list).map(parameter).join(', ')})`
  const key = columns.join(', ')
  const rows = await question.ask<Row>(
    db,
    `WITH seen AS MATERIALIZED (SELECT * FROM analytics WHERE ${where} ${beyond}),
     page AS MATERIALIZED (
       SELECT ${key}, ${sumsOf.join(', ')} FROM seen GROUP BY ${key} ORDER BY ${key} LIMIT ${parameter(limit + 1)}
     ),
     sketches AS (
       SELECT ${key}, ${latencies.map(latency => `jsonb_object_agg(bin, in_bin) FILTER (WHERE of = '${latency}') AS ${latency}`).join(', ')}
       FROM (
         SELECT ${key}, of, bin, sum(counts.in_bin::bigint)::bigint AS in_bin
         FROM seen JOIN page USING (${key}), LATERAL (${binsOf.join(' UNION ALL ')}) AS counts (of, bin, in_bin)
         GROUP BY ${key}, of, bin
       ) AS bins GROUP BY ${key}
     )
     SELECT * FROM page LEFT JOIN sketches USING (${key}) ORDER BY ${key}`
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    data: shown.map(row => figuresIn(row, grain, told)),
    nextCursor:
      rows.length <= limit || last === undefined
        ? null
        : cursorAt(
            columns.map(column => placeOf(last[column])),
            list
          )
  }
}

const sumsOf = [
  ...[...summed, ...counted].map(measure => `sum(${measure})::bigint AS ${measure}`),
  ...summed.map(measure => `sum(${measure}_amount)::float8 AS ${measure}_amount`)
]

const binsOf = latencies.map(latency => `SELECT '${latency}', * FROM jsonb_each_text(seen.${latency})`)

const placeOf = (value: Date | string): string => (typeof value === 'string' ? value : value.toISOString())

function startOf(cursor: string, columns: readonly string[], list: object): string[] {
  const place = placeIn(cursor, list)
  const isPlace = (value: unknown, n: number): value is string =>
    typeof value === 'string' &&
    !value.includes('\0') &&
    (columns[n] !== 'starts_at' || !Number.isNaN(Date.parse(value)))
  if (place.length !== columns.length || !place.every(isPlace))
    throw new InvalidCursorError('is not one of ours')
  return place
}

function figuresIn(row: Row, grain: Grain | null, told: readonly Dimension[]): PaymentFigures {
  const sum = (measure: SummedMeasure): Sum => ({ count: row[measure], amount: row[`${measure}_amount`] })
  return {
    of: {
      ...(grain !== null && { [grain]: row.starts_at.toISOString() }),
      ...Object.fromEntries(told.map(dimension => [dimension, row[columnOf(dimension)] || null]))
    },
    sums: byName(summed, sum),
    counts: byName(counted, measure => row[measure]),
    took: byName(latencies, latency => quantilesOf(row[latency] ?? {}))
  }
}

const byName = <Name extends string, T>(names: readonly Name[], of: (name: Name) => T): Record<Name, T> =>
  Object.fromEntries(names.map(name => [name, of(name)])) as Record<Name, T>
