// What may be asked over GraphQL: what the routes that only read show, under the same names. docs/schema.graphql is this.
import { paymentStatuses } from '../../payment-schema.ts'
import { grains, paymentsInFlight, REFUNDING, rowDimensions } from '../../projections/analytics/queries.ts'
import { subjects } from '../analytics-query.ts'

const shown = (names: readonly string[]) => names.map(name => `  ${name}`).join('\n')

/** Arguments that name what figures are about. */
const period = `
    "RFC 3339; 24 hours before \`to\` unless given."
    from: DateTime
    "RFC 3339; now, unless given."
    to: DateTime
    currency: String
    gateway: String
    method: String
    variant: String`

export const schemaText = `"RFC 3339."
scalar DateTime

"An integer, also beyond 32 bits."
scalar MinorUnits

"Any JSON."
scalar JSON

enum PaymentStatus {
${shown(paymentStatuses)}
}

enum PaymentOrder {
  NEWEST
  OLDEST
}

enum Dimension {
${shown([...Object.keys(grains), ...rowDimensions])}
}

enum Subject {
${shown(subjects)}
}

enum InFlightStatus {
${shown([...paymentsInFlight, REFUNDING])}
}

type Query {
  "The merchant's payments, in pages; every filter that is given must hold."
  payments(
    "Words that all occur: docs/read-model.md."
    q: String
    "\`key:value\`, all of which hold."
    metadata: [String!]
    status: [PaymentStatus!]
    "The merchant's id of the customer."
    customer: String
    gateway: String
    currency: String
    "Only with a currency."
    minAmount: MinorUnits
    "Only with a currency."
    maxAmount: MinorUnits
    "The first instant."
    createdFrom: DateTime
    "The first instant that is too late."
    createdTo: DateTime
    sort: PaymentOrder = NEWEST
    "1 to 100."
    limit: Int = 20
    "\`nextCursor\` of the page before, with the same filters."
    cursor: String
  ): PaymentPage!
  "Null when the merchant has no such payment."
  payment(
    id: ID!
    "As it was after the event with this sequence, or at this time (RFC 3339)."
    asOf: String
  ): Payment
  "Contact details that are held of a customer, for keys that may read customers; null when there are none."
  customer(id: ID!): Customer
  "What a customer has paid and got back, of at most 10,000 entries; null when there was no payment of the customer."
  statement(
    "The merchant's id of the customer."
    customer: ID!
    "The first instant, RFC 3339; the beginning unless given."
    from: DateTime
    "The first instant that is too late, RFC 3339; now unless given."
    to: DateTime
    currency: String
  ): Statement
  "What happened to payments, in figures: docs/analytics.md."
  analytics(${period}
    "What is told apart; currencies always are."
    by: [Dimension!] = [hour]
    "1 to 1000."
    limit: Int = 100
    "\`nextCursor\` of the page before, with its \`from\` and \`to\`."
    cursor: String
  ): FiguresPage!
  "The most frequent reasons for which something came to nothing."
  declines(${period}
    of: Subject = payment
    "1 to 100."
    limit: Int = 20
  ): DeclinesPage!
  "What is under way, by currency and status."
  inFlight: [InFlight!]!
}

type PaymentPage {
  data: [Payment!]!
  "Null on the last page."
  nextCursor: String
}

type Payment {
  id: ID!
  status: PaymentStatus!
  amount: MinorUnits!
  currency: String!
  "\`automatic\` or \`manual\`."
  capture: String!
  authorizedAmount: MinorUnits!
  capturedAmount: MinorUnits!
  refundedAmount: MinorUnits!
  "To which it was last given."
  gateway: String
  version: Int!
  customer: Payer!
  description: String
  metadata: JSON!
  failure: Failure
  "What it waits for at its gateway."
  operation: Operation
  review: Review
  createdAt: DateTime!
  updatedAt: DateTime!
  "What happened to it, in order, up to now."
  events: [Event!]!
  "Oldest first."
  refunds: [Refund!]!
  "Why it went to which gateway."
  routing: [RoutingChoice!]!
}

type Payer {
  "The merchant's id of the customer."
  id: ID!
  "ISO 3166-1 alpha-2."
  country: String
}

type Failure {
  stage: String!
  code: String!
  message: String!
  customerHint: CustomerHint!
}

"What to tell the customer."
type CustomerHint {
  code: String!
  message: String!
}

type Operation {
  id: ID!
  kind: String!
  status: String!
  redirectUrl: String
}

type Review {
  status: String!
  until: DateTime
}

type Event {
  id: ID!
  "The payment's version after it."
  sequence: Int!
  type: String!
  occurredAt: DateTime!
  causationId: String
  correlationId: String
  "\`key:<id>\` of those who run the installation, where one of them asked for it."
  requestedBy: String
  "What it says beyond that, as on the topic."
  data: JSON!
}

type Refund {
  id: ID!
  status: String!
  amount: MinorUnits!
  reason: String
  failure: RefundFailure
  createdAt: DateTime!
  updatedAt: DateTime!
}

type RefundFailure {
  code: String!
  message: String!
}

type RoutingChoice {
  sequence: Int!
  occurredAt: DateTime!
  gateway: String!
  summary: String!
  policy: RoutingPolicy!
  variant: String
  decidedBy: String
  probability: Float!
  features: JSON!
  candidates: [RoutingCandidate!]!
}

type RoutingPolicy {
  id: String!
  version: String!
}

type RoutingCandidate {
  gateway: String!
  chosen: Boolean!
  because: String!
  excludedBy: String
  score: Float
  probability: Float
  terms: JSON!
}

type Customer {
  id: ID!
  email: String
  name: String
  phone: String
  updatedAt: DateTime!
}

type Statement {
  customerId: ID!
  from: DateTime!
  to: DateTime!
  currencies: [CurrencyStatement!]!
}

"Amounts in minor units."
type CurrencyStatement {
  currency: String!
  "Decimals that the currency has."
  exponent: Int!
  opening: MinorUnits!
  captured: MinorUnits!
  refunded: MinorUnits!
  closing: MinorUnits!
  "In the order of their time."
  entries: [StatementEntry!]!
}

type StatementEntry {
  occurredAt: DateTime!
  "\`capture\` or \`refund\`."
  kind: String!
  paymentId: ID!
  "Of a refund."
  refundId: ID
  "Negative for what came back."
  amount: MinorUnits!
  "What has been paid by then in all, less what came back."
  balance: MinorUnits!
}

type FiguresPage {
  from: DateTime!
  to: DateTime!
  data: [Figures!]!
  "Null on the last page."
  nextCursor: String
}

type Figures {
  hour: DateTime
  day: DateTime
  currency: String!
  gateway: String
  method: String
  variant: String
  payments: PaymentCounts!
  attempts: AttemptCounts!
  approval: Approval!
  refunds: RefundCounts!
  fees: Fees!
  latency: Latency!
}

type Sum {
  count: Int!
  amount: MinorUnits!
}

type PaymentCounts {
  initiated: Sum!
  authorized: Sum!
  captured: Sum!
  completed: Sum!
  failed: Sum!
  settlementFailed: Sum!
  cancelled: Sum!
  expired: Sum!
  retried: Int!
}

type AttemptCounts {
  approved: Int!
  declined: Int!
  failed: Int!
  unknown: Int!
}

"Shares, 0 to 1; null where nothing was decided."
type Approval {
  payments: Float
  attempts: Float
}

type RefundCounts {
  succeeded: Sum!
  failed: Sum!
}

type Fees {
  payments: Int!
  "Minor units, fractions included."
  amount: Float!
}

type Latency {
  authorization: Quantiles!
  completion: Quantiles!
  gatewayAnswer: Quantiles!
}

type Quantiles {
  count: Int!
  p50Ms: Float
  p95Ms: Float
  p99Ms: Float
}

type DeclinesPage {
  from: DateTime!
  to: DateTime!
  of: Subject!
  data: [Decline!]!
}

type Decline {
  code: String!
  stage: String
  declineType: String
  count: Int!
  share: Float!
}

type InFlight {
  currency: String!
  status: InFlightStatus!
  count: Int!
  amount: MinorUnits!
}
`
