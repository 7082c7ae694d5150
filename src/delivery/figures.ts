import type { Pool } from 'pg'
import type { LogBounds } from '../platform/kafka/log-bounds.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { EndpointStatus } from './endpoint.ts'
import type { LaneMetrics } from './lane-runner.ts'

export interface Figures extends LaneMetrics {
  /** Records were read. */
  taken(records: number): void
  lag(positions: ReadonlyMap<number, number>, bounds: ReadonlyMap<number, LogBounds>): void
  /** Brings what the database alone knows up to date. */
  read(pool: Pool): Promise<void>
}

export function figuresOf(metrics: Metrics): Figures {
  const events = metrics.counter('aegispay_webhook_events_total')
  const lag = metrics.gauge('aegispay_webhook_lag_records')
  const attempts = metrics.counter('aegispay_webhook_attempts_total')
  const seconds = metrics.histogram('aegispay_webhook_attempt_seconds')
  const pending = metrics.gauge('aegispay_webhook_pending')
  const endpoints = metrics.gauge('aegispay_webhook_endpoints')
  const stopped = metrics.counter('aegispay_webhook_endpoints_stopped_total')
  return {
    taken: records => events.inc(records),
    lag(positions, bounds) {
      for (const [partition, { end }] of bounds) {
        const position = positions.get(partition)
        if (position === undefined) lag.remove({ partition })
        else lag.set({ partition }, Math.max(0, end - position))
      }
    },
    attempted({ outcome, durationMs }) {
      attempts.inc({ outcome })
      seconds.observe(durationMs / 1000)
    },
    stopped: status => stopped.inc({ status }),
    async read(pool) {
      const [waiting, byStatus] = await Promise.all([
        pool.query<{ count: number }>(
          "SELECT count(*) AS count FROM webhook_deliveries WHERE status = 'pending'"
        ),
        pool.query<{ status: EndpointStatus; count: number }>(
          'SELECT status, count(*) AS count FROM webhook_endpoints GROUP BY status'
        )
      ])
      pending.set(waiting.rows[0]!.count)
      const counts = new Map(byStatus.rows.map(({ status, count }) => [status, count]))
      for (const status of ['enabled', 'paused', 'disabled'] as const)
        endpoints.set({ status }, counts.get(status) ?? 0)
    }
  }
}
