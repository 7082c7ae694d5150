// Stands in for the control data, which do not change during a simulation.
import type { GatewayProfileDocument } from '../../src/control/documents.ts'
import { rulesOf } from '../../src/domain/payment/merchant-rules.ts'
import { SETTLING_MS } from './gateways.ts'
import type { Surroundings } from './instance.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const profile = (id: string, priority: number, purchases: boolean): GatewayProfileDocument => ({
  ...{ id, adapter: 'sandbox', url: `https://gateways.example/${id}`, priority },
  currencies: ['EUR'],
  operations: [
    ...(purchases ? (['PURCHASE'] as const) : []),
    'AUTHORIZE',
    'CAPTURE',
    'VOID',
    'REFUND',
    'SETTLE'
  ],
  maxConnections: 8,
  // Touchy, so that breakers open and close while everything else goes wrong.
  breaker: {
    ...{ failuresInARow: priority, minimumCalls: 4, windowMs: 3_000 },
    ...{ coolDownMs: 2_000, greatestCoolDownMs: 4_000, successesToClose: 2, trials: 1 }
  },
  maxQueued: 6,
  callsPerSecond: 25,
  // Little enough that retries are put off.
  retryBudget: { share: 0.1, perSecond: 0.5, burst: 2 },
  callTimeoutMs: 1_500,
  sendWithinMs: 3_000,
  settlingTimeMs: SETTLING_MS,
  idempotencyWindowMs: DAY_MS,
  feeBasisPoints: 100,
  feeFixed: 0
})

export const profiles: readonly GatewayProfileDocument[] = [
  profile('alpha', 1, true),
  profile('beta', 2, false)
]

/** Short, so that payments come to their ends. */
const merchant = {
  active: true,
  rules: rulesOf({
    payments: {
      ...{ authorizationValidityMs: 12_000, refundWindowMs: 15_000, processingDeadlineMs: 25_000 },
      ...{ firstLookUpMs: 1_000, greatestLookUpMs: 4_000, firstRetryMs: 300, greatestRetryMs: 2_000 },
      ...{ attempts: 4, unknownIsOldMs: 10_000 }
    }
  })
}

export const control: Surroundings['control'] = {
  offset: 7,
  merchant: () => merchant,
  gatewayProfiles: () => profiles,
  routingPolicy: () => undefined,
  reached: () => Promise.resolve()
}
