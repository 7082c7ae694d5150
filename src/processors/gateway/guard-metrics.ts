import type { Metrics } from '../../platform/metrics.ts'
import type { GuardObserver } from './resilience/guard.ts'

const states = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const

/** Counts what guards gateways: 1 for the state that a breaker is in, 0 for the others. */
export function guardMetrics(metrics: Metrics): GuardObserver {
  const breakers = metrics.gauge('aegispay_gateway_breaker')
  const rejections = metrics.counter('aegispay_gateway_rejections_total')
  return {
    rejected: (gateway, reason) => rejections.inc({ gateway, reason }),
    breaker: (gateway, state) => {
      for (const each of states) breakers.set({ gateway, state: each }, each === state ? 1 : 0)
    }
  }
}
