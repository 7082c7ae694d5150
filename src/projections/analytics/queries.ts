import type { ReadDatabase } from '../read-database.ts'
import type { Subject } from './facts.ts'
import { paymentsInFlight, REFUNDING, type InFlight } from './in-flight.ts'
import { conditionsOn, Question, type Filters, type Period, type Whose } from './rows.ts'

export { dimensions, grains, rowDimensions, type Dimension, type Grain } from './measures.ts'
export {
  paymentFigures,
  type FiguresPage,
  type FiguresRequest,
  type PaymentFigures
} from './payment-figures.ts'
export { wholePeriod, type Filters, type Period, type Whose } from './rows.ts'
export type { Quantiles } from './sketch.ts'
export { paymentsInFlight, REFUNDING, type Subject }

/** What has begun and not ended. */
export interface UnderWay {
  readonly currency: string
  readonly status: InFlight['status']
  readonly count: number
  /** Minor units. */
  readonly amount: number
}

/** By currency and status; what there is none of is left out. */
export function underWay(db: ReadDatabase, whose: Whose): Promise<UnderWay[]> {
  const question = new Question(whose)
  const order = question.parameter([...paymentsInFlight, REFUNDING])
  return question.ask<UnderWay>(
    db,
    `SELECT currency, status, sum(in_flight)::bigint AS count, sum(in_flight_amount)::float8 AS amount
     FROM analytics_in_flight WHERE ${question.isAboutThem}
     GROUP BY currency, status HAVING sum(in_flight) > 0
     ORDER BY currency, array_position(${order}::text[], status)`
  )
}

export interface DeclinesRequest {
  readonly period: Period
  readonly subject: Subject
  readonly filters: Filters
  /** From 1. */
  readonly limit: number
}

/** Why something came to nothing, and how often. */
export interface DeclineCount {
  readonly code: string
  /** Of payments, the step that failed; else null. */
  readonly stage: string | null
  /** Null where no gateway has declined. */
  readonly declineType: string | null
  readonly count: number
  /** Of all of the period and the filters, 0 to 1. */
  readonly share: number
}

/** The most frequent first. */
export async function declineCounts(
  db: ReadDatabase,
  whose: Whose,
  { period, subject, filters, limit }: DeclinesRequest
): Promise<DeclineCount[]> {
  const question = new Question(whose)
  const { parameter } = question
  const where = conditionsOn(question, period, null, filters)
  return question.ask<DeclineCount>(
    db,
    `SELECT code, nullif(stage, '') AS stage, nullif(decline_type, '') AS "declineType",
       sum(declines)::bigint AS count, (sum(declines) / sum(sum(declines)) OVER ())::float8 AS share
     FROM analytics_declines WHERE ${where} AND subject = ${parameter(subject)}
     GROUP BY code, stage, decline_type
     ORDER BY count DESC, code, stage, decline_type LIMIT ${parameter(limit)}`
  )
}
