import Type, { type TInteger, type TNumber } from 'typebox'
import { COUNTRY_PATTERN, limits, NETWORK_PATTERN } from '../domain/payment/limits.ts'
import { CURRENCY_PATTERN, id, ID_PATTERN } from './document-parts.ts'

/** Beyond these a choice would take longer than it may. */
const MAX_RULES = 100
const MAX_GATEWAYS = 50
const MAX_CONDITIONS = 500
const MAX_VARIANTS = 10
const MAX_WEIGHT = 1000
const MAX_SIGNALS = 20

const described = (description: string) => ({ description })
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })
const gateways = (description: string) =>
  Type.Array(Type.String({ pattern: ID_PATTERN }), { minItems: 1, maxItems: MAX_GATEWAYS, description })
const byGateway = (value: TNumber | TInteger, description: string) =>
  Type.Record(Type.String({ pattern: ID_PATTERN }), value, {
    ...{ minProperties: 1, maxProperties: MAX_GATEWAYS },
    ...{ additionalProperties: false, description }
  })
const anyOf = (item: { pattern?: string; minLength?: number; maxLength?: number }, description: string) =>
  Type.Optional(Type.Array(Type.String(item), { minItems: 1, maxItems: MAX_CONDITIONS, description }))
const hour = (description: string) => Type.Integer({ minimum: 0, maximum: 23, description })
const amount = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: limits.maxAmount, description }))
const weight = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: MAX_WEIGHT, description }))

/** Also of the rules by which fraud is found. */
export const Condition = Type.Object(
  {
    currencies: anyOf({ pattern: CURRENCY_PATTERN }, 'ISO 4217 codes.'),
    countries: anyOf({ pattern: COUNTRY_PATTERN }, "ISO 3166-1 alpha-2 codes of the customer's country."),
    methods: anyOf({ pattern: '^[A-Z_]{1,32}$' }, 'Types of payment methods.'),
    networks: anyOf({ pattern: NETWORK_PATTERN }, 'Card networks.'),
    merchants: anyOf({ pattern: ID_PATTERN }, 'Ids of merchants.'),
    customers: anyOf({ minLength: 1, maxLength: limits.customerIdLength }, 'Ids of customers.'),
    amount: Type.Optional(
      Type.Object(
        { from: amount('The least, included.'), below: amount('The greatest, not included.') },
        { minProperties: 1, description: 'Minor units; needs currencies.' }
      )
    ),
    hours: Type.Optional(
      Type.Object(
        { from: hour('The first.'), until: hour('The last, not included; the earlier, to span midnight.') },
        described('Of the day, in UTC.')
      )
    )
  },
  { minProperties: 1, description: 'What a payment must be for the rule to hold, always unless given.' }
)

const Rule = Type.Object({
  name: id('Recorded where the rule decides.'),
  when: Type.Optional(Condition),
  allow: Type.Optional(gateways('Only these may be chosen.')),
  prefer: Type.Optional(gateways('The first of these that can take the payment is chosen.')),
  split: Type.Optional(
    byGateway(
      Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }),
      'One of these is drawn, in proportion to its weight.'
    )
  )
})

const Constraints = Type.Object(
  {
    minHealth: Type.Optional(share('Of the recent calls of a gateway, the part that it must have answered.')),
    maxCostBasisPoints: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 10_000,
        description: 'The highest fee, in hundredths of a percent of the amount, with the fixed part.'
      })
    ),
    excluded: Type.Optional(gateways('Never chosen.'))
  },
  { minProperties: 1, description: 'What rules a gateway out.' }
)

const Weights = Type.Object(
  {
    approval: weight('Of the probability that the gateway approves.'),
    cost: weight('Of its fee, as a part of the amount.'),
    latency: weight('Of each second that the slowest of twenty of its calls takes.'),
    health: weight('Of the part of its recent calls that it answered.'),
    signals: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
        Type.Number({ minimum: 0, maximum: MAX_WEIGHT }),
        {
          minProperties: 1,
          maxProperties: MAX_SIGNALS,
          additionalProperties: false,
          description: 'Of what routing signals of your own say of it, -1 to 1: by the name of the signal.'
        }
      )
    )
  },
  {
    minProperties: 1,
    description:
      'Of the terms of the score by which gateways are ranked. Without weights the lowest priority comes first.'
  }
)

const strategy = {
  rules: Type.Optional(
    Type.Array(Rule, {
      maxItems: MAX_RULES,
      description: 'In order: the first that holds and can prefer or draw a gateway decides.'
    })
  ),
  priorities: Type.Optional(
    byGateway(
      Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 }),
      'By gateway, instead of the priority in its profile.'
    )
  ),
  constraints: Type.Optional(Constraints),
  weights: Type.Optional(Weights),
  choice: Type.Optional(
    Type.Enum(['best', 'thompson'], {
      description:
        'By score: the best, or each gateway as often as it may be the best. The best, unless given.'
    })
  ),
  exploration: Type.Optional(
    share('The part of the payments that no rule decides which goes to any gateway that can take it.')
  ),
  sticky: Type.Optional(
    Type.Boolean({ description: "Whether a customer's payments stay at one gateway while the odds do." })
  )
}

const Guardrail = Type.Object(
  {
    minApproval: Type.Optional(share('The least part of its payments that gateways must approve.')),
    maxDrop: Type.Optional(share('By how much that may be below the part of the payments in no variant.')),
    minPayments: Type.Integer({
      minimum: 10,
      maximum: 1_000_000,
      description: 'Answers of gateways before it is judged.'
    })
  },
  described('When the variant stops by itself.')
)

const Variant = Type.Object({
  name: id('Recorded with its payments.'),
  share: share('The part of the payments.'),
  guardrail: Type.Optional(Guardrail),
  ...strategy
})

export const RoutingPolicy = Type.Object(
  {
    id: id('The policy, as merchants name it. `default` is for those that name none.'),
    ...strategy,
    variants: Type.Optional(
      Type.Array(Variant, {
        minItems: 1,
        maxItems: MAX_VARIANTS,
        description: 'Tried on a part of the payments: what a variant says replaces what the policy says.'
      })
    )
  },
  { title: 'RoutingPolicy', description: 'Which gateways payments go to.' }
)
