import type { Logger } from 'pino'
import type { Metrics } from '../../platform/metrics.ts'
import { repeat } from '../../platform/repeat.ts'
import type { OwnerGroup } from '../core/owner-group.ts'

const INTERVAL_MS = 2000

/**
 * Keeps the figures of the owned partitions up to date.
 *
 * @returns ends it
 */
export function reportProgress(
  group: Pick<OwnerGroup<unknown>, 'partitions' | 'lag'>,
  metrics: Metrics,
  log: Logger
): () => void {
  const owned = metrics.gauge('aegispay_processor_partitions')
  const lag = metrics.gauge('aegispay_processor_lag_records')
  const hidden = metrics.gauge('aegispay_processor_hidden_records')
  const queued = metrics.gauge('aegispay_processor_queued_records')
  metrics.beforeReading(() => {
    const partitions = group.partitions()
    const running = partitions.filter(({ isRunning }) => isRunning).length
    owned.set({ state: 'running' }, running)
    owned.set({ state: 'restoring' }, partitions.length - running)
  })
  const report = async () => {
    const lags = await group.lag()
    lag.reset()
    hidden.reset()
    queued.reset()
    for (const { input, partition, behind, queued: count, hidden: unread } of lags) {
      lag.set({ input, partition }, behind)
      hidden.set({ input, partition }, unread)
      queued.inc({ input }, count)
    }
  }
  return repeat(INTERVAL_MS, report, error => log.debug({ error }, 'the lag of the processor is not known'))
}
