import type { Decided } from '../../../dev/payment-owner.ts'
import type { StoredEvent } from '../../../src/projections/view.ts'

/** Events as a view is handed them, of one partition, without Kafka. */
export const storedEvents = (decisions: readonly Decided[], partition = 0): StoredEvent[] =>
  decisions
    .flatMap(({ events }) => events)
    .map(({ type, ...fields }, offset) => {
      const value = { ...fields, inputTopic: null, inputPartition: null, inputOffset: null }
      return { type, value, partition, offset } as unknown as StoredEvent
    })
