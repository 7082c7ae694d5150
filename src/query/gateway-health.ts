import type { GatewayHealth } from '../generated/records.ts'
import { breakerOf, figuresOf, successShareOf } from '../health/merge.ts'

type Figures = GatewayHealth['figures']

const shown = (figures: Figures) => ({
  calls: figures.calls,
  successShare: successShareOf(figures),
  approvalShare: figures.calls === 0 ? null : figures.approved / figures.calls,
  latency: { p50Ms: figures.latencyP50Ms, p95Ms: figures.latencyP95Ms, p99Ms: figures.latencyP99Ms }
})

/** How each gateway does, as those who run the installation are shown it; by id. */
export function gatewayHealthView(seen: readonly GatewayHealth[], now: number) {
  return [...Map.groupBy(seen, ({ gateway }) => gateway)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([gateway, all]) => ({
      gateway,
      breaker: breakerOf(all),
      ...shown(figuresOf(all.map(({ figures }) => figures))),
      inFlight: all.reduce((sum, { inFlight }) => sum + inFlight, 0),
      queued: all.reduce((sum, { queued }) => sum + queued, 0),
      breakdown: breakdownOf(all),
      executors: all.map(({ executor, breaker, breakerSince, observedAt, figures }) => ({
        executor,
        breaker,
        breakerSince: new Date(breakerSince).toISOString(),
        calls: figures.calls,
        ageMs: Math.max(0, now - observedAt)
      }))
    }))
}

function breakdownOf(seen: readonly GatewayHealth[]) {
  const parts = Map.groupBy(
    seen.flatMap(({ breakdown }) => breakdown),
    ({ currency, method }) => `${currency} ${method}`
  )
  return [...parts.values()].map(same => ({
    currency: same[0]!.currency,
    method: same[0]!.method,
    ...shown(figuresOf(same.map(({ figures }) => figures)))
  }))
}
