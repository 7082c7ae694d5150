import type { Attributes } from './tracing.ts'

/**
 * How a span says what it works on, by OpenTelemetry's conventions for messaging.
 *
 * @param topic the full name
 * @param group the consumer group that the work is shared out by
 */
export const processing = (topic: string, partition: number, group: string): Attributes => ({
  'messaging.system': 'kafka',
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'messaging.destination.name': topic,
  'messaging.destination.partition.id': String(partition),
  'messaging.consumer.group.name': group
})
