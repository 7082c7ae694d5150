// What fraud checks, guards and signals of the user's own say, held to what they may say. Undefined is no answer.
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Opinion } from '../domain/fraud/assess.ts'

const Message = Type.String({ minLength: 1 })

/** Characters of a message that are recorded. */
const MAX_MESSAGE = 256

const Said = Type.Object({ answer: Type.Unknown() })
const Score = Type.Object({ score: Type.Integer({ minimum: -100, maximum: 100 }), message: Message })
const Allowed = Type.Object({ allow: Type.Literal(true) })
const Refused = Type.Object({
  allow: Type.Literal(false),
  review: Type.Optional(Type.Boolean()),
  message: Message
})
const Rating = Type.Number({ minimum: -1, maximum: 1 })

/** Null where the check has nothing to say. */
export function readOpinion(check: string, told: unknown): Opinion | null | undefined {
  const answer = answerIn(told)
  if (answer === null) return null
  if (!Value.Check(Score, answer)) return undefined
  return { check, score: answer.score, message: answer.message.slice(0, MAX_MESSAGE), verdict: null }
}

export function readVerdict(check: string, told: unknown): Opinion | undefined {
  const answer = answerIn(told)
  // It is on record that the guard was asked, also where it had nothing against the payment.
  if (Value.Check(Allowed, answer)) return { check, score: 0, message: '', verdict: null }
  if (!Value.Check(Refused, answer)) return undefined
  const verdict = answer.review === true ? 'REVIEW' : 'BLOCK'
  return { check, score: 0, message: answer.message.slice(0, MAX_MESSAGE), verdict }
}

/** Of the gateways that there are. One rating that is none spoils them all. */
export function readRatings(told: unknown, gateways: readonly string[]): Record<string, number> | undefined {
  const answer = answerIn(told)
  if (typeof answer !== 'object' || answer === null) return undefined
  const ratings = Object.entries(answer)
  if (!ratings.every((rating): rating is [string, number] => Value.Check(Rating, rating[1]))) return undefined
  return Object.fromEntries(ratings.filter(([gateway]) => gateways.includes(gateway)))
}

/** The thread wraps answers, so that one of null is told from none. */
const answerIn = (told: unknown): unknown => (Value.Check(Said, told) ? told.answer : undefined)
