// Generated from schemas/ by `npm run generate`. Do not edit.

/** What the audit trail of a topic's partition came to at an offset, signed, so that the database cannot be changed unseen. */
export interface Anchor {
  /** The prefix of the installation's topics; empty where there is none. */
  installation: string
  /** The topic whose records the trail is about, without the prefix. */
  topic: string
  /** Its partition. */
  partition: number
  /** Offset of the last record that the anchor covers. */
  offset: number
  /** How many records it covers. */
  number: number
  /** The chain hash of that record's entry, in hexadecimal. */
  chain: string
  /** When. */
  signedAt: number
  /** Which key signed it: the first 8 bytes of SHA-256 of the public key's DER, in hexadecimal. */
  keyId: string
  /** Ed25519 over the other fields, as docs/audit.md specifies; base64. */
  signature: string
}

/** Release an authorized payment without taking money. */
export interface CancelPayment {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** Shown to people; not interpreted. */
  reason: null | string
  /** Refuse the command unless the payment has just this version. */
  expectedVersion: null | number
}

/** Take the authorized money, or part of it. A partial capture releases the rest. */
export interface CapturePayment {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** Minor units; null captures all that is authorized. */
  amount: null | number
  /** Refuse the command unless the payment has just this version. */
  expectedVersion: null | number
}

/** Take no more refunds of a payment. */
export interface CloseRefunds {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** Refuse the command unless the payment has just this version. */
  expectedVersion: null | number
}

/** Start a payment. */
export interface InitiatePayment {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** Minor units of the currency; 1 to 2^53 - 1. */
  amount: number
  /** ISO 4217 alphabetic code. */
  currency: string
  /** When to capture. */
  capture: 'AUTOMATIC' | 'MANUAL' | 'UNRECOGNIZED'
  /** With AUTOMATIC: milliseconds between authorization and capture. */
  captureDelayMs: null | number
  /** Who pays. */
  customer: {
    /** The merchant's id of the customer. */
    id: string
    /** ISO 3166-1 alpha-2 country of the customer. */
    country: null | string
  }
  /** How the customer pays. */
  paymentMethod: {
    /** The kind of payment method. */
    type: 'CARD' | 'UNRECOGNIZED'
    /** The token that a vault or gateway gave for the payment method. */
    token: string
    /** The card network, in lower case, as `visa`; null where the sender did not say. */
    network: null | string
  }
  /** Shown to people; not interpreted. */
  description: null | string
  /** The merchant's own keys and values; must hold no personal data. */
  metadata: Record<string, string>
  /** Stands for the network address that the customer pays from, by which payments are counted: a keyed digest, never the address. Part of no comparison of commands. */
  addressDigest: null | string
}

/** Give back all that is left of what was captured, or a part of it. */
export interface RefundPayment {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** Minor units; null for all that is left. */
  amount: null | number
  /** Shown to people; not interpreted. */
  reason: null | string
  /** Refuse the command unless the payment has just this version. */
  expectedVersion: null | number
}

/** Begin a failed payment again, settle again, or refund again, whichever failed. */
export interface RetryPayment {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** Refuse the command unless the payment has just this version. */
  expectedVersion: null | number
}

/** A change of a piece of control data. It takes effect when it is based on the version that is there. */
export interface ControlDocument {
  /** merchants, api-keys, gateway-profiles, limits, ... */
  kind: string
  /** Its id within the kind. The key of the record is <kind>/<id>. */
  id: string
  /** JSON, described by the JSON Schema of its kind; null deletes it. */
  document: string
  /** Who changed it. */
  changedBy: string
  /** When. */
  changedAt: number
  /** Why. */
  reason: null | string
  /** Offset of the change of this key that this one replaces, -1 for none. Where another has come in between, this one has no effect. Null replaces whatever is there. */
  basedOn: null | number
}

/** Contact details of a customer. A tombstone erases them. */
export interface CustomerContact {
  /** The merchant. */
  merchantId: string
  /** The merchant's id of the customer. The key of the record is <merchant>/<customer>. */
  customerId: string
  /** Where notifications go. */
  email: null | string
  /** When they were given. */
  updatedAt: number
  /** How the customer is called. */
  name: null | string
  /** In E.164 form, beginning with a plus sign. */
  phone: null | string
}

/** A command was refused. It changes no payment state and has no sequence. */
export interface CommandRejected {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** Name of the command record. */
  command: string
  /** Stable code of the reason. */
  code: string
  /** The reason in words. */
  message: string
  /** True when a repeat of the command gets this answer again; false for unknown payments and reused keys. */
  remembered: boolean
}

/** What a gateway did too late could not be undone: somebody has to look at it. */
export interface CompensationFailed {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** Stable code of the reason. */
  code: string
  /** For people. */
  message: string
}

/** What became of a compensation is not known, or an attempt at it came to nothing. */
export interface CompensationPostponed {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** From 1. */
  attempt: number
  /** What happens next. */
  next: 'RETRY' | 'LOOK_UP' | 'UNRECOGNIZED'
  /** When. */
  dueAt: number
  /** Stable code of the reason. */
  code: string
  /** For people. */
  message: string
}

/** A gateway did what had been taken for undone: it is asked to undo it. */
export interface CompensationRequested {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** What is asked. */
  kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
  /** From 1. */
  attempt: number
  /** The gateway profile. */
  gateway: string
  /** The same for everybody who makes the call, however often. */
  idempotencyKey: string
  /** Minor units of the payment's currency. */
  amount: number
  /** ISO 4217. */
  currency: string
  /** The gateway's id of what is to be undone. */
  reference: null | string
  /** No call starts after this time. */
  sendBy: number
  /** Milliseconds that the call may take. */
  timeoutMs: number
  /** The operation and attempt that succeeded late, as `operation.attempt`. */
  compensates: string
}

/** What a gateway did too late is undone. */
export interface CompensationSucceeded {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** The gateway's id of the operation. */
  reference: null | string
}

/** The gateway has stated something about an operation that does not go with what is on record: an opposite outcome, another sum, or a success of what was never asked. It changes nothing in the payment; somebody has to look at it. */
export interface ContradictoryOutcome {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The attempt of the operation, from 1. */
  attempt: number
  /** The gateway profile. */
  gateway: string
  /** What the gateway says now. */
  stated: 'SUCCEEDED' | 'DECLINED' | 'UNRECOGNIZED'
  /** How the operation ended on record; null when it is open or was never asked for. */
  recorded: null | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
  /** Minor units, as the gateway stated them. */
  amount: null | number
  /** ISO 4217 code, as the gateway stated it. */
  currency: null | string
  /** The gateway's id of what it did. */
  reference: null | string
  /** Stable code of the reason, with DECLINED. */
  code: null | string
  /** The reason in words. */
  message: null | string
}

/** The gateway waits for the customer, and tells afterwards what came of it: the operation stays open and blocks conflicting commands. */
export interface CustomerActionRequired {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** The gateway's id of what it has accepted. */
  reference: null | string
  /** Where to send the customer. */
  redirectUrl: string
  /** When the gateway will be asked what became of it. */
  lookUpAt: null | number
}

/** The payment was judged before any gateway was asked, with everything that led to the judgement. */
export interface FraudAssessed {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The judgement. */
  outcome: 'ALLOW' | 'REVIEW' | 'BLOCK' | 'UNRECOGNIZED'
  /** 0 to 100: the sum of the reasons. */
  score: number
  /** The rules that held, and what other checks said. */
  reasons: readonly {
    /** The rule or check. */
    name: string
    /** What it adds to the score; below 0 it speaks for the payment. */
    score: number
    /** For people. */
    message: string
  }[]
  /** Payments counted, this one included, by what and within which window: `customer.1h` and the like. */
  counts: Record<string, number>
  /** What could not be found out in time. */
  missing: readonly string[]
  /** Id of the rules; null where only other checks spoke. */
  rules: null | string
  /** Their version: the offset of their document. */
  rulesVersion: null | string
  /** With REVIEW: when it fails unless an operator has decided. */
  holdUntil: null | number
}

/** An operation ended without effect and left the payment where it was. */
export interface GatewayOperationFailed {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** What was asked. */
  kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
  /** The gateway profile. */
  gateway: string
  /** Stable code of the reason. */
  code: string
  /** The reason in words. */
  message: string
  /** When the gateway declined. */
  declineType: null | 'HARD' | 'SOFT' | 'UNRECOGNIZED'
  /** Of a void for an authorization that was not captured in time: when it is tried again. */
  expiresAt: null | number
  /** Of a capture that was to come by itself and that the gateway has not declined: when it is tried again. */
  captureAt: null | number
}

/** The payment asked a gateway to do something. One request is one call. */
export interface GatewayOperationRequested {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** What to do. */
  kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
  /** Attempt of the operation, from 1; grows only after proof that nothing was charged. */
  attempt: number
  /** The gateway profile. */
  gateway: string
  /** The key that the gateway is given: payment id, operation id and attempt. */
  idempotencyKey: string
  /** What to move, in minor units. */
  amount: number
  /** ISO 4217 alphabetic code. */
  currency: string
  /** The gateway's id of the authorization that a capture or void refers to. */
  reference: null | string
  /** No call starts after this time. */
  sendBy: number
  /** Milliseconds that the call may take. */
  timeoutMs: number
  /** Why, if not for a command. */
  purpose: null | 'EXPIRY' | 'UNRECOGNIZED'
  /** The refund that it is for. */
  refundId: null | string
  /** Of a cancellation: shown to people. */
  reason: null | string
}

/** A gateway was chosen, with everything that led to the choice. */
export interface GatewaySelected {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway profile. */
  gateway: string
  /** The routing policy. */
  policyId: string
  /** Its version. */
  policyVersion: string
  /** The probability, 0 to 1, with which this gateway was drawn. */
  probability: number
  /** What was known of the payment: amount_band, currency, country, method, ... */
  features: Record<string, string>
  /** Every gateway that was looked at, in order of rank. */
  candidates: readonly {
    /** The gateway profile. */
    gateway: string
    /** The constraint that ruled it out; null for an eligible one. */
    excludedBy: null | string
    /** Its score under the policy; null when it was not scored. */
    score: null | number
    /** What the score is made of. */
    terms: Record<string, number>
  }[]
  /** The part of the payments that the policy tries something else on, `base` for the rest; null where it tries nothing. */
  variant: null | string
  /** `rule:<name>`, or what ranked the gateways: `priority`, `score`, `thompson`; null in events of before. */
  decidedBy: null | string
}

/** Every input up to an offset has been dealt with, though the last of them left no other record. */
export interface InputsHandled {
  /** inputs.<topic>.<partition>.<offset>. */
  eventId: string
  /** Always null: the record belongs to a partition. */
  paymentId: null | string
  /** Always null: the record belongs to a partition. */
  merchantId: null | string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The input topic. */
  topic: string
  /** The input partition. */
  partition: number
  /** The last offset dealt with. */
  throughOffset: number
}

/** The gateway is asked what became of an operation. */
export interface OutcomeLookupRequested {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** From 1. */
  attempt: number
  /** How often it has been asked, this time included. */
  lookUp: number
  /** When it will be asked again if nothing is known by then. */
  lookUpAt: number
}

/** The gateway has accepted what was asked and will tell later what came of it: the operation stays open and blocks conflicting commands. */
export interface OutcomePending {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** The gateway's id of what it has accepted. */
  reference: null | string
  /** When the gateway will be asked what became of it. */
  lookUpAt: null | number
}

/** An operator has decided what became of an operation whose outcome was not known. */
export interface OutcomeResolved {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** From 1. */
  attempt: number
  /** What became of it. */
  outcome: 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
  /** Why the operator is sure. */
  reason: string
  /** Who has decided. */
  decidedBy: string
}

/** The gateway may have done what was asked: the operation stays open and blocks conflicting commands until evidence comes. */
export interface OutcomeUnknown {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** Stable code of the reason. */
  code: string
  /** The reason in words. */
  message: string
  /** When the gateway will be asked what became of it. */
  lookUpAt: null | number
}

/** The money is reserved. */
export interface PaymentAuthorized {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** The gateway's id of the authorization. */
  reference: null | string
  /** What is authorized, in minor units. */
  amount: number
  /** When it is captured without being asked to. */
  captureAt: null | number
  /** When it is given back unless it was captured. */
  expiresAt: null | number
}

/** The payment was released without taking money. */
export interface PaymentCancelled {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The void at the gateway; null when none was needed. */
  operationId: null | string
  /** Shown to people. */
  reason: null | string
}

/** The money is taken. What was authorized beyond it is released. */
export interface PaymentCaptured {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** The gateway's id of the capture. */
  reference: null | string
  /** What is captured, in minor units. */
  amount: number
  /** When the gateway will be asked whether it has settled; null when it has. */
  lookUpAt: null | number
}

/** The captured money is settled. */
export interface PaymentCompleted {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** What is settled, in minor units. */
  amount: number
  /** After this time no refund is taken. */
  refundsUntil: null | number
}

/** The authorization was not captured in time, and has been given back. */
export interface PaymentExpired {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The void at the gateway. */
  operationId: null | string
}

/** The payment failed. The stage tells what may follow. */
export interface PaymentFailed {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The step that failed. */
  stage:
    | 'VALIDATION'
    | 'FRAUD'
    | 'COMPLIANCE'
    | 'ROUTING'
    | 'AUTHORIZATION'
    | 'SETTLEMENT'
    | 'REFUND'
    | 'UNRECOGNIZED'
  /** Stable code of the reason. */
  code: string
  /** The reason in words. */
  message: string
  /** The gateway operation that failed; null when none was begun. */
  operationId: null | string
  /** When a gateway declined. */
  declineType: null | 'HARD' | 'SOFT' | 'UNRECOGNIZED'
}

/** A payment was accepted for processing. */
export interface PaymentInitiated {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** What is to be paid, in minor units. */
  amount: number
  /** ISO 4217 alphabetic code. */
  currency: string
  /** When to capture. */
  capture: 'AUTOMATIC' | 'MANUAL' | 'UNRECOGNIZED'
  /** Milliseconds between authorization and automatic capture. */
  captureDelayMs: null | number
  /** Who pays. */
  customer: {
    /** The merchant's id of the customer. */
    id: string
    /** ISO 3166-1 alpha-2 country of the customer. */
    country: null | string
  }
  /** How the customer pays. */
  paymentMethod: {
    /** The kind of payment method. */
    type: 'CARD' | 'UNRECOGNIZED'
    /** The token that a vault or gateway gave for the payment method. */
    token: string
    /** The card network, in lower case, as `visa`; null where the sender did not say. */
    network: null | string
  }
  /** Shown to people. */
  description: null | string
  /** The merchant's own keys and values. */
  metadata: Record<string, string>
  /** After this time no attempt begins. */
  giveUpAt: null | number
}

/** A part of what was captured has been given back. */
export interface PaymentPartiallyRefunded {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The refund. */
  refundId: string
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** The gateway's id of the operation. */
  reference: null | string
  /** Minor units of the payment's currency. */
  amount: number
  /** Given back so far, this refund included; minor units. */
  refundedAmount: number
}

/** All of what was captured has been given back. */
export interface PaymentRefunded {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The refund. */
  refundId: string
  /** The gateway operation. */
  operationId: string
  /** The gateway profile. */
  gateway: string
  /** The gateway's id of the operation. */
  reference: null | string
  /** Minor units of the payment's currency. */
  amount: number
  /** Given back so far, this refund included; minor units. */
  refundedAmount: number
}

/** A failed payment of which no money moved begins again. */
export interface PaymentRetried {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The step that failed. */
  stage:
    | 'VALIDATION'
    | 'FRAUD'
    | 'COMPLIANCE'
    | 'ROUTING'
    | 'AUTHORIZATION'
    | 'SETTLEMENT'
    | 'REFUND'
    | 'UNRECOGNIZED'
  /** After this time no attempt begins. */
  giveUpAt: null | number
}

/** A refund was asked for. Its amount is reserved; it runs when those before it have ended. */
export interface RefundAccepted {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The refund. */
  refundId: string
  /** Minor units of the payment's currency. */
  amount: number
  /** Shown to people; not interpreted. */
  reason: null | string
}

/** A refund came to nothing, provably; its amount is free again. */
export interface RefundFailed {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The refund. */
  refundId: string
  /** The gateway operation; null when the gateway was not asked. */
  operationId: null | string
  /** The gateway profile. */
  gateway: string
  /** When the gateway declined. */
  declineType: null | 'HARD' | 'SOFT' | 'UNRECOGNIZED'
  /** Stable code of the reason. */
  code: string
  /** For people. */
  message: string
}

/** A refund begins that is to end the payment, or to mend a failed one. */
export interface RefundInitiated {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The refund. */
  refundId: string
  /** Minor units of the payment's currency. */
  amount: number
}

/** No more refunds are taken. */
export interface RefundsClosed {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
}

/** An attempt came to nothing, provably, or could not begin; there will be another. */
export interface RetryScheduled {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** The gateway operation; null when none could be asked for yet. */
  operationId: null | string
  /** The gateway profile; null when none could be chosen yet. */
  gateway: null | string
  /** The attempt that will be made, from 1. */
  nextAttempt: number
  /** When it will be made. */
  dueAt: number
  /** Stable code of the reason. */
  code: string
  /** For people. */
  message: string
  /** Whether nothing of the attempt before left us, so that it counts as none; null, which is false, in events of before. */
  neverLeft: null | boolean
  /** Whether the attempt before has provably come to nothing; else its gateway is asked about it first. Null, which is false, in events of before. */
  isProven: null | boolean
}

/** An operator has decided about a payment that was held. */
export interface ReviewResolved {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
  /** What was decided. */
  decision: 'APPROVE' | 'REJECT' | 'UNRECOGNIZED'
  /** Why, in the words of the operator. */
  reason: string
  /** Who decided. */
  decidedBy: string
  /** With APPROVE: after this time no attempt begins. */
  giveUpAt: null | number
}

/** The gateway is to settle once more what it captured. */
export interface SettlementRetried {
  /** Unique id of the event: payment id and sequence, or command id and ".rejected". */
  eventId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** Position in the payment's history, 1..n without gaps; the payment's version after the event. Null in CommandRejected and InputsHandled. */
  sequence: null | number
  /** When it happened; never before the previous event of the payment. */
  occurredAt: number
  /** Id of the command, gateway result or timer that caused the event. */
  causationId: null | string
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** Topic of the record that caused the event; null for timers. */
  inputTopic: null | string
  /** Partition of that record. */
  inputPartition: null | number
  /** Offset of that record. */
  inputOffset: null | number
  /** Offset of the control topic up to which settings were known to the decision. */
  controlOffset: null | number
  /** On the first event of a command: base64 SHA-256 of its content, by which a repeat is told from another command with the same key. */
  commandFingerprint: null | string
  /** Version of the meaning of this record. */
  schemaVersion: number
}

/** What the owner of a partition has learnt of gateways' approvals. The last one of a partition replaces those before. */
export interface ApprovalCounts {
  /** Of the payments it was learnt from; also the key of the record. */
  partition: number
  /** When the counts were taken; since then they have faded. */
  asOf: number
  /** The one that learnt last stands last. */
  segments: readonly {
    /** A gateway, or a gateway with features of payments. */
    segment: string
    /** Payments that the gateway approved. */
    approved: number
    /** Payments that it declined for certain. */
    declined: number
  }[]
}

/** How one gateway does, as one executor sees it at one moment. */
export interface GatewayHealth {
  /** The gateway profile. */
  gateway: string
  /** The executor: host and process. */
  executor: string
  /** When this was so. */
  observedAt: number
  /** Milliseconds after which the record says nothing any more: the executor has gone, or cannot write. */
  validForMs: number
  /** Whether the executor calls the gateway. */
  breaker: 'CLOSED' | 'HALF_OPEN' | 'OPEN' | 'UNRECOGNIZED'
  /** Since when the breaker is in that state. */
  breakerSince: number
  /** Calls and look-ups that are under way. */
  inFlight: number
  /** Calls that wait for a connection. */
  queued: number
  /** Milliseconds that the figures reach back. */
  windowMs: number
  /** Of all calls. */
  figures: {
    /** Calls that reached the gateway, or should have. */
    calls: number
    /** Those of them that the gateway did not answer as a gateway should: no answer, an error, a refusal of us. */
    failures: number
    /** Those of them that were done as asked. */
    approved: number
    /** Milliseconds within which half of them ended; null without calls. */
    latencyP50Ms: null | number
    /** Milliseconds within which 95 of 100 ended. */
    latencyP95Ms: null | number
    /** Milliseconds within which 99 of 100 ended. */
    latencyP99Ms: null | number
  }
  /** The same, told apart; kinds without calls are left out. */
  breakdown: readonly {
    /** ISO 4217 alphabetic code. */
    currency: string
    /** Type of the payment method; null where it is not told apart. */
    method: null | string
    /** Of these calls. */
    figures: {
      /** Calls that reached the gateway, or should have. */
      calls: number
      /** Those of them that the gateway did not answer as a gateway should: no answer, an error, a refusal of us. */
      failures: number
      /** Those of them that were done as asked. */
      approved: number
      /** Milliseconds within which half of them ended; null without calls. */
      latencyP50Ms: null | number
      /** Milliseconds within which 95 of 100 ended. */
      latencyP95Ms: null | number
      /** Milliseconds within which 99 of 100 ended. */
      latencyP99Ms: null | number
    }
  }[]
}

/** One call to make at a gateway, or one to ask it about. */
export interface GatewayRequest {
  /** The merchant of the payment. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The gateway operation. */
  operationId: string
  /** What to do. */
  kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
  /** From 1. */
  attempt: number
  /** The gateway profile. */
  gateway: string
  /** The key that the gateway is given. */
  idempotencyKey: string
  /** What to move, in minor units. */
  amount: number
  /** ISO 4217 alphabetic code. */
  currency: string
  /** The gateway's id of the authorization or purchase that the operation is about; null for those two. */
  reference: null | string
  /** The token of the payment method; empty for operations on what was authorized or purchased before. */
  token: string
  /** Type of the payment method, as the payment has it; null in requests from before it was told. */
  method: null | string
  /** ISO 3166-1 alpha-2 country of the customer. */
  country: null | string
  /** No call starts after this time. A look-up has that of the call that it asks about, which is not asked for again until later. */
  sendBy: number
  /** Milliseconds that the call may take. */
  timeoutMs: number
  /** Correlation id of the request that began it all. */
  correlationId: null | string
  /** What to do about the operation; null means PERFORM. */
  action: null | 'PERFORM' | 'LOOK_UP' | 'UNRECOGNIZED'
}

/** A variant of a routing policy was stopped by its guardrail, until the policy has another version. */
export interface VariantStopped {
  /** The routing policy. */
  policyId: string
  /** Its version. */
  policyVersion: string
  /** The variant. */
  variant: string
  /** When it was found to do badly. */
  stoppedAt: number
  /** By which numbers, for people. */
  reason: string
}

/** What a gateway told by itself about an operation, its signature verified. Written by the ingress only. The merchant is not named: gateways do not know it, and the owner of the payment does. */
export interface RecordGatewayNotification {
  /** The gateway's id of the notification; the same when it is sent again. */
  notificationId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The operation that it is about. */
  operationId: string
  /** The attempt of the operation, from 1. */
  attempt: number
  /** The gateway profile that notified. */
  gateway: string
  /** What the gateway says of the operation. */
  outcome:
    | 'SUCCEEDED'
    | 'DECLINED'
    | 'REFUSED'
    | 'NOT_SENT'
    | 'PENDING'
    | 'NEEDS_CUSTOMER'
    | 'UNKNOWN'
    | 'UNRECOGNIZED'
    | 'SETTLEMENT_FAILED'
  /** With DECLINED only. */
  declineType: null | 'HARD' | 'SOFT' | 'UNRECOGNIZED'
  /** The gateway's id of what it did. */
  reference: null | string
  /** Minor units, as the gateway stated them. */
  amount: null | number
  /** ISO 4217 code, as the gateway stated it. */
  currency: null | string
  /** True when captured money is settled already, with no notification to follow. */
  settled: boolean
  /** Stable code of the reason when it did not succeed. */
  code: null | string
  /** The reason in words. */
  message: null | string
  /** With NEEDS_CUSTOMER: where to send the customer. */
  redirectUrl: null | string
  /** When the ingress had verified it. */
  receivedAt: number
}

/** What one call at a gateway came to. Written by the gateway executor only. */
export interface RecordGatewayResult {
  /** The merchant of the payment. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** The operation that was asked for. */
  operationId: string
  /** What the gateway was asked to do. */
  kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
  /** The attempt of the operation, from 1. */
  attempt: number
  /** The gateway profile that was called. */
  gateway: string
  /** How the call ended. */
  outcome:
    | 'SUCCEEDED'
    | 'DECLINED'
    | 'REFUSED'
    | 'NOT_SENT'
    | 'PENDING'
    | 'NEEDS_CUSTOMER'
    | 'UNKNOWN'
    | 'UNRECOGNIZED'
    | 'SETTLEMENT_FAILED'
  /** With DECLINED only. */
  declineType: null | 'HARD' | 'SOFT' | 'UNRECOGNIZED'
  /** The gateway's id of what it did. */
  reference: null | string
  /** Minor units, as the gateway stated them. */
  amount: null | number
  /** ISO 4217 code, as the gateway stated it. */
  currency: null | string
  /** True when captured money is settled already, with no notification to follow. */
  settled: boolean
  /** Stable code of the reason when it did not succeed. */
  code: null | string
  /** The reason in words. */
  message: null | string
  /** With NEEDS_CUSTOMER: where to send the customer. */
  redirectUrl: null | string
  /** When the executor had the outcome. */
  finishedAt: number
  /** Duration of the call in milliseconds; null when no call was made. */
  latencyMs: null | number
}

/** An operator's decision about an operation whose outcome is not known. */
export interface ResolveOutcome {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** The gateway operation. */
  operationId: string
  /** What became of it. */
  outcome: 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
  /** The gateway's id of the operation. */
  reference: null | string
  /** Why the operator is sure. */
  reason: string
  /** Who has decided. */
  decidedBy: string
  /** Refuse the command unless the payment has just this version. */
  expectedVersion: null | number
}

/** An operator's decision about a payment that is held for review. */
export interface ResolveReview {
  /** The merchant in whose name the command is given. */
  merchantId: string
  /** The payment; also the key of the record. */
  paymentId: string
  /** Chosen by the sender. The same key with the same content is the same command, however often it is sent. */
  idempotencyKey: string
  /** What was decided. */
  decision: 'APPROVE' | 'REJECT' | 'UNRECOGNIZED'
  /** Why the operator is sure. */
  reason: string
  /** Who has decided. */
  decidedBy: string
  /** Refuse the command unless the payment has just this version. */
  expectedVersion: null | number
}

/** The stub that a payment leaves on its changelog when nothing more happens to it by itself: what a repeated command is answered with, and what a gateway that speaks up late is held against. It is never removed. */
export interface ClosedPayment {
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** In order of arrival. */
  commands: readonly {
    /** Id of the command. */
    commandId: string
    /** base64 SHA-256 of its content. */
    fingerprint: string
    /** Null for a command that took effect. */
    rejection: null | {
      /** Stable code. */
      code: string
      /** In words. */
      message: string
    }
    /** The payment as it was when it first rested after the command; null when it has not moved since, and for a refused one. */
    answer: null | {
      /** The payment's version at that moment. */
      version: number
      /** Its status. */
      status:
        | 'INITIATED'
        | 'PROCESSING'
        | 'AUTHORIZED'
        | 'CAPTURED'
        | 'COMPLETED'
        | 'REFUND_INITIATED'
        | 'PARTIALLY_REFUNDED'
        | 'REFUNDED'
        | 'FAILED'
        | 'CANCELLED'
        | 'EXPIRED'
        | 'UNRECOGNIZED'
      /** Its gateway. */
      gateway: null | string
      /** Minor units. */
      authorizedAmount: number
      /** Minor units. */
      capturedAmount: number
      /** Minor units. */
      refundedAmount: number
      /** Why it failed. */
      failure: null | {
        /** The step that failed. */
        stage:
          | 'VALIDATION'
          | 'FRAUD'
          | 'COMPLIANCE'
          | 'ROUTING'
          | 'AUTHORIZATION'
          | 'SETTLEMENT'
          | 'REFUND'
          | 'UNRECOGNIZED'
        /** Stable code of the reason. */
        code: string
        /** The reason in words. */
        message: string
      }
      /** When the last event before the answer happened. */
      updatedAt: number
      /** What the payment waited for; null when for nothing. */
      operation: null | {
        /** Tells the operations of a payment apart. */
        operationId: string
        /** What the gateway was asked to do. */
        kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
        /** Where it stands. */
        status:
          | 'REQUESTED'
          | 'RETRY_SCHEDULED'
          | 'UNKNOWN'
          | 'NEEDS_CUSTOMER'
          | 'UNRECOGNIZED'
          | 'PENDING'
          | 'SETTLING'
        /** With NEEDS_CUSTOMER: where to send the customer. */
        redirectUrl: null | string
      }
      /** With a refund: where it stood. */
      refund: null | {
        /** The refund. */
        refundId: string
        /** Minor units of the payment's currency. */
        amount: number
        /** Where it stood. */
        status: 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
      }
      /** Whether somebody had to look at it first. */
      review: null | {
        /** Where it stands. */
        status: 'PENDING' | 'APPROVED' | 'REJECTED' | 'UNRECOGNIZED'
        /** While PENDING: when the payment fails unless somebody has decided. */
        until: null | number
      }
    }
  }[]
  /** Null when its InitiatePayment was refused. */
  payment: null | {
    /** Where it stands. */
    status:
      | 'INITIATED'
      | 'PROCESSING'
      | 'AUTHORIZED'
      | 'CAPTURED'
      | 'COMPLETED'
      | 'REFUND_INITIATED'
      | 'PARTIALLY_REFUNDED'
      | 'REFUNDED'
      | 'FAILED'
      | 'CANCELLED'
      | 'EXPIRED'
      | 'UNRECOGNIZED'
    /** Sequence of its last event. */
    version: number
    /** What is to be paid, in minor units. */
    amount: number
    /** ISO 4217 alphabetic code. */
    currency: string
    /** When to capture. */
    capture: 'AUTOMATIC' | 'MANUAL' | 'UNRECOGNIZED'
    /** Who pays. */
    customer: {
      /** The merchant's id of the customer. */
      id: string
      /** ISO 3166-1 alpha-2 country of the customer. */
      country: null | string
    }
    /** Of a failed payment, which may be tried again; null where nobody can be charged by it any more. */
    paymentMethod: null | {
      /** The kind of payment method. */
      type: 'CARD' | 'UNRECOGNIZED'
      /** The token that a vault or gateway gave for the payment method. */
      token: string
      /** The card network, in lower case, as `visa`; null where the sender did not say. */
      network: null | string
    }
    /** Shown to people. */
    description: null | string
    /** The merchant's own keys and values. */
    metadata: Record<string, string>
    /** Minor units. */
    authorizedAmount: number
    /** Minor units. */
    capturedAmount: number
    /** Minor units. */
    refundedAmount: number
    /** The gateway that was selected. */
    gateway: null | string
    /** The gateway's id of the authorization. */
    reference: null | string
    /** How many operations were begun; numbers the next one. */
    operations: number
    /** Why it failed. */
    failure: null | {
      /** The step that failed. */
      stage:
        | 'VALIDATION'
        | 'FRAUD'
        | 'COMPLIANCE'
        | 'ROUTING'
        | 'AUTHORIZATION'
        | 'SETTLEMENT'
        | 'REFUND'
        | 'UNRECOGNIZED'
      /** Stable code of the reason. */
      code: string
      /** The reason in words. */
      message: string
    }
    /** When it was initiated. */
    createdAt: number
    /** When its last event happened. */
    updatedAt: number
    /** Operations that have ended, oldest first; null in states from before this was kept. */
    endings: readonly {
      /** The operation. */
      operationId: string
      /** Its attempt, from 1. */
      attempt: number
      /** The gateway profile. */
      gateway: string
      /** Null for an operation that was never asked for and was reported all the same. */
      outcome: null | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
      /** What it was about, in minor units. */
      amount: null | number
      /** The statement that is on record as contradictory. */
      contradictedBy: null | 'SUCCEEDED' | 'DECLINED' | 'UNRECOGNIZED'
      /** Whether nothing of it left us, so that it counts as no attempt; null is false. */
      neverLeft: null | boolean
    }[]
    /** Oldest first; null when there are none. */
    refunds:
      | null
      | readonly {
          /** The refund. */
          refundId: string
          /** The command that asked for it. */
          commandId: string
          /** Minor units of the payment's currency. */
          amount: number
          /** Where it stands. */
          status: 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
        }[]
    /** After this time no refund is taken. */
    refundsUntil: null | number
    /** Whether refunds were closed. */
    refundsClosed: boolean
    /** Oldest first; null when there are none. */
    compensations:
      | null
      | readonly {
          /** The gateway operation. */
          operationId: string
          /** What was asked. */
          kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
          /** From 1. */
          attempt: number
          /** The gateway profile. */
          gateway: string
          /** The key that the gateway was given. */
          idempotencyKey: string
          /** Minor units of the payment's currency. */
          amount: number
          /** The gateway's id of what is to be undone. */
          reference: null | string
          /** Where it stands. */
          status: 'REQUESTED' | 'RETRY_SCHEDULED' | 'UNKNOWN' | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
          /** No call starts after this time. */
          sendBy: number
          /** Milliseconds that the call may take. */
          timeoutMs: number
          /** When it is tried, or looked up, again. */
          dueAt: null | number
          /** How often the gateway was asked what became of it. */
          lookUps: number
          /** Since when nobody knows what became of it. */
          unknownSince: null | number
          /** The operation and attempt that succeeded late. */
          compensates: string
        }[]
    /** Milliseconds between authorization and capture, where there is a delay. */
    captureDelayMs: null | number
    /** Whether somebody has to look at it first; null when nobody has. */
    review: null | {
      /** Where it stands. */
      status: 'PENDING' | 'APPROVED' | 'REJECTED' | 'UNRECOGNIZED'
      /** While PENDING: when the payment fails unless somebody has decided. */
      until: null | number
    }
  }
}

/** First record of a new owner of a partition: what lies before it is final, and restoring ends at it. */
export interface OwnershipFence {
  /** The process that took over. */
  owner: string
  /** When it took over. */
  fencedAt: number
}

/** How far the inputs of a partition have been dealt with. Written in the transaction that deals with them. */
export interface PartitionCheckpoint {
  /** Next offset of payments.commands to deal with. */
  commandsOffset: number
  /** Next offset of payments.outcomes to deal with. */
  outcomesOffset: number
  /** Made when the partition was first owned, and copied ever since: by it an owner knows that the states on its disk are of this changelog, and not of another of the same name. */
  changelogId: null | string
  /** How many partitions the payments were spread over. With another number they would belong to others. */
  partitions: null | number
}

/** A payment's folded events and the commands it has seen: what its owner needs to decide. */
export interface PaymentState {
  /** The payment; also the key of the record. */
  paymentId: string
  /** The merchant of the payment. */
  merchantId: string
  /** In order of arrival. */
  commands: readonly {
    /** Id of the command. */
    commandId: string
    /** base64 SHA-256 of its content. */
    fingerprint: string
    /** Null for a command that took effect. */
    rejection: null | {
      /** Stable code. */
      code: string
      /** In words. */
      message: string
    }
    /** Null until the payment rests. */
    answer: null | {
      /** The payment's version at that moment. */
      version: number
      /** Its status. */
      status:
        | 'INITIATED'
        | 'PROCESSING'
        | 'AUTHORIZED'
        | 'CAPTURED'
        | 'COMPLETED'
        | 'REFUND_INITIATED'
        | 'PARTIALLY_REFUNDED'
        | 'REFUNDED'
        | 'FAILED'
        | 'CANCELLED'
        | 'EXPIRED'
        | 'UNRECOGNIZED'
      /** Its gateway. */
      gateway: null | string
      /** Minor units. */
      authorizedAmount: number
      /** Minor units. */
      capturedAmount: number
      /** Minor units. */
      refundedAmount: number
      /** Why it failed. */
      failure: null | {
        /** The step that failed. */
        stage:
          | 'VALIDATION'
          | 'FRAUD'
          | 'COMPLIANCE'
          | 'ROUTING'
          | 'AUTHORIZATION'
          | 'SETTLEMENT'
          | 'REFUND'
          | 'UNRECOGNIZED'
        /** Stable code of the reason. */
        code: string
        /** The reason in words. */
        message: string
      }
      /** When the last event before the answer happened. */
      updatedAt: number
      /** What the payment waited for; null when for nothing. */
      operation: null | {
        /** Tells the operations of a payment apart. */
        operationId: string
        /** What the gateway was asked to do. */
        kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
        /** Where it stands. */
        status:
          | 'REQUESTED'
          | 'RETRY_SCHEDULED'
          | 'UNKNOWN'
          | 'NEEDS_CUSTOMER'
          | 'UNRECOGNIZED'
          | 'PENDING'
          | 'SETTLING'
        /** With NEEDS_CUSTOMER: where to send the customer. */
        redirectUrl: null | string
      }
      /** With a refund: where it stood. */
      refund: null | {
        /** The refund. */
        refundId: string
        /** Minor units of the payment's currency. */
        amount: number
        /** Where it stood. */
        status: 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
      }
      /** Whether somebody had to look at it first. */
      review: null | {
        /** Where it stands. */
        status: 'PENDING' | 'APPROVED' | 'REJECTED' | 'UNRECOGNIZED'
        /** While PENDING: when the payment fails unless somebody has decided. */
        until: null | number
      }
    }
  }[]
  /** Null when its InitiatePayment was refused. */
  payment: null | {
    /** Where it stands. */
    status:
      | 'INITIATED'
      | 'PROCESSING'
      | 'AUTHORIZED'
      | 'CAPTURED'
      | 'COMPLETED'
      | 'REFUND_INITIATED'
      | 'PARTIALLY_REFUNDED'
      | 'REFUNDED'
      | 'FAILED'
      | 'CANCELLED'
      | 'EXPIRED'
      | 'UNRECOGNIZED'
    /** Sequence of its last event. */
    version: number
    /** What is to be paid, in minor units. */
    amount: number
    /** ISO 4217 alphabetic code. */
    currency: string
    /** When to capture. */
    capture: 'AUTOMATIC' | 'MANUAL' | 'UNRECOGNIZED'
    /** Milliseconds between authorization and automatic capture. */
    captureDelayMs: null | number
    /** Who pays. */
    customer: {
      /** The merchant's id of the customer. */
      id: string
      /** ISO 3166-1 alpha-2 country of the customer. */
      country: null | string
    }
    /** How the customer pays. */
    paymentMethod: {
      /** The kind of payment method. */
      type: 'CARD' | 'UNRECOGNIZED'
      /** The token that a vault or gateway gave for the payment method. */
      token: string
      /** The card network, in lower case, as `visa`; null where the sender did not say. */
      network: null | string
    }
    /** Shown to people. */
    description: null | string
    /** The merchant's own keys and values. */
    metadata: Record<string, string>
    /** Minor units. */
    authorizedAmount: number
    /** Minor units. */
    capturedAmount: number
    /** Minor units. */
    refundedAmount: number
    /** The gateway that was selected. */
    gateway: null | string
    /** The gateway's id of the authorization. */
    reference: null | string
    /** At most one at a time. */
    operation: null | {
      /** The gateway operation. */
      operationId: string
      /** What was asked. */
      kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
      /** From 1. */
      attempt: number
      /** The gateway profile. */
      gateway: string
      /** The key that the gateway was given. */
      idempotencyKey: string
      /** What to move, in minor units. */
      amount: number
      /** Where it stands. */
      status:
        | 'REQUESTED'
        | 'RETRY_SCHEDULED'
        | 'UNKNOWN'
        | 'NEEDS_CUSTOMER'
        | 'UNRECOGNIZED'
        | 'PENDING'
        | 'SETTLING'
      /** No call starts after this time. */
      sendBy: number
      /** Milliseconds that the call may take. */
      timeoutMs: number
      /** With NEEDS_CUSTOMER: where to send the customer. */
      redirectUrl: null | string
      /** When it is tried, or looked up, again. */
      dueAt: null | number
      /** How often the gateway was asked what became of it. */
      lookUps: number
      /** Since when its outcome is not known. */
      unknownSince: null | number
      /** Why, if not for a command. */
      purpose: null | 'EXPIRY' | 'UNRECOGNIZED'
      /** The refund that it is for. */
      refundId: null | string
      /** Of a cancellation: shown to people. */
      reason: null | string
      /** Whether nothing of the attempt left us, so that it counts as none; null is false. */
      neverLeft: null | boolean
      /** Whether the attempt has provably come to nothing, so that another waits for its time only; null is false. */
      isProven: null | boolean
    }
    /** How many operations were begun; numbers the next one. */
    operations: number
    /** How many of them had been begun when it was begun again; null while it never was. */
    retriedFrom: null | number
    /** Why it failed. */
    failure: null | {
      /** The step that failed. */
      stage:
        | 'VALIDATION'
        | 'FRAUD'
        | 'COMPLIANCE'
        | 'ROUTING'
        | 'AUTHORIZATION'
        | 'SETTLEMENT'
        | 'REFUND'
        | 'UNRECOGNIZED'
      /** Stable code of the reason. */
      code: string
      /** The reason in words. */
      message: string
    }
    /** When it was initiated. */
    createdAt: number
    /** When its last event happened. */
    updatedAt: number
    /** Operations that have ended, oldest first; null in states from before this was kept. */
    endings:
      | null
      | readonly {
          /** The operation. */
          operationId: string
          /** Its attempt, from 1. */
          attempt: number
          /** The gateway profile. */
          gateway: string
          /** Null for an operation that was never asked for and was reported all the same. */
          outcome: null | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
          /** What it was about, in minor units. */
          amount: null | number
          /** The statement that is on record as contradictory. */
          contradictedBy: null | 'SUCCEEDED' | 'DECLINED' | 'UNRECOGNIZED'
          /** Whether nothing of it left us, so that it counts as no attempt; null is false. */
          neverLeft: null | boolean
        }[]
    /** Oldest first; null when there are none. */
    refunds:
      | null
      | readonly {
          /** The refund. */
          refundId: string
          /** The command that asked for it. */
          commandId: string
          /** Minor units of the payment's currency. */
          amount: number
          /** Where it stands. */
          status: 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
        }[]
    /** After this time no refund is taken. */
    refundsUntil: null | number
    /** Whether refunds were closed. */
    refundsClosed: boolean
    /** Oldest first; null when there are none. */
    compensations:
      | null
      | readonly {
          /** The gateway operation. */
          operationId: string
          /** What was asked. */
          kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'UNRECOGNIZED' | 'SETTLE'
          /** From 1. */
          attempt: number
          /** The gateway profile. */
          gateway: string
          /** The key that the gateway was given. */
          idempotencyKey: string
          /** Minor units of the payment's currency. */
          amount: number
          /** The gateway's id of what is to be undone. */
          reference: null | string
          /** Where it stands. */
          status: 'REQUESTED' | 'RETRY_SCHEDULED' | 'UNKNOWN' | 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
          /** No call starts after this time. */
          sendBy: number
          /** Milliseconds that the call may take. */
          timeoutMs: number
          /** When it is tried, or looked up, again. */
          dueAt: null | number
          /** How often the gateway was asked what became of it. */
          lookUps: number
          /** Since when nobody knows what became of it. */
          unknownSince: null | number
          /** The operation and attempt that succeeded late. */
          compensates: string
        }[]
    /** After this time no attempt begins. */
    giveUpAt: null | number
    /** When a gateway is looked for again. */
    retryAt: null | number
    /** When it is captured without being asked to. */
    captureAt: null | number
    /** When it is given back unless it was captured. */
    expiresAt: null | number
    /** Whether somebody has to look at it first; null when nobody has. */
    review: null | {
      /** Where it stands. */
      status: 'PENDING' | 'APPROVED' | 'REJECTED' | 'UNRECOGNIZED'
      /** While PENDING: when the payment fails unless somebody has decided. */
      until: null | number
    }
  }
}

/** Every record of the wire contract by its full name. */
export interface RecordTypes {
  'aegispay.audit.Anchor': Anchor
  'aegispay.commands.CancelPayment': CancelPayment
  'aegispay.commands.CapturePayment': CapturePayment
  'aegispay.commands.CloseRefunds': CloseRefunds
  'aegispay.commands.InitiatePayment': InitiatePayment
  'aegispay.commands.RefundPayment': RefundPayment
  'aegispay.commands.RetryPayment': RetryPayment
  'aegispay.control.ControlDocument': ControlDocument
  'aegispay.customers.CustomerContact': CustomerContact
  'aegispay.events.CommandRejected': CommandRejected
  'aegispay.events.CompensationFailed': CompensationFailed
  'aegispay.events.CompensationPostponed': CompensationPostponed
  'aegispay.events.CompensationRequested': CompensationRequested
  'aegispay.events.CompensationSucceeded': CompensationSucceeded
  'aegispay.events.ContradictoryOutcome': ContradictoryOutcome
  'aegispay.events.CustomerActionRequired': CustomerActionRequired
  'aegispay.events.FraudAssessed': FraudAssessed
  'aegispay.events.GatewayOperationFailed': GatewayOperationFailed
  'aegispay.events.GatewayOperationRequested': GatewayOperationRequested
  'aegispay.events.GatewaySelected': GatewaySelected
  'aegispay.events.InputsHandled': InputsHandled
  'aegispay.events.OutcomeLookupRequested': OutcomeLookupRequested
  'aegispay.events.OutcomePending': OutcomePending
  'aegispay.events.OutcomeResolved': OutcomeResolved
  'aegispay.events.OutcomeUnknown': OutcomeUnknown
  'aegispay.events.PaymentAuthorized': PaymentAuthorized
  'aegispay.events.PaymentCancelled': PaymentCancelled
  'aegispay.events.PaymentCaptured': PaymentCaptured
  'aegispay.events.PaymentCompleted': PaymentCompleted
  'aegispay.events.PaymentExpired': PaymentExpired
  'aegispay.events.PaymentFailed': PaymentFailed
  'aegispay.events.PaymentInitiated': PaymentInitiated
  'aegispay.events.PaymentPartiallyRefunded': PaymentPartiallyRefunded
  'aegispay.events.PaymentRefunded': PaymentRefunded
  'aegispay.events.PaymentRetried': PaymentRetried
  'aegispay.events.RefundAccepted': RefundAccepted
  'aegispay.events.RefundFailed': RefundFailed
  'aegispay.events.RefundInitiated': RefundInitiated
  'aegispay.events.RefundsClosed': RefundsClosed
  'aegispay.events.RetryScheduled': RetryScheduled
  'aegispay.events.ReviewResolved': ReviewResolved
  'aegispay.events.SettlementRetried': SettlementRetried
  'aegispay.gateway.ApprovalCounts': ApprovalCounts
  'aegispay.gateway.GatewayHealth': GatewayHealth
  'aegispay.gateway.GatewayRequest': GatewayRequest
  'aegispay.gateway.VariantStopped': VariantStopped
  'aegispay.outcomes.RecordGatewayNotification': RecordGatewayNotification
  'aegispay.outcomes.RecordGatewayResult': RecordGatewayResult
  'aegispay.outcomes.ResolveOutcome': ResolveOutcome
  'aegispay.outcomes.ResolveReview': ResolveReview
  'aegispay.state.ClosedPayment': ClosedPayment
  'aegispay.state.OwnershipFence': OwnershipFence
  'aegispay.state.PartitionCheckpoint': PartitionCheckpoint
  'aegispay.state.PaymentState': PaymentState
}

export type RecordName = keyof RecordTypes
