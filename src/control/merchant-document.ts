import Type from 'typebox'
import { COUNTRY_PATTERN, limits } from '../domain/payment/limits.ts'
import { defaultRules, rulesOf, type MerchantSettings } from '../domain/payment/merchant-rules.ts'
import type { Fault } from '../errors.ts'
import { CURRENCY_PATTERN, id, milliseconds } from './document-parts.ts'
import { Notifications } from './notifications-document.ts'

const TEN_YEARS_MS = 10 * 365 * 24 * 60 * 60 * 1000
const MAX_ATTEMPTS = 20
/** So that the document stays far below what a record may hold. */
const MAX_BLOCKED_CUSTOMERS = 1000

type Duration = Exclude<keyof typeof defaultRules, 'attempts' | 'compliance'>

const duration = (name: Duration, description: string) => {
  const preset = defaultRules[name]
  const otherwise = preset === null ? 'without end' : String(preset)
  return Type.Optional(milliseconds(`${description}, ${otherwise} unless given.`, { maximum: TEN_YEARS_MS }))
}

const Payments = Type.Object(
  {
    authorizationValidityMs: duration(
      'authorizationValidityMs',
      'after which an authorization that nobody captured is given back'
    ),
    cancellationWindowMs: duration(
      'cancellationWindowMs',
      'after the beginning of a payment in which it may be cancelled'
    ),
    refundWindowMs: duration(
      'refundWindowMs',
      'after the completion of a payment in which refunds are taken'
    ),
    processingDeadlineMs: duration(
      'processingDeadlineMs',
      'after the beginning of a payment in which attempts to charge it may begin'
    ),
    firstLookUpMs: duration(
      'firstLookUpMs',
      'after which a gateway is first asked what became of an unknown outcome'
    ),
    greatestLookUpMs: duration('greatestLookUpMs', 'to which the time between two such look-ups grows'),
    firstRetryMs: duration('firstRetryMs', 'after a failed attempt until the next, where there may be one'),
    greatestRetryMs: duration('greatestRetryMs', 'to which the time between two attempts grows'),
    attempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_ATTEMPTS,
        description: `Attempts of one operation in all, and to charge a payment at all gateways together, without those that never left us; ${defaultRules.attempts} unless given.`
      })
    ),
    unknownIsOldMs: duration('unknownIsOldMs', 'after which an unknown outcome is reported as old')
  },
  { description: 'How its payments run.' }
)

const allowed = (pattern: string, description: string) =>
  Type.Optional(Type.Array(Type.String({ pattern }), { minItems: 1, maxItems: 500, description }))

const Compliance = Type.Object(
  {
    currencies: allowed(CURRENCY_PATTERN, 'ISO 4217 codes of the currencies taken, all unless given.'),
    countries: allowed(
      COUNTRY_PATTERN,
      "ISO 3166-1 alpha-2 codes of the customers' countries, all unless given."
    ),
    methods: Type.Optional(
      Type.Array(Type.Enum(['CARD']), {
        minItems: 1,
        description: 'Types of payment methods taken, all unless given.'
      })
    ),
    maxAmount: Type.Optional(
      Type.Record(
        Type.String({ pattern: CURRENCY_PATTERN }),
        Type.Integer({ minimum: 1, maximum: limits.maxAmount }),
        {
          additionalProperties: false,
          description: 'The greatest amount of a payment in minor units, by currency.'
        }
      )
    ),
    blockedCustomers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: limits.customerIdLength }), {
        maxItems: MAX_BLOCKED_CUSTOMERS,
        description: 'Ids of customers from whom nothing is taken.'
      })
    )
  },
  { description: 'Which payments it takes. Others are failed before any gateway is asked.' }
)

export const Merchant = Type.Object(
  {
    id: id('The merchant, as commands and API keys name it. It never changes.'),
    name: Type.String({ minLength: 1, maxLength: 200, description: 'What people call the merchant.' }),
    active: Type.Boolean({
      description: 'Whether its keys are let in and its payments are started. What runs already is finished.'
    }),
    payments: Type.Optional(Payments),
    routingPolicy: Type.Optional(
      id('The policy that chooses its gateways; `default`, where there is one, unless given.')
    ),
    fraudRules: Type.Optional(
      id('The rules by which its payments are judged; `default`, where there are any, unless given.')
    ),
    compliance: Type.Optional(Compliance),
    notifications: Type.Optional(Notifications)
  },
  { title: 'Merchant', description: 'Someone in whose name payments are made.' }
)

/** First waits that are longer than those they are to grow to, of which the defaults may be one. */
export function backoffFaults(settings: MerchantSettings): Fault[] {
  const rules = rulesOf(settings)
  const pairs = [
    ['firstLookUpMs', 'greatestLookUpMs'],
    ['firstRetryMs', 'greatestRetryMs']
  ] as const
  return pairs
    .filter(([first, greatest]) => rules[first] > rules[greatest])
    .map(([first, greatest]) => ({
      path: `/payments/${settings.payments?.[first] === undefined ? greatest : first}`,
      message: `${first} is ${rules[first]}, which is longer than ${greatest}, ${rules[greatest]}`
    }))
}
