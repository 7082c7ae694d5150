import type { KafkaMessage } from 'kafkajs'
import { processing } from '../platform/tracing/messaging.ts'
import { traceparentIn } from '../platform/tracing/traceparent.ts'
import type { Tracing } from '../platform/tracing/tracing.ts'

/** One transaction that applied events to a view. */
export interface AppliedBatch {
  readonly view: string
  readonly topic: string
  readonly group: string
  readonly partition: number
  readonly records: readonly KafkaMessage[]
  /** Epoch milliseconds. */
  readonly began: number
}

/** A view that is built anew reads years of events: what is older is no part of its payment's trace. */
const MAX_AGE_MS = 5 * 60 * 1000
/** Of one transaction, which may hold thousands of payments. */
const MAX_TRACES = 100

/**
 * Adds to each trace that a transaction's events belong to what became of them: that they were processed, and below it the
 * write that all of them shared. Called after the commit, so that a transaction that is tried again is told once.
 */
export function traceApplied(tracing: Tracing, batch: AppliedBatch): void {
  const { view, topic, group, partition, records, began } = batch
  const parents = new Set<string>()
  for (const { headers, timestamp } of records) {
    if (parents.size === MAX_TRACES) break
    if (began - Number(timestamp) > MAX_AGE_MS) continue
    const parent = traceparentIn(headers)
    if (parent !== undefined) parents.add(parent)
  }
  for (const parent of parents) {
    const span = tracing.start(`process ${topic}`, {
      kind: 'consumer',
      parent,
      startTime: began,
      attributes: {
        ...processing(topic, partition, group),
        'messaging.batch.message_count': records.length
      }
    })
    const write = tracing.start(`INSERT ${view}`, {
      kind: 'client',
      parent: span.traceparent,
      startTime: began,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'INSERT',
        'db.collection.name': view
      }
    })
    write.end()
    span.end()
  }
}
