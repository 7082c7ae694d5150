import { processing } from '../../platform/tracing/messaging.ts'
import { traceparentIn } from '../../platform/tracing/traceparent.ts'
import type { Span, Tracing } from '../../platform/tracing/tracing.ts'
import type { InputRecord } from '../core/logic.ts'
import { harmlessContext } from './withholding.ts'

/**
 * The spans of the records of one batch: from the decision to the end of the transaction, which makes it true. What
 * follows from a record carries its span's context.
 */
export class RecordSpans {
  readonly #tracing: Tracing | null
  readonly #group: string
  #open: Span[] = []

  constructor(tracing: Tracing | null, group: string) {
    this.#tracing = tracing
    this.#group = group
  }

  /**
   * The record with its span as the context for what follows from it; while tracing is off with that of its producer, if
   * that can be handed on.
   *
   * @param topic the full name of the topic that it came by
   */
  begin(record: InputRecord, topic: string, paymentId: string): InputRecord {
    const given = traceparentIn(record.headers)
    const parent = harmlessContext(given)
    if (this.#tracing === null) return parent === given ? record : withContext(record, undefined)
    const span = this.#tracing.start(`process ${topic}`, {
      kind: 'consumer',
      parent,
      attributes: {
        ...processing(topic, record.partition, this.#group),
        'messaging.kafka.offset': record.offset,
        'aegispay.payment.id': paymentId
      }
    })
    this.#open.push(span)
    return withContext(record, span.traceparent)
  }

  /** @param failure why the batch came to nothing; null when it is committed */
  end(failure: string | null): void {
    for (const span of this.#open) {
      if (failure !== null) span.fail(failure)
      span.end()
    }
    if (this.#open.length > 0) this.#open = []
  }
}

const withContext = (record: InputRecord, traceparent: string | undefined): InputRecord => ({
  ...record,
  headers: { ...record.headers, traceparent }
})
