// How an executor bears with a gateway that does badly: what a profile may say of it, and what holds where it says nothing.
import Type, { type Static } from 'typebox'
import { milliseconds } from './document-parts.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Of everything here; what takes longer than a day is a mistake. */
const span = (description: string) => milliseconds(description, { maximum: DAY_MS })
const count = (description: string, maximum = 10_000) => Type.Integer({ minimum: 1, maximum, description })

export const Breaker = Type.Object(
  {
    failureShare: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description:
          'Share of the calls in the window that have to fail for the breaker to open. 0.5 unless given.'
      })
    ),
    minimumCalls: Type.Optional(
      count('Calls in the window without which their share says nothing. 20 unless given.')
    ),
    windowMs: Type.Optional(span('of the calls whose share counts. 10 seconds unless given.')),
    failuresInARow: Type.Optional(
      count(
        'Failures one after the other that open the breaker, however few calls there are. 5 unless given.'
      )
    ),
    coolDownMs: Type.Optional(
      span(
        'without calls after the breaker has opened. Doubled each time that a trial fails. 5 seconds unless given.'
      )
    ),
    greatestCoolDownMs: Type.Optional(span('that this may grow to. A minute unless given.')),
    trials: Type.Optional(
      count('Calls under way at a time while the breaker is half open. 2 unless given.', 1_000)
    ),
    successesToClose: Type.Optional(
      count('Calls, look-ups or probes in a row that have to succeed to close the breaker. 3 unless given.')
    ),
    probeAfterMs: Type.Optional(
      span(
        'without a call after which a gateway whose breaker is half open is probed. 1 second unless given.'
      )
    )
  },
  { description: 'When calls to the gateway are given up for a while, and when they are taken up again.' }
)

export const maxQueued = count(
  'Calls that may wait for a connection in one process; more are refused. 5000 unless given.',
  1_000_000
)
export const callsPerSecond = Type.Number({
  minimum: 0.01,
  maximum: 100_000,
  description: 'Calls that one process begins in a second at most. No limit unless given.'
})

export const RetryBudget = Type.Object(
  {
    share: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Retries that each first call of the gateway allows. 0.1, one in ten, unless given.'
      })
    ),
    perSecond: Type.Optional(
      Type.Number({
        minimum: 0.01,
        maximum: 100_000,
        description:
          'Retries that are allowed in a second, however few first calls there are. 10 unless given.'
      })
    ),
    burst: Type.Optional(
      count('Retries that may be saved up, and are allowed at the start. 100 unless given.', 1_000_000)
    )
  },
  {
    description:
      'How many second and later attempts of operations the gateway gets from the payments of one process; the others are put off.'
  }
)

type BreakerDocument = Static<typeof Breaker>
type RetryBudgetDocument = Static<typeof RetryBudget>
export type RetryBudgetSettings = Required<RetryBudgetDocument>
export type BreakerSettings = Required<BreakerDocument>

export interface ResilienceSettings {
  readonly breaker: BreakerSettings
  readonly maxQueued: number
  /** Null is no limit. */
  readonly callsPerSecond: number | null
}

const defaultBreaker: BreakerSettings = {
  failureShare: 0.5,
  minimumCalls: 20,
  windowMs: 10_000,
  failuresInARow: 5,
  coolDownMs: 5_000,
  greatestCoolDownMs: 60_000,
  trials: 2,
  successesToClose: 3,
  probeAfterMs: 1_000
}

const defaultRetryBudget: RetryBudgetSettings = { share: 0.1, perSecond: 10, burst: 100 }

/** What of a profile is about this; all of it may be left out. */
export interface ResilienceDocument {
  readonly breaker?: BreakerDocument
  readonly maxQueued?: number
  readonly callsPerSecond?: number
  readonly retryBudget?: RetryBudgetDocument
}

/** With the defaults filled in. */
export const resilienceOf = (profile: ResilienceDocument): ResilienceSettings => ({
  breaker: { ...defaultBreaker, ...profile.breaker },
  maxQueued: profile.maxQueued ?? 5_000,
  callsPerSecond: profile.callsPerSecond ?? null
})

/** With the defaults filled in. It is the owners of payments that keep it, not the executors. */
export const retryBudgetOf = ({ retryBudget }: ResilienceDocument): RetryBudgetSettings => ({
  ...defaultRetryBudget,
  ...retryBudget
})
