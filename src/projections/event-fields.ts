/** The fields with which every event begins. */
const envelope = new Set([
  ...['eventId', 'paymentId', 'merchantId', 'sequence', 'occurredAt', 'causationId', 'correlationId'],
  ...['inputTopic', 'inputPartition', 'inputOffset', 'controlOffset', 'commandFingerprint', 'schemaVersion']
])

/** What an event says beyond that. */
export function ownFields(value: object): Record<string, unknown> {
  const own: Record<string, unknown> = {}
  for (const [field, content] of Object.entries(value)) if (!envelope.has(field)) own[field] = content
  return own
}
