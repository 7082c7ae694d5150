import Type, { type Static } from 'typebox'
import { DEFAULT_HOLD_MS, DIMENSIONS, GREATEST_COUNT, WINDOWS, type Window } from '../domain/fraud/rules.ts'
import type { Fault } from '../errors.ts'
import { id, milliseconds } from './document-parts.ts'
import { Condition } from './routing-policy-document.ts'
import { conditionFaults, duplicates } from './routing-policy-faults.ts'

const MAX_RULES = 100
const LEAST_HOLD_MS = 60_000
const GREATEST_HOLD_MS = 90 * 24 * 60 * 60 * 1000

const score = (description: string, minimum = 0) => Type.Integer({ minimum, maximum: 100, description })
const windows = Object.keys(WINDOWS) as Window[]

const Velocity = Type.Object(
  {
    by: Type.Enum([...DIMENSIONS], {
      description: 'What payments are counted by: the customer, the token, or the network address.'
    }),
    within: Type.Enum(windows, { description: 'A minute, an hour or a day up to now.' }),
    over: Type.Integer({
      minimum: 1,
      maximum: GREATEST_COUNT - 1,
      description: 'Payments of the merchant, the judged one included, above which the rule holds.'
    })
  },
  { description: 'How often something may pay.' }
)

const Rule = Type.Object({
  name: id('Recorded where the rule holds.'),
  when: Type.Optional(Condition),
  velocity: Type.Optional(Velocity),
  score: score("Added to the payment's when the rule holds; below 0 it speaks for the payment.", -100),
  message: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Recorded with it, for people.' })
  )
})

export const FraudRules = Type.Object(
  {
    id: id('The rules, as merchants name them. `default` are for those that name none.'),
    rules: Type.Array(Rule, {
      maxItems: MAX_RULES,
      description: 'The scores of all that hold are added, and kept within 0 and 100.'
    }),
    reviewFrom: score('The score from which a payment is held until an operator decides.', 1),
    blockFrom: score('The score from which it fails.', 1),
    whenMissing: Type.Optional(
      Type.Enum(['allow', 'review'], {
        description:
          'What becomes of a payment for which a rule could not count; `allow`, as if it did not hold, unless given.'
      })
    ),
    holdForMs: Type.Optional(
      milliseconds(
        `for which a payment is held; nobody having decided, it then fails. ${DEFAULT_HOLD_MS} unless given.`,
        { minimum: LEAST_HOLD_MS, maximum: GREATEST_HOLD_MS }
      )
    )
  },
  { title: 'FraudRules', description: 'How payments are judged before a gateway is asked.' }
)

/** What is wrong with rules though their schema lets them pass. */
export function fraudFaults({ rules, reviewFrom, blockFrom }: Static<typeof FraudRules>): Fault[] {
  const faults = rules.flatMap(({ when, velocity }, i) => [
    ...conditionFaults(when, `/rules/${i}/when`),
    ...(when === undefined && velocity === undefined
      ? [{ path: `/rules/${i}`, message: 'needs when or velocity: it would hold for every payment' }]
      : [])
  ])
  faults.push(
    ...duplicates(
      rules.map(({ name }) => name),
      i => `/rules/${i}/name`
    )
  )
  if (reviewFrom > blockFrom) faults.push({ path: '/reviewFrom', message: 'is above blockFrom' })
  return faults
}
