// Every header that AegisPay writes on its records: what it holds. docs/topics.md and docs/asyncapi.yaml are generated
// from this table and from src/topics.ts.

export const recordHeaders = {
  ce_specversion: 'Version of CloudEvents: `1.0`.',
  ce_id:
    'Id of what the record tells: the command id, the event id, or the idempotency key of a gateway request and its outcome.',
  ce_source: 'The part of AegisPay that wrote the record, such as `/ingress`.',
  ce_type: "The record's full name, as its schema has it.",
  ce_time: 'When the command was taken in, or the record was written, RFC 3339.',
  traceparent:
    'W3C trace context of what led to the record. One that is malformed is not handed on; `tracestate` and `baggage` never are.',
  'aegispay-correlation-id':
    'Of the request that began it all; handed on to every record that follows from it.',
  'aegispay-requested-by':
    'Who gave the command on behalf of its merchant, `key:<id of the API key>`; absent where the merchant did. Handed on to the events that it leads to at once.',
  'aegispay-reply-to':
    'Redis channel of the ingress instance that waits for the answer; absent when nobody waits.',
  'aegispay-reply-id': 'Tells the waiting requests of one instance apart.',
  'aegispay-deadline': 'Epoch milliseconds after which nobody waits any more.',
  'aegispay-control-offset':
    'Offset on `control` up to which the ingress had read: a processor that is behind waits for it, bounded.',
  'aegispay-due-at':
    'On a state: epoch milliseconds at which the payment does something by itself; absent when it never does.',
  'aegispay-erased-by':
    'Who has erased the contact details: `key:<id of the API key>`, or who used the command line.',
  'aegispay-dlq-reason': 'Why the record can never be processed: a word that never changes its meaning.',
  'aegispay-dlq-detail': 'The same in words, for people.',
  'aegispay-dlq-topic': 'The topic it came from.',
  'aegispay-dlq-partition': 'The partition it came from.',
  'aegispay-dlq-offset': 'The offset it had there.',
  'aegispay-dlq-at': 'When it was put aside, or redriven, RFC 3339.',
  'aegispay-dlq-redrive-of':
    'On a mark, which has no value: the dead letter that was redriven, `<partition>-<offset>` on this topic.',
  'aegispay-dlq-redriven-to': 'On a mark: `<topic>/<partition>` that the record was written to again.',
  'aegispay-dlq-redriven-by': 'On a mark: who did it.',
  'aegispay-dlq-redrive-reason': 'On a mark: why.',
  'aegispay-redriven-from':
    'On a record that was redriven: the dead letter it was, `<partition>-<offset>` on `payments.dlq`.'
} as const satisfies Record<string, string>

export type HeaderName = keyof typeof recordHeaders
