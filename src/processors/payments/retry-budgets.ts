// How many retries a gateway may get: a share of the calls that it gets for the first time, and a few a second all the same. Without it
// the payments that a gateway in trouble has failed would come back at it together, each by its own good reason.
//
// Source: the retry budget of Finagle (com.twitter.finagle.service.RetryBudget), as one token bucket.
import {
  retryBudgetOf,
  type ResilienceDocument,
  type RetryBudgetSettings
} from '../../control/gateway-resilience.ts'

import type { PaymentEvent, Rejection } from '../../domain/payment/events.ts'
import type { Operation } from '../../domain/payment/state.ts'
import { RETRY_BUDGET_SPENT } from '../../domain/payment/after-proof.ts'

interface Bucket {
  readonly settings: RetryBudgetSettings
  /** Retries that may be made now; less than one is none. */
  tokens: number
  /** Epoch milliseconds. */
  filledAt: number
}

const NONE: ReadonlySet<string> = new Set()

export interface RetryBudgetOptions {
  readonly profiles: () => readonly ({ readonly id: string } & ResilienceDocument)[]
  readonly onRetry: (gateway: string, retry: 'made' | 'put_off') => void
}

/**
 * Kept by each process from the decisions of its own partitions. They are counted when they are made: one that is made again, since
 * its transaction failed, counts twice, which changes how soon the next retry is made and nothing else.
 */
export class RetryBudgets {
  readonly #options: RetryBudgetOptions
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RetryBudgetOptions) {
    this.#options = options
  }

  /** Gateways that get no retries now. */
  spent(now: number): ReadonlySet<string> {
    let spent: Set<string> | null = null
    for (const [gateway, bucket] of this.#buckets) {
      fill(bucket, now)
      if (bucket.tokens < 1) (spent ??= new Set()).add(gateway)
    }
    return spent ?? NONE
  }

  /**
   * Counts what a decision asks gateways for.
   * @param before the payment's operation before it
   * @param now epoch milliseconds
   */
  learn(events: readonly (PaymentEvent | Rejection)[], before: Operation | null, now: number): void {
    const { onRetry } = this.#options
    for (const event of events) {
      if (event.type === 'GatewayOperationRequested') {
        const { gateway, attempt } = event
        if (attempt === 1) this.#add(gateway, 'share', now)
        else if (before?.neverLeft !== true) {
          this.#add(gateway, 'retry', now)
          onRetry(gateway, 'made')
        }
      } else if (event.type === 'RetryScheduled' && event.code === RETRY_BUDGET_SPENT)
        onRetry(event.gateway!, 'put_off')
    }
  }

  #add(gateway: string, what: 'share' | 'retry', now: number): void {
    const bucket = this.#bucketOf(gateway, now)
    const { share, burst } = bucket.settings
    bucket.tokens = Math.min(burst, bucket.tokens + (what === 'share' ? share : -1))
  }

  #bucketOf(gateway: string, now: number): Bucket {
    const profile = this.#options.profiles().find(({ id }) => id === gateway)
    const settings = retryBudgetOf(profile ?? {})
    const known = this.#buckets.get(gateway)
    const bucket =
      known === undefined
        ? { settings, tokens: settings.burst, filledAt: now }
        : { ...known, settings, tokens: Math.min(known.tokens, settings.burst) }
    fill(bucket, now)
    this.#buckets.set(gateway, bucket)
    return bucket
  }
}

/** A clock that was set back fills nothing. */
function fill(bucket: Bucket, now: number): void {
  const { perSecond, burst } = bucket.settings
  const seconds = Math.max(0, now - bucket.filledAt) / 1000
  bucket.tokens = Math.min(burst, bucket.tokens + seconds * perSecond)
  bucket.filledAt = now
}
