import type { Metrics } from '../metrics.ts'
import type { RoleName } from '../role.ts'
import type { ProducerObserver } from './batching-producer.ts'

/** Counts what the producer of a role does. */
export function producerMetrics(metrics: Metrics, role: RoleName): ProducerObserver {
  const records = metrics.counter('aegispay_producer_records_total')
  const seconds = metrics.histogram('aegispay_producer_request_seconds')
  const waiting = metrics.gauge('aegispay_producer_waiting_records')
  return {
    request: (byTopic, isWritten, took) => {
      for (const [topic, count] of byTopic)
        records.inc({ topic, result: isWritten ? 'written' : 'refused' }, count)
      seconds.observe({ role }, took)
    },
    waiting: count => waiting.set({ role }, count)
  }
}
