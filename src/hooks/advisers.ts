// Fraud checks, guards and routing signals of the user's own, as the processor sees them: asked all at once, about a batch of
// payments, and not waited for longer than the limit.
import type { Findings, Opinion } from '../domain/fraud/assess.ts'
import type { Preferences } from '../domain/routing/signals.ts'
import { readOpinion, readRatings, readVerdict } from './advice-answers.ts'
import type { PaymentFacts } from './contract.ts'
import type { HookModules, RunningHook } from './load.ts'
import { hookLabel, type HookKind } from './messages.ts'

/** Payments in one question: an answer is bounded in size. */
const MAX_PAYMENTS = 500

interface Advice {
  readonly opinions: readonly Opinion[]
  readonly silent: Findings['silent']
  readonly preferences: Preferences
}

export interface AdviserHooks {
  readonly fraudChecks: readonly RunningHook<'fraudChecks'>[]
  readonly guards: readonly RunningHook<'guards'>[]
  readonly routingSignals: readonly RunningHook<'routingSignals'>[]
}

/** What those have said that have an opinion; undefined where one has not answered as it should. */
interface Told {
  readonly check: string
  readonly otherwise: 'ALLOW' | 'REVIEW'
  readonly opinions: readonly (Opinion | null | undefined)[]
}

/**
 * Starts all of them.
 * @param limitMs milliseconds that a batch of payments waits for them
 * @returns null where there are none
 */
export async function startAdvisers(modules: HookModules, limitMs: number): Promise<HookAdvisers | null> {
  const [fraudChecks, guards, routingSignals] = await Promise.all([
    modules.start('fraudChecks'),
    modules.start('guards'),
    modules.start('routingSignals')
  ])
  if (fraudChecks.length + guards.length + routingSignals.length === 0) return null
  return new HookAdvisers({ fraudChecks, guards, routingSignals }, limitMs)
}

export class HookAdvisers {
  readonly #hooks: AdviserHooks
  /** Milliseconds that a batch waits. */
  readonly #limitMs: number
  /** Of a payment that nobody was asked about. */
  readonly unasked: Advice

  constructor(hooks: AdviserHooks, limitMs: number) {
    this.#hooks = hooks
    this.#limitMs = limitMs
    const { fraudChecks, guards } = hooks
    const silent = [
      ...fraudChecks.map(hook => silenceOf('fraudChecks', hook)),
      ...guards.map(hook => silenceOf('guards', hook))
    ]
    this.unasked = { opinions: [], silent, preferences: new Map() }
  }

  /** @param gateways ids of those that there are */
  async ask(
    payments: readonly (PaymentFacts & { readonly addressDigest: string | null })[],
    gateways: readonly string[]
  ): Promise<ReadonlyMap<string, Advice>> {
    const facts = payments.map(factsOf)
    const { fraudChecks, guards, routingSignals } = this.#hooks
    const [told, rated] = await Promise.all([
      Promise.all([
        ...fraudChecks.map(async (hook): Promise<Told> => {
          const { check, otherwise } = silenceOf('fraudChecks', hook)
          const answers = await this.#answers(hook, facts, gateways)
          return { check, otherwise, opinions: answers.map(answer => readOpinion(check, answer)) }
        }),
        ...guards.map(async (hook): Promise<Told> => {
          const { check, otherwise } = silenceOf('guards', hook)
          const answers = await this.#answers(hook, facts, gateways)
          return { check, otherwise, opinions: answers.map(answer => readVerdict(check, answer)) }
        })
      ]),
      Promise.all(
        routingSignals.map(async hook => ({
          name: hook.name,
          ratings: (await this.#answers(hook, facts, gateways)).map(answer => readRatings(answer, gateways))
        }))
      )
    ])
    return new Map(
      facts.map(({ paymentId }, i): [string, Advice] => [
        paymentId,
        {
          opinions: told.flatMap(({ opinions }) => opinions[i] ?? []),
          silent: told.flatMap(({ check, otherwise, opinions }) =>
            opinions[i] === undefined ? [{ check, otherwise }] : []
          ),
          preferences: preferencesIn(rated.map(({ name, ratings }) => [name, ratings[i] ?? {}]))
        }
      ])
    )
  }

  /** In the order of the payments; undefined where there is none. */
  async #answers(
    { host }: Pick<RunningHook<HookKind>, 'host'>,
    facts: readonly PaymentFacts[],
    gateways: readonly string[]
  ): Promise<unknown[]> {
    const parts: (readonly PaymentFacts[])[] = []
    for (let from = 0; from < facts.length; from += MAX_PAYMENTS)
      parts.push(facts.slice(from, from + MAX_PAYMENTS))
    const answers = await Promise.all(
      parts.map(async payments => {
        const { answer } = await host.ask('advise', { payments, gateways }, this.#limitMs)
        const isWhole = Array.isArray(answer) && answer.length === payments.length
        return isWhole ? (answer as unknown[]) : payments.map(() => undefined)
      })
    )
    return answers.flat()
  }
}

function silenceOf(
  kind: 'fraudChecks' | 'guards',
  { name, whenMissing }: Pick<RunningHook<'guards'>, 'name' | 'whenMissing'>
): Findings['silent'][number] {
  return { check: hookLabel({ kind, name }), otherwise: whenMissing === 'review' ? 'REVIEW' : 'ALLOW' }
}

const factsOf = ({
  paymentId,
  merchantId,
  amount,
  currency,
  capture,
  customer,
  paymentMethod,
  metadata
}: PaymentFacts): PaymentFacts => ({
  ...{ paymentId, merchantId, amount, currency, capture, metadata },
  customer: { id: customer.id, country: customer.country },
  paymentMethod: {
    type: paymentMethod.type,
    network: paymentMethod.network,
    token: paymentMethod.token
  }
})

function preferencesIn(
  ratings: readonly (readonly [signal: string, byGateway: Readonly<Record<string, number>>])[]
): Preferences {
  const preferences = new Map<string, Record<string, number>>()
  for (const [signal, byGateway] of ratings)
    for (const [gateway, rating] of Object.entries(byGateway))
      preferences.set(gateway, { ...preferences.get(gateway), [signal]: rating })
  return preferences
}
