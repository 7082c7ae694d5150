// One record of each type, with something in every field.
import type { RecordName, RecordTypes } from '../../../src/generated/records.ts'

const ids = { merchantId: 'demo', paymentId: 'pay_z6ajk7uxbt6sqnwmghjho5xhbui5ikv2' }
const command = { ...ids, idempotencyKey: 'order-1' }
const at = 1_795_419_300_375
const customer = { id: 'cus_1', country: 'DE' }
const paymentMethod = { type: 'CARD', token: 'tok_visa', network: 'visa' } as const
const closedTerms = {
  amount: 1099,
  currency: 'EUR',
  capture: 'AUTOMATIC',
  customer,
  paymentMethod,
  description: 'Two coffees',
  metadata: { order: '4711' }
} as const
const terms = { ...closedTerms, captureDelayMs: 60_000 } as const
const envelope = {
  eventId: `${ids.paymentId}.1`,
  ...ids,
  sequence: 1,
  occurredAt: at,
  causationId: 'cmd_wduw3pa3yajmcoat35ffwg3axbnqnxv7',
  correlationId: 'corr-1',
  inputTopic: 'payments.commands',
  inputPartition: 3,
  inputOffset: 42,
  controlOffset: 7,
  commandFingerprint: 'lH+6spCI/r4YX4E7q6Dnv3R0p0kFzTquyd/eFr9jWWM=',
  schemaVersion: 1
}
const atGateway = { operationId: 'purchase-1', gateway: 'sandbox-alpha' }
const reason = { code: 'card_declined', message: 'The card was declined.' }
const failure = { stage: 'AUTHORIZATION', ...reason } as const
const sums = { authorizedAmount: 1099, capturedAmount: 1000, refundedAmount: 0 }
const key = `${ids.paymentId}.purchase-1.1`

/** All but what tells one answer from another. */
const answer = {
  gateway: 'sandbox-alpha',
  ...sums,
  failure,
  updatedAt: at,
  operation: {
    operationId: 'purchase-1',
    kind: 'PURCHASE',
    status: 'NEEDS_CUSTOMER',
    redirectUrl: 'https://bank.example/3ds'
  },
  refund: { refundId: 'ref_1', amount: 100, status: 'PENDING' },
  review: { status: 'APPROVED', until: at }
} as const
const asked = {
  operationId: 'refund-3',
  kind: 'REFUND',
  attempt: 1,
  gateway: 'sandbox-alpha',
  idempotencyKey: `${ids.paymentId}.refund-3.1`,
  amount: 100,
  reference: 'alpha_1',
  sendBy: at,
  timeoutMs: 5000
} as const
const particulars = { purpose: 'EXPIRY', refundId: 'ref_1', reason: 'out of stock' } as const
const refunded = { ...atGateway, refundId: 'ref_1', reference: 'alpha_3', amount: 100, refundedAmount: 100 }
const children = {
  refunds: [{ refundId: 'ref_1', commandId: 'cmd_1', amount: 100, status: 'PENDING' }],
  refundsUntil: at,
  refundsClosed: true,
  compensations: [
    { ...asked, status: 'UNKNOWN', dueAt: at, lookUps: 2, unknownSince: at, compensates: 'capture-2.1' }
  ]
} as const
const figures = {
  ...{ calls: 40, failures: 2, approved: 30 },
  ...{ latencyP50Ms: 20, latencyP95Ms: 60, latencyP99Ms: 110 }
}
const standing = { neverLeft: true, isProven: true }
const endings = [
  {
    operationId: 'authorize-1',
    attempt: 1,
    gateway: 'sandbox-alpha',
    outcome: 'SUCCEEDED',
    amount: 1099,
    contradictedBy: 'DECLINED',
    neverLeft: false
  }
] as const

export const samples: { readonly [N in RecordName]: RecordTypes[N] } = {
  'aegispay.commands.InitiatePayment': { ...command, ...terms, addressDigest: 'f5vQyDnm0fG4Yc0vXq2dUw' },
  'aegispay.commands.CapturePayment': { ...command, amount: 500, expectedVersion: 4 },
  'aegispay.commands.CancelPayment': { ...command, reason: 'out of stock', expectedVersion: 4 },
  'aegispay.commands.RefundPayment': { ...command, amount: 100, reason: 'broken', expectedVersion: 4 },
  'aegispay.commands.RetryPayment': { ...command, expectedVersion: 4 },
  'aegispay.commands.CloseRefunds': { ...command, expectedVersion: 4 },
  'aegispay.outcomes.ResolveOutcome': {
    ...{ ...command, operationId: 'purchase-1', outcome: 'SUCCEEDED', reference: 'alpha_1' },
    ...{ reason: 'the gateway confirmed it by telephone', decidedBy: 'key:key_1', expectedVersion: 4 }
  },
  'aegispay.outcomes.ResolveReview': {
    ...{ ...command, decision: 'APPROVE' },
    ...{ reason: 'the customer was called', decidedBy: 'key:key_1', expectedVersion: 4 }
  },
  'aegispay.outcomes.RecordGatewayResult': {
    ...ids,
    ...atGateway,
    kind: 'PURCHASE',
    attempt: 1,
    outcome: 'DECLINED',
    declineType: 'SOFT',
    reference: 'alpha_1',
    amount: 1099,
    currency: 'EUR',
    settled: true,
    ...reason,
    redirectUrl: 'https://bank.example/3ds',
    finishedAt: at,
    latencyMs: 20
  },
  'aegispay.outcomes.RecordGatewayNotification': {
    notificationId: 'msg_1',
    paymentId: ids.paymentId,
    ...atGateway,
    attempt: 1,
    outcome: 'SUCCEEDED',
    declineType: 'SOFT',
    reference: 'alpha_1',
    amount: 1099,
    currency: 'EUR',
    settled: true,
    ...reason,
    redirectUrl: 'https://bank.example/3ds',
    receivedAt: at
  },
  'aegispay.events.PaymentInitiated': { ...envelope, ...terms, giveUpAt: at },
  'aegispay.events.GatewaySelected': {
    ...envelope,
    gateway: 'sandbox-alpha',
    policyId: 'by-priority',
    policyVersion: '1',
    probability: 0.75,
    features: { currency: 'EUR' },
    candidates: [{ gateway: 'sandbox-beta', excludedBy: 'currency', score: 0.5, terms: { cost: -0.1 } }],
    ...{ variant: 'base', decidedBy: 'score' }
  },
  'aegispay.events.GatewayOperationRequested': {
    ...envelope,
    ...atGateway,
    kind: 'PURCHASE',
    attempt: 1,
    idempotencyKey: key,
    amount: 1099,
    currency: 'EUR',
    reference: 'alpha_1',
    sendBy: at,
    timeoutMs: 5000,
    ...particulars
  },
  'aegispay.events.GatewayOperationFailed': {
    ...envelope,
    ...atGateway,
    kind: 'CAPTURE',
    ...reason,
    declineType: 'HARD',
    expiresAt: at,
    captureAt: at
  },
  'aegispay.events.OutcomeUnknown': { ...envelope, ...atGateway, ...reason, lookUpAt: at },
  'aegispay.events.OutcomePending': { ...envelope, ...atGateway, reference: 'alpha_1', lookUpAt: at },
  'aegispay.events.CustomerActionRequired': {
    ...envelope,
    ...atGateway,
    reference: 'alpha_1',
    redirectUrl: 'https://bank.example/3ds',
    lookUpAt: at
  },
  'aegispay.events.ContradictoryOutcome': {
    ...envelope,
    ...atGateway,
    attempt: 1,
    stated: 'SUCCEEDED',
    recorded: 'FAILED',
    amount: 1099,
    currency: 'EUR',
    reference: 'alpha_1',
    ...reason
  },
  'aegispay.events.PaymentAuthorized': {
    ...envelope,
    ...atGateway,
    reference: 'alpha_1',
    amount: 1099,
    captureAt: at,
    expiresAt: at
  },
  'aegispay.events.PaymentCaptured': {
    ...envelope,
    ...atGateway,
    reference: 'alpha_2',
    amount: 1000,
    lookUpAt: at
  },
  'aegispay.events.PaymentCompleted': { ...envelope, amount: 1000, refundsUntil: at },
  'aegispay.events.PaymentFailed': {
    ...envelope,
    ...failure,
    operationId: 'purchase-1',
    declineType: 'HARD'
  },
  'aegispay.events.PaymentCancelled': { ...envelope, operationId: 'void-2', reason: 'out of stock' },
  'aegispay.events.PaymentExpired': { ...envelope, operationId: 'void-2' },
  'aegispay.events.PaymentRetried': { ...envelope, stage: 'AUTHORIZATION', giveUpAt: at },
  'aegispay.events.RetryScheduled': {
    ...{ ...envelope, ...atGateway, nextAttempt: 2, dueAt: at, ...reason, ...standing }
  },
  'aegispay.events.OutcomeLookupRequested': {
    ...envelope,
    ...atGateway,
    attempt: 1,
    lookUp: 2,
    lookUpAt: at
  },
  'aegispay.events.OutcomeResolved': {
    ...{ ...envelope, ...atGateway, attempt: 1 },
    ...{ outcome: 'SUCCEEDED', reason: 'the gateway confirmed it by telephone', decidedBy: 'key:key_1' }
  },
  'aegispay.events.FraudAssessed': {
    ...{ ...envelope, outcome: 'REVIEW', score: 60 },
    reasons: [{ name: 'busy-token', score: 60, message: 'More than 5 payments by this token within 1h.' }],
    ...{ counts: { 'token.1h': 6 }, missing: ['address'], rules: 'careful', rulesVersion: '7', holdUntil: at }
  },
  'aegispay.events.ReviewResolved': {
    ...{ ...envelope, decision: 'APPROVE', reason: 'the customer was called' },
    ...{ decidedBy: 'key:key_1', giveUpAt: at }
  },
  'aegispay.events.SettlementRetried': envelope,
  'aegispay.events.RefundAccepted': { ...envelope, refundId: 'ref_1', amount: 100, reason: 'broken' },
  'aegispay.events.RefundInitiated': { ...envelope, refundId: 'ref_1', amount: 1000 },
  'aegispay.events.PaymentPartiallyRefunded': { ...envelope, ...refunded },
  'aegispay.events.PaymentRefunded': { ...envelope, ...refunded },
  'aegispay.events.RefundFailed': {
    ...{ ...envelope, ...atGateway, refundId: 'ref_1', declineType: 'HARD' },
    ...reason
  },
  'aegispay.events.RefundsClosed': envelope,
  'aegispay.events.CompensationRequested': {
    ...{ ...envelope, ...asked, currency: 'EUR', compensates: 'capture-2.1' }
  },
  'aegispay.events.CompensationPostponed': {
    ...{ ...envelope, ...atGateway, attempt: 1, next: 'LOOK_UP', dueAt: at },
    ...reason
  },
  'aegispay.events.CompensationSucceeded': { ...envelope, ...atGateway, reference: 'alpha_3' },
  'aegispay.events.CompensationFailed': { ...envelope, ...atGateway, ...reason },
  'aegispay.events.CommandRejected': {
    ...envelope,
    sequence: null,
    command: 'CapturePayment',
    ...reason,
    remembered: true
  },
  'aegispay.events.InputsHandled': {
    ...envelope,
    paymentId: null,
    merchantId: null,
    sequence: null,
    topic: 'payments.commands',
    partition: 3,
    throughOffset: 42
  },
  'aegispay.state.PaymentState': {
    ...ids,
    commands: [
      {
        commandId: 'cmd_1',
        fingerprint: 'f',
        rejection: reason,
        answer: { ...answer, version: 6, status: 'COMPLETED' }
      }
    ],
    payment: {
      status: 'AUTHORIZED',
      version: 5,
      ...terms,
      ...sums,
      gateway: 'sandbox-alpha',
      reference: 'alpha_1',
      operation: {
        ...atGateway,
        kind: 'CAPTURE',
        attempt: 1,
        idempotencyKey: key,
        amount: 1000,
        status: 'UNKNOWN',
        sendBy: at,
        timeoutMs: 5000,
        redirectUrl: 'https://bank.example/3ds',
        ...{ dueAt: at, lookUps: 2, unknownSince: at },
        ...particulars,
        ...standing
      },
      operations: 2,
      retriedFrom: 1,
      failure,
      createdAt: at,
      updatedAt: at,
      endings,
      ...children,
      ...{ giveUpAt: at, retryAt: at, captureAt: at, expiresAt: at },
      review: { status: 'PENDING', until: at }
    }
  },
  'aegispay.state.ClosedPayment': {
    ...ids,
    commands: [
      {
        commandId: 'cmd_1',
        fingerprint: 'f',
        rejection: reason,
        answer: { ...answer, version: 5, status: 'AUTHORIZED' }
      }
    ],
    payment: {
      ...{ status: 'FAILED', version: 6, operations: 2 },
      ...closedTerms,
      ...sums,
      gateway: 'sandbox-alpha',
      reference: 'alpha_1',
      failure,
      createdAt: at,
      updatedAt: at,
      endings,
      ...children,
      captureDelayMs: 60_000,
      review: { status: 'REJECTED', until: at }
    }
  },
  'aegispay.state.PartitionCheckpoint': {
    ...{ commandsOffset: 43, outcomesOffset: 12 },
    partitions: 4,
    changelogId: '5f0c8b0e-6a55-4c1e-9a0f-1d2c3b4a5968'
  },
  'aegispay.state.OwnershipFence': { owner: 'host/1', fencedAt: at },
  'aegispay.gateway.ApprovalCounts': {
    ...{ partition: 3, asOf: 1764000000000 },
    segments: [{ segment: 'sandbox-alpha|EUR', approved: 12.5, declined: 0.25 }]
  },
  'aegispay.gateway.GatewayHealth': {
    ...{ gateway: 'sandbox-alpha', executor: 'host-1/4711', observedAt: at, validForMs: 30_000 },
    ...{ breaker: 'HALF_OPEN', breakerSince: at, inFlight: 3, queued: 1, windowMs: 30_000 },
    figures,
    breakdown: [{ currency: 'EUR', method: 'CARD', figures }]
  },
  'aegispay.gateway.VariantStopped': {
    ...{ policyId: 'default', policyVersion: '17', variant: 'cheap', stoppedAt: 1764000000000 },
    reason: 'approval 60.0 % of 100 payments, below 80.0 %'
  },
  'aegispay.gateway.GatewayRequest': {
    ...ids,
    ...atGateway,
    kind: 'PURCHASE',
    attempt: 1,
    idempotencyKey: key,
    amount: 1099,
    currency: 'EUR',
    reference: 'alpha_1',
    token: 'tok_visa',
    method: 'CARD',
    country: 'DE',
    sendBy: at,
    timeoutMs: 5000,
    correlationId: 'corr-1',
    action: 'LOOK_UP'
  },
  'aegispay.audit.Anchor': {
    ...{ installation: 'shop-', topic: 'payments.events', partition: 3, offset: 4711, number: 4000 },
    ...{ chain: 'c0ffee'.repeat(10), signedAt: at, keyId: '0123456789abcdef', signature: 'c2lnbmVk' }
  },
  'aegispay.control.ControlDocument': {
    kind: 'merchants',
    id: 'demo',
    document: '{"id":"demo"}',
    changedBy: 'setup',
    changedAt: at,
    reason: 'demo data',
    basedOn: 7
  },
  'aegispay.customers.CustomerContact': {
    merchantId: 'demo',
    customerId: 'cus_1',
    email: 'jane@example.com',
    updatedAt: at,
    name: 'Jane Doe',
    phone: '+4915112345678'
  }
}
