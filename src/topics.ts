// Every topic of the product: what it carries, who writes it, how long it is kept and why. The setup command creates
// them from this table; the roles take names, accepted record types and partition counts from it.
import type { RecordName } from './generated/records.ts'
import type { HeaderName } from './headers.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Largest command, in bytes of its value; what is larger is dead-lettered. */
export const MAX_COMMAND_BYTES = 256 * 1024

/** Topics of one co-partitioned family share a partition count, and a payment has the same partition in all of them. */
type Partitions = 'payments' | 1

export interface Topic {
  readonly name: string
  readonly key: string
  /** The record types that may stand on the topic; any other is poison. */
  readonly records: readonly RecordName[]
  /** That AegisPay itself may put on a record; a foreign producer needs none of them, and what else it puts is kept. */
  readonly headers: readonly HeaderName[]
  readonly partitions: Partitions
  readonly config: Readonly<Record<string, string>>
  readonly writer: string
  readonly readers: readonly string[]
  readonly why: string
}

const CLOUD_EVENT = ['ce_specversion', 'ce_id', 'ce_source', 'ce_type'] as const
const FOLLOWS_FROM_A_REQUEST = [...CLOUD_EVENT, 'traceparent'] as const

/** One transaction writes one batch to each of its topics, and the broker's limit is for a batch, not a record. */
const TRANSACTION_BATCHES = { 'max.message.bytes': String(8 * 1024 * 1024) }

const retained = (ms: number) => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(ms),
  'retention.bytes': '-1'
})
const forever = retained(-1)
const compacted = {
  'cleanup.policy': 'compact',
  'min.cleanable.dirty.ratio': '0.1',
  'segment.ms': String(DAY_MS)
}

/**
 * What was erased is gone from the brokers' disks within three hours. An hour after the tombstone the segment may be
 * closed; the ingress writes within another, which closes it; by then both are older than what may wait for compaction.
 */
export const CONTACTS_ROLL_MS = 60 * 60 * 1000

export const topics = {
  commands: {
    name: 'payments.commands',
    key: 'payment id',
    records: [
      'aegispay.commands.InitiatePayment',
      'aegispay.commands.CapturePayment',
      'aegispay.commands.CancelPayment',
      'aegispay.commands.RefundPayment',
      'aegispay.commands.RetryPayment',
      'aegispay.commands.CloseRefunds'
    ],
    headers: [
      ...FOLLOWS_FROM_A_REQUEST,
      'ce_time',
      'aegispay-correlation-id',
      'aegispay-control-offset',
      'aegispay-reply-to',
      'aegispay-reply-id',
      'aegispay-deadline',
      'aegispay-redriven-from'
    ],
    partitions: 'payments',
    config: {
      ...retained(7 * DAY_MS),
      'message.timestamp.type': 'LogAppendTime',
      // The client decodes gzip only; one batch in another codec would stop the partition for good.
      'compression.type': 'uncompressed',
      // For a batch: above what clients send by default, and so far below the limit of the dead-letter topic that any
      // record fits in there with its reason.
      'max.message.bytes': String(4 * 1024 * 1024)
    },
    writer: 'ingress, `aegispay dlq redrive`, and anyone who has the schemas and the write permission',
    readers: ['processor'],
    why: 'What people and programs want done. The key makes one processor the owner of each payment.'
  },
  outcomes: {
    name: 'payments.outcomes',
    key: 'payment id',
    records: [
      'aegispay.outcomes.RecordGatewayResult',
      'aegispay.outcomes.RecordGatewayNotification',
      'aegispay.outcomes.ResolveOutcome',
      'aegispay.outcomes.ResolveReview'
    ],
    headers: [...FOLLOWS_FROM_A_REQUEST, 'aegispay-correlation-id', 'aegispay-redriven-from'],
    partitions: 'payments',
    config: retained(7 * DAY_MS),
    writer: 'gateway, ingress for verified notifications, and `aegispay dlq redrive`',
    readers: ['processor'],
    why: 'What gateways answered and told by themselves. Apart from the commands, so that nobody forges an answer and results never queue behind bulk commands.'
  },
  events: {
    name: 'payments.events',
    key: 'payment id',
    records: [
      'aegispay.events.PaymentInitiated',
      'aegispay.events.FraudAssessed',
      'aegispay.events.ReviewResolved',
      'aegispay.events.GatewaySelected',
      'aegispay.events.GatewayOperationRequested',
      'aegispay.events.GatewayOperationFailed',
      'aegispay.events.OutcomeUnknown',
      'aegispay.events.OutcomePending',
      'aegispay.events.CustomerActionRequired',
      'aegispay.events.ContradictoryOutcome',
      'aegispay.events.PaymentAuthorized',
      'aegispay.events.PaymentCaptured',
      'aegispay.events.PaymentCompleted',
      'aegispay.events.PaymentFailed',
      'aegispay.events.PaymentCancelled',
      'aegispay.events.PaymentExpired',
      'aegispay.events.PaymentRetried',
      'aegispay.events.RetryScheduled',
      'aegispay.events.OutcomeLookupRequested',
      'aegispay.events.OutcomeResolved',
      'aegispay.events.SettlementRetried',
      'aegispay.events.RefundAccepted',
      'aegispay.events.RefundInitiated',
      'aegispay.events.PaymentPartiallyRefunded',
      'aegispay.events.PaymentRefunded',
      'aegispay.events.RefundFailed',
      'aegispay.events.RefundsClosed',
      'aegispay.events.CompensationRequested',
      'aegispay.events.CompensationPostponed',
      'aegispay.events.CompensationSucceeded',
      'aegispay.events.CompensationFailed',
      'aegispay.events.CommandRejected',
      'aegispay.events.InputsHandled'
    ],
    headers: FOLLOWS_FROM_A_REQUEST,
    partitions: 'payments',
    config: { ...forever, ...TRANSACTION_BATCHES },
    writer: 'processor',
    readers: ['projector', 'listener', 'delivery', 'anyone, read_committed'],
    why: 'The event store: everything that ever happened to a payment, from which all else can be rebuilt.'
  },
  state: {
    name: 'payments.state',
    key: 'payment id',
    records: [
      'aegispay.state.PaymentState',
      'aegispay.state.ClosedPayment',
      'aegispay.state.PartitionCheckpoint',
      'aegispay.state.OwnershipFence'
    ],
    headers: ['aegispay-due-at'],
    partitions: 'payments',
    config: { ...compacted, ...TRANSACTION_BATCHES },
    writer: 'processor',
    readers: ['processor'],
    why: 'Changelog of the folded state and of the input positions, from which the next owner of a partition goes on.'
  },
  gatewayRequests: {
    name: 'gateway.requests',
    key: 'payment id',
    records: ['aegispay.gateway.GatewayRequest'],
    headers: FOLLOWS_FROM_A_REQUEST,
    partitions: 'payments',
    config: { ...retained(7 * DAY_MS), ...TRANSACTION_BATCHES },
    writer: 'processor',
    readers: ['gateway'],
    why: 'Calls to make at gateways: decided exactly once, made at least once under a deterministic idempotency key.'
  },
  gatewaysHealth: {
    name: 'gateways.health',
    key: '<gateway>/<executor>',
    records: ['aegispay.gateway.GatewayHealth'],
    headers: CLOUD_EVENT,
    partitions: 1,
    config: compacted,
    writer: 'gateway',
    readers: ['processor', 'query', 'anyone'],
    why: 'How each gateway does of late, as each executor sees it. A record is valid for as long as it says itself; an executor that ends leaves a tombstone.'
  },
  control: {
    name: 'control',
    key: '<kind>/<id>',
    records: ['aegispay.control.ControlDocument'],
    headers: [...CLOUD_EVENT, 'ce_time'],
    partitions: 1,
    config: forever,
    writer: 'admin, and the command line',
    readers: ['ingress', 'processor', 'gateway', 'query', 'admin', 'projector'],
    why: 'Merchants, API keys, gateway profiles, limits: settings that change without a restart. Not compacted: it is the record of who changed what, when and why, and a change that lost against another must not outlive the one that won.'
  },
  anchors: {
    name: 'audit.anchors',
    key: '<topic>/<partition>',
    records: ['aegispay.audit.Anchor'],
    headers: CLOUD_EVENT,
    partitions: 1,
    config: forever,
    writer: 'projector: of each partition the one that holds it',
    readers: ['`aegispay audit verify`', 'anyone'],
    why: 'Where the audit trail has come to, signed, out of reach of whoever can write the database. Not compacted, since old anchors are what a rewritten trail is held against; nobody else may write it, and nobody delete from it.'
  },
  approvals: {
    name: 'gateways.approvals',
    key: 'partition of the payments, or stopped/<policy>/<version>/<variant>',
    records: ['aegispay.gateway.ApprovalCounts', 'aegispay.gateway.VariantStopped'],
    headers: CLOUD_EVENT,
    partitions: 1,
    config: compacted,
    writer: 'processor',
    readers: ['processor'],
    why: "What each partition's payments say of gateways' approvals, from which routing learns, and which variants of policies it has stopped. No payment depends on it: it may be lost."
  },
  customers: {
    name: 'customers',
    key: '<merchant>/<customer>',
    records: ['aegispay.customers.CustomerContact'],
    headers: [...FOLLOWS_FROM_A_REQUEST, 'ce_time', 'aegispay-erased-by'],
    partitions: 'payments',
    config: {
      ...compacted,
      'segment.ms': String(CONTACTS_ROLL_MS),
      'max.compaction.lag.ms': String(CONTACTS_ROLL_MS),
      'delete.retention.ms': String(30 * DAY_MS)
    },
    writer: 'ingress, `aegispay erase`, and direct producers',
    readers: ['projector'],
    why: 'Contact details, apart from the events, so that a tombstone erases them. The only topic that holds any.'
  },
  deadLetters: {
    name: 'payments.dlq',
    key: 'as on the topic it came from',
    records: [],
    headers: [
      'aegispay-dlq-reason',
      'aegispay-dlq-detail',
      'aegispay-dlq-topic',
      'aegispay-dlq-partition',
      'aegispay-dlq-offset',
      'aegispay-dlq-at',
      'aegispay-dlq-redrive-of',
      'aegispay-dlq-redriven-to',
      'aegispay-dlq-redriven-by',
      'aegispay-dlq-redrive-reason'
    ],
    partitions: 'payments',
    config: { ...forever, ...TRANSACTION_BATCHES },
    writer: 'processor, and `aegispay dlq redrive`',
    readers: ['operators'],
    why: 'Records that can never be processed, byte for byte, with the reason as headers. What holds a card number is named by its place only. Each one that was redriven is followed by a mark that says who did it, when and why.'
  }
} as const satisfies Record<string, Topic>

/** Why a topic is configured as it is, by what is configured; that which its `why` does not say. */
export const configReasons: Readonly<Record<string, string>> = {
  'cleanup.policy': 'Whether records go by age (`delete`) or the last one of a key stays (`compact`).',
  'retention.ms':
    'How long a record can be read again. The longest outage that a reader may have; -1 keeps it for ever.',
  'retention.bytes': 'No limit: what is kept must not depend on how much there is.',
  'min.cleanable.dirty.ratio': 'Compacts early, so that whoever restores from the topic reads little twice.',
  'segment.ms': 'The segment that is written to is never compacted, so a new one begins after this time.',
  'max.compaction.lag.ms':
    'Compacts whatever has waited this long, however little it is: erased is to mean gone.',
  'delete.retention.ms':
    'How long a tombstone can still be read. The longest outage that the projector may have, and the age of the oldest backup of its database that may be restored, without what was erased coming back.',
  'message.timestamp.type': "The broker's clock, since foreign producers have clocks of their own.",
  'compression.type':
    'The client decodes gzip only; one batch in another codec would stop the partition for good, so the broker unpacks.',
  'max.message.bytes':
    'The limit is for a batch, not for a record: one transaction writes one batch to each topic. That of the dead letters is far above that of the commands, so that any record fits in there with its reason.'
}

export type TopicId = keyof typeof topics

/** Topic names as they stand on the cluster: an installation may put a prefix before all of them. */
export type TopicNames = Readonly<Record<TopicId, string>>

export function topicNames(prefix: string): TopicNames {
  const entries = Object.entries(topics).map(([id, topic]) => [id, prefix + topic.name])
  return Object.fromEntries(entries) as TopicNames
}
