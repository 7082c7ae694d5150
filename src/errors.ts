// Every error of the API, in the order in which a request meets them: of several the first is given. docs/errors.md is
// generated from this table.
import { rejections, type RejectionCode } from './domain/payment/rejections.ts'

export interface ErrorEntry {
  /** HTTP status. */
  readonly status: number
  /** The same for every occurrence. */
  readonly title: string
  /** Whether the same request can succeed later, unchanged. */
  readonly retry: boolean
  /** When it happens and what the caller should do. */
  readonly doc: string
}

type DoorCode =
  | 'http_malformed'
  | 'headers_too_large'
  | 'request_timeout'
  | 'route_not_found'
  | 'console_not_built'
  | 'method_not_allowed'
  | 'overloaded'
  | 'address_rate_limited'
  | 'not_ready'
  | 'api_key_missing'
  | 'api_key_invalid'
  | 'merchant_inactive'
  | 'scope_missing'
  | 'merchant_mismatch'
  | 'merchant_required'
  | 'merchant_not_found'
  | 'signature_missing'
  | 'gateway_not_found'
  | 'idempotency_key_missing'
  | 'idempotency_key_malformed'
  | 'key_rate_limited'
  | 'content_type_unsupported'
  | 'content_encoding_unsupported'
  | 'body_too_large'
  | 'notification_stale'
  | 'signature_invalid'
  | 'json_malformed'
  | 'property_unknown'
  | 'amount_invalid'
  | 'currency_unknown'
  | 'body_invalid'
  | 'notification_malformed'
  | 'query_invalid'
  | 'graphql_invalid'
  | 'graphql_too_complex'
  | 'position_malformed'
  | 'if_match_malformed'
  | 'precondition_missing'
  | 'reason_malformed'
  | 'document_not_found'
  | 'api_key_revoked'
  | 'precondition_failed'
  | 'reference_unknown'
  | 'too_many_secrets'
  | 'change_unconfirmed'
  | 'topics_unavailable'
  | 'dead_letter_not_found'
  | 'dead_letter_redriven'
  | 'dead_letter_unfit'
  | 'too_many_dead_letters'
  | 'redrive_unconfirmed'
  | 'replay_not_found'
  | 'too_many_replays'
  | 'too_many_waiting'
  | 'kafka_unavailable'
  | 'read_model_unavailable'
  | 'read_model_behind'
  | 'customer_not_found'
  | 'stream_position_unknown'
  | 'too_many_streams'
  | 'streams_exhausted'
  | 'webhooks_off'
  | 'webhooks_unavailable'
  | 'webhook_endpoint_not_found'
  | 'webhook_delivery_not_found'
  | 'webhook_url_refused'
  | 'too_many_webhook_endpoints'
  | 'redelivery_too_large'
  | 'refund_not_found'
  | 'command_rejected'
  | 'internal_error'

export type ErrorCode = DoorCode | RejectionCode

export const errors: Readonly<Record<ErrorCode, ErrorEntry>> = {
  http_malformed: {
    status: 400,
    title: 'The request is not valid HTTP.',
    retry: false,
    doc: 'A header, the length or the path of the request cannot be read. Look at what the HTTP client, or a proxy on the way, makes of it.'
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large.',
    retry: false,
    doc: 'All headers together are larger than 16 KiB. Send fewer, usually fewer cookies.'
  },
  request_timeout: {
    status: 408,
    title: 'The request did not arrive in time.',
    retry: true,
    doc: 'The request was not complete within 30 seconds. Nothing was done; send it again under the same idempotency key.'
  },
  route_not_found: {
    status: 404,
    title: 'There is nothing at this path for this method.',
    retry: false,
    doc: 'Compare method and path with /openapi.json; a process offers only the routes of the roles that it runs.'
  },
  console_not_built: {
    status: 404,
    title: 'The console has not been built.',
    retry: false,
    doc: "The operators' page is made of files that the repository does not hold. `npm start` makes them; where the service is started otherwise, `npm run build` does, once for each version."
  },
  method_not_allowed: {
    status: 405,
    title: 'The path does not have this method.',
    retry: false,
    doc: 'The methods that it has stand in the header Allow. Compare with /openapi.json.'
  },
  overloaded: {
    status: 503,
    title: 'The process has more to do than it can.',
    retry: true,
    doc: 'Nothing was done. Send the request again after the seconds in Retry-After, under the same idempotency key, and wait longer from time to time. Writes are refused before reads are.'
  },
  address_rate_limited: {
    status: 429,
    title: 'Too many requests come from this address.',
    retry: true,
    doc: 'Nothing was done. RateLimit-Limit says how many requests a minute an address may make, whichever keys it uses, and Retry-After when the next one is taken. Spread requests out.'
  },
  not_ready: {
    status: 503,
    title: 'The process is starting or stopping.',
    retry: true,
    doc: 'Nothing was done. Send the request again after the seconds in Retry-After, under the same idempotency key.'
  },
  api_key_missing: {
    status: 401,
    title: 'There is no API key.',
    retry: false,
    doc: 'Send `Authorization: Bearer ak_…` with the key that was shown when it was made.'
  },
  api_key_invalid: {
    status: 401,
    title: 'The API key is not valid.',
    retry: false,
    doc: 'The key is malformed, unknown, over or revoked; which of them is not told. Use another key.'
  },
  merchant_inactive: {
    status: 403,
    title: 'The merchant is not active.',
    retry: false,
    doc: 'The key is right but its merchant is unknown or was switched off. Talk to whoever runs this installation. For a merchant that was switched off those who run it can only read.'
  },
  scope_missing: {
    status: 403,
    title: 'The API key does not allow this.',
    retry: false,
    doc: 'Use a key that was made with the scope named in the detail.'
  },
  merchant_mismatch: {
    status: 403,
    title: 'The API key is of another merchant than the request names.',
    retry: false,
    doc: 'A key of a merchant acts for that merchant alone. Leave `AegisPay-Merchant` out, or use a key of the merchant that it names.'
  },
  merchant_required: {
    status: 400,
    title: 'The request does not say for which merchant it is.',
    retry: false,
    doc: 'A key of those who run the installation is of no merchant. Name the one that it is to act for in the header `AegisPay-Merchant`; `GET /v1/session` lists them.'
  },
  merchant_not_found: {
    status: 404,
    title: 'There is no merchant of the name that the request gives.',
    retry: false,
    doc: '`AegisPay-Merchant` has to hold the id of a merchant, just as `GET /v1/session` lists it.'
  },
  signature_missing: {
    status: 400,
    title: 'The notification is not signed.',
    retry: false,
    doc: 'Send `webhook-id`, `webhook-timestamp` and `webhook-signature`, each once, as Standard Webhooks has them. The id has at most 256 characters.'
  },
  gateway_not_found: {
    status: 404,
    title: 'No gateway of this id notifies here.',
    retry: false,
    doc: 'The gateway has no profile, or no secret in `AEGISPAY_GATEWAY_NOTIFICATION_SECRETS` by which its notifications could be told from forged ones. Talk to whoever runs this installation.'
  },
  idempotency_key_missing: {
    status: 400,
    title: 'There is no Idempotency-Key.',
    retry: false,
    doc: 'Send the header `Idempotency-Key` with a key of your own, one for each payment that you intend, and the same one on every retry.'
  },
  idempotency_key_malformed: {
    status: 400,
    title: 'The Idempotency-Key is malformed.',
    retry: false,
    doc: 'A key is 1 to 255 printable ASCII characters without spaces, given once. A UUID is a good one.'
  },
  card_number_not_allowed: {
    status: 422,
    title: rejections.card_number_not_allowed,
    retry: false,
    doc: 'Something in the headers, the query or the body looks like a card number. It was neither stored nor logged. Have the gateway or vault make a token of the card and send that; if the number is something else, write it so that it does not pass for one.'
  },
  key_rate_limited: {
    status: 429,
    title: 'Too many requests are made with this API key.',
    retry: true,
    doc: 'Nothing was done. RateLimit-Limit says how many requests a minute the key, or all keys of its merchant together, may make, and Retry-After when the next one is taken. Spread requests out, or ask for a higher limit.'
  },
  content_type_unsupported: {
    status: 415,
    title: 'The body is not declared as JSON.',
    retry: false,
    doc: 'Send `Content-Type: application/json`, in UTF-8.'
  },
  content_encoding_unsupported: {
    status: 415,
    title: 'The body is compressed.',
    retry: false,
    doc: 'Send the body as it is, without Content-Encoding.'
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large.',
    retry: false,
    doc: 'A body may have 64 KiB. Keep what is longer on your side and send a reference in the metadata.'
  },
  notification_stale: {
    status: 403,
    title: 'The notification is too old, or from the future.',
    retry: false,
    doc: 'Its `webhook-timestamp` is more than five minutes off, so that it may be a replay. Sign it anew at each sending, with the time of that sending, and look at the clocks.'
  },
  signature_invalid: {
    status: 403,
    title: 'The gateway has not signed this.',
    retry: false,
    doc: 'No secret of the gateway yields the signature of these bytes under this id and timestamp. Compare the secrets on both sides; a proxy that rewrites bodies breaks signatures, too.'
  },
  json_malformed: {
    status: 400,
    title: 'The body is not acceptable JSON.',
    retry: false,
    doc: 'It cannot be parsed, is not UTF-8, names a property twice or `__proto__`, holds a character that no text may hold (NUL, half a surrogate pair), or is nested deeper than 16 levels. Mend what writes it.'
  },
  property_unknown: {
    status: 400,
    title: 'The body has a property that is not known.',
    retry: false,
    doc: 'Each one is listed under `errors` by its path. Nothing is ignored silently, so leave it out, or put it into `metadata`.'
  },
  amount_invalid: {
    status: 400,
    title: 'The amount is not a positive integer.',
    retry: false,
    doc: 'Amounts are integers of minor units (1099 is EUR 10.99, or JPY 1099), from 1 to 9007199254740990, and not texts.'
  },
  currency_unknown: {
    status: 400,
    title: 'The currency is not known.',
    retry: false,
    doc: 'Give the code of a currency in use by ISO 4217, three capital letters.'
  },
  body_invalid: {
    status: 400,
    title: 'The body breaks a rule of its schema.',
    retry: false,
    doc: 'Each broken rule is listed under `errors` with the path that it concerns. The schema is in /openapi.json.'
  },
  notification_malformed: {
    status: 400,
    title: 'The notification does not follow the protocol of its gateway.',
    retry: false,
    doc: 'It is signed, but does not say what became of which operation. Nothing was done. Gateway and AegisPay disagree about the protocol: compare their versions.'
  },
  query_invalid: {
    status: 400,
    title: 'A query parameter is not valid.',
    retry: false,
    doc: 'Each one is listed under `errors`. A cursor is taken from `nextCursor` of the page before, unchanged.'
  },
  graphql_invalid: {
    status: 400,
    title: 'The GraphQL document is not valid.',
    retry: false,
    doc: 'Each fault is listed under `errors` with the line and column. The document cannot be parsed, has more than 1,000 tokens, does not fit the schema (docs/schema.graphql), or its variables do not fit it.'
  },
  graphql_too_complex: {
    status: 400,
    title: 'The GraphQL query asks for too much at once.',
    retry: false,
    doc: 'It is nested too deeply, or its cost is too high; the detail says which. Nothing was read. Ask for smaller pages, for fewer fields, or in several requests: docs/graphql.md says how the cost is reckoned.'
  },
  position_malformed: {
    status: 400,
    title: 'The position is not one of ours.',
    retry: false,
    doc: 'Send `AegisPay-Position` just as it came with the answer to the command.'
  },
  if_match_malformed: {
    status: 400,
    title: 'If-Match is not an ETag of ours.',
    retry: false,
    doc: 'Send the ETag just as it came with what you have read, one in quotes.'
  },
  precondition_missing: {
    status: 428,
    title: 'The request does not say which version it is based on.',
    retry: false,
    doc: 'A change of control data names what it replaces, so that nobody undoes the change of another unseen. Send `If-Match` with the ETag of the document that you have read, or `If-None-Match: *` where there must be none yet.'
  },
  reason_malformed: {
    status: 400,
    title: 'The AegisPay-Reason is malformed.',
    retry: false,
    doc: 'A reason is 1 to 500 printable ASCII characters, given once. It may be left out.'
  },
  document_not_found: {
    status: 404,
    title: 'There is no such document.',
    retry: false,
    doc: 'No control data of this kind have this id. The list of the kind shows what there is.'
  },
  api_key_revoked: {
    status: 409,
    title: 'The API key was revoked.',
    retry: false,
    doc: 'A revoked key gets no new secret, and no key is brought back. Make another.'
  },
  precondition_failed: {
    status: 412,
    title: 'The document is not at the version that the request is based on.',
    retry: false,
    doc: 'Somebody else has changed, made or deleted it meanwhile, and nothing was done. Read it again, decide again, and send the change with the new ETag.'
  },
  reference_unknown: {
    status: 422,
    title: 'The document refers to something that there is not.',
    retry: false,
    doc: 'Each such place is listed under `errors` with its path. Make the merchant first, then what belongs to it.'
  },
  too_many_secrets: {
    status: 409,
    title: 'Too many secrets of the key still work.',
    retry: false,
    doc: 'Four earlier secrets are waiting for the end of their overlap. Wait for the first to end, or rotate with an overlap of 0 seconds, which ends all of them at once.'
  },
  change_unconfirmed: {
    status: 503,
    title: 'It is not known whether the change was made.',
    retry: true,
    doc: 'Kafka did not confirm it in time, or it was not read back in time; it may take effect all the same. Read the document: its history says. A change that is sent again cannot take effect twice, since its If-Match has passed. Of an API key that was made or rotated the secret is lost: rotate it, or revoke the one that nobody knows.'
  },
  topics_unavailable: {
    status: 503,
    title: 'The topics cannot be read.',
    retry: true,
    doc: 'Kafka, or the schema registry, does not answer, or not in time. Nothing was done. Ask again after the seconds in Retry-After.'
  },
  dead_letter_not_found: {
    status: 404,
    title: 'There is no such dead letter.',
    retry: false,
    doc: 'No dead letter stands at this place of the dead-letter topic. It may have been kept for as long as such letters are.'
  },
  dead_letter_redriven: {
    status: 409,
    title: 'The dead letter was redriven before.',
    retry: false,
    doc: 'Its record is on its topic again; read the letter for when, and by whom. If it is to be written once more, say `"again": true`.'
  },
  dead_letter_unfit: {
    status: 422,
    title: 'The dead letter cannot be redriven.',
    retry: false,
    doc: 'The letter does not carry its record, or the processor would put the record aside again. The detail says which. Mend the cause first, then redrive; or have the sender send it again.'
  },
  too_many_dead_letters: {
    status: 422,
    title: 'Too many dead letters would have to be read.',
    retry: false,
    doc: 'A page is looked for from the end of the topic backwards, over at most 50,000 records. Say `since`, or use `aegispay dlq list`, which has no such limit.'
  },
  redrive_unconfirmed: {
    status: 503,
    title: 'It is not known whether the dead letter was redriven.',
    retry: true,
    doc: 'Kafka did not confirm it in time; it may be redriven all the same. Send the request again, without `again`: nothing is redriven twice.'
  },
  replay_not_found: {
    status: 404,
    title: 'There is no such replay.',
    retry: false,
    doc: 'Replays live in the process that runs them, and for an hour after they have ended; then, or with the process, they are gone. Start it again.'
  },
  too_many_replays: {
    status: 429,
    title: 'As many replays run as may.',
    retry: true,
    doc: 'Nothing was done. A process runs two at a time. Wait for one to end, or cancel one.'
  },
  too_many_waiting: {
    status: 503,
    title: 'As many payments wait for a gateway as may.',
    retry: true,
    doc: 'Nothing was done. The gateways are in trouble, and more payments would only wait. Send the request again after the seconds in Retry-After, under the same idempotency key. Payments that were taken in settle by themselves.'
  },
  kafka_unavailable: {
    status: 503,
    title: 'The command could not be stored.',
    retry: true,
    doc: 'Kafka did not confirm the command, so nothing is promised; it may have arrived all the same. Send it again under the same idempotency key after the seconds in Retry-After: it can take effect only once. The same holds for a notification, under the same `webhook-id`.'
  },
  read_model_unavailable: {
    status: 503,
    title: 'The read model cannot be reached.',
    retry: true,
    doc: 'Payments go on being processed, but cannot be read for the moment. Read again after the seconds in Retry-After.'
  },
  read_model_behind: {
    status: 503,
    title: 'The read model has not come as far yet.',
    retry: true,
    doc: 'The command at the given AegisPay-Position is not visible within 2 seconds. Read again after the seconds in Retry-After, or without the header to see what there is.'
  },
  stream_position_unknown: {
    status: 400,
    title: 'The stream cannot go on from there.',
    retry: false,
    doc: 'Last-Event-ID is none that this installation has given out, or lies beyond what there is. Send the last `id` as it came, or none, to begin with what happens next.'
  },
  too_many_streams: {
    status: 429,
    title: 'The API key has as many streams open as it may.',
    retry: true,
    doc: 'Nothing was done. Close one at this process, or read several things from one stream. A connection that was lost counts until the process notices, which takes seconds.'
  },
  streams_exhausted: {
    status: 503,
    title: 'The process has as many streams open as it may.',
    retry: true,
    doc: 'Come again, which leads to another instance where there are several. Whoever runs the installation may allow more (`AEGISPAY_MAX_STREAMS`).'
  },
  payment_not_found: {
    status: 404,
    title: rejections.payment_not_found,
    retry: false,
    doc: 'No payment of your merchant has this id. A payment that was accepted a moment ago (202) shows up shortly after; send its AegisPay-Position to wait for it.'
  },
  refund_not_found: {
    status: 404,
    title: 'There is no such refund.',
    retry: false,
    doc: 'The payment has no refund of this id. One that was accepted a moment ago (202) shows up shortly after; send its AegisPay-Position to wait for it.'
  },
  customer_not_found: {
    status: 404,
    title: 'Nothing of this customer is held.',
    retry: false,
    doc: 'Your merchant has given no contact details under this id, or they were erased; of a statement: it has had no payment of the customer. What came with a payment a moment ago shows up shortly after.'
  },
  webhooks_off: {
    status: 409,
    title: 'This installation sends no webhooks.',
    retry: false,
    doc: 'Whoever runs it has not set `AEGISPAY_WEBHOOK_KEYS`, without which the secrets of endpoints could not be kept. Ask them to.'
  },
  webhooks_unavailable: {
    status: 503,
    title: 'The database of the webhooks cannot be reached.',
    retry: true,
    doc: 'Events wait, and none is lost. A change may have been made all the same: read the endpoint after the seconds in Retry-After. Of an endpoint that was made the secret is lost: rotate it.'
  },
  webhook_endpoint_not_found: {
    status: 404,
    title: 'There is no such webhook endpoint.',
    retry: false,
    doc: 'Your merchant has no endpoint of this id, or it was deleted. The list shows those that there are.'
  },
  webhook_delivery_not_found: {
    status: 404,
    title: 'There is no such webhook delivery.',
    retry: false,
    doc: 'No endpoint of your merchant was sent a webhook of this id. With an endpoint its deliveries go, too.'
  },
  webhook_url_refused: {
    status: 422,
    title: 'Webhooks may not be sent to this URL.',
    retry: false,
    doc: 'The detail says why. It has to be an `https` URL on the public internet: without user and password, with a name or address that leads neither to a private, link-local, loopback or otherwise special address, nor to one that holds such an address in itself. The name is looked up again at each sending.'
  },
  too_many_webhook_endpoints: {
    status: 409,
    title: 'The merchant has as many webhook endpoints as there may be.',
    retry: false,
    doc: 'A merchant may have 20. Delete one that is not used any more.'
  },
  redelivery_too_large: {
    status: 422,
    title: 'There are too many deliveries in the range.',
    retry: false,
    doc: 'At most 10,000 can be sent again at a time. Nothing was done. Choose a shorter range, and the next one once these are delivered.'
  },
  idempotency_key_reused: {
    status: 422,
    title: rejections.idempotency_key_reused,
    retry: false,
    doc: 'The key was used before with another body. Nothing was done. Find out which of the two was meant, and give the other its own key.'
  },
  too_many_commands: {
    status: 422,
    title: rejections.too_many_commands,
    retry: false,
    doc: 'A payment takes 1,000 commands, which no honest sender needs. Look for a loop.'
  },
  command_invalid: {
    status: 422,
    title: rejections.command_invalid,
    retry: false,
    doc: 'The detail names the rule. Over HTTP most rules are checked earlier; commands that are produced straight to the topic meet them here. Mend the command and send it under a new idempotency key.'
  },
  merchant_unknown: {
    status: 403,
    title: rejections.merchant_unknown,
    retry: false,
    doc: 'The merchant of the command is not known to the processor. The refusal is remembered: once the merchant exists, send the command under a new idempotency key.'
  },
  version_conflict: {
    status: 409,
    title: rejections.version_conflict,
    retry: false,
    doc: 'The payment has changed since it was read. Read it again, decide again, and send the command under a new idempotency key.'
  },
  operation_in_progress: {
    status: 409,
    title: rejections.operation_in_progress,
    retry: false,
    doc: 'The gateway has yet to answer what was asked before. Wait until the payment rests, then send the command under a new idempotency key: this refusal is remembered.'
  },
  status_conflict: {
    status: 409,
    title: rejections.status_conflict,
    retry: false,
    doc: 'What was asked is not possible in the status named in the detail. Read the payment again.'
  },
  review_rejected: {
    status: 409,
    title: rejections.review_rejected,
    retry: false,
    doc: 'The payment was held, and whoever looked at it said no. Start another payment if that was a mistake.'
  },
  not_in_review: {
    status: 409,
    title: rejections.not_in_review,
    retry: false,
    doc: 'Nobody has to decide about the payment: somebody has, or it was cancelled, or its time was over. Read it again.'
  },
  outcome_not_unknown: {
    status: 409,
    title: rejections.outcome_not_unknown,
    retry: false,
    doc: 'Nothing of that name waits for an outcome. Read the payment: its gateway may have answered meanwhile, or another operator decided.'
  },
  money_may_have_moved: {
    status: 409,
    title: rejections.money_may_have_moved,
    retry: false,
    doc: 'A gateway has said, after the payment had failed, that it was charged. It is being given back; until that is certain the payment cannot begin again.'
  },
  cancellation_window_closed: {
    status: 409,
    title: rejections.cancellation_window_closed,
    retry: false,
    doc: "The merchant's settings bound the time in which payments are cancelled (`payments.cancellationWindowMs`). Capture it, or let it expire."
  },
  refund_window_closed: {
    status: 409,
    title: rejections.refund_window_closed,
    retry: false,
    doc: "Refunds were closed, or the time for them is over, which the merchant's settings bound (`payments.refundWindowMs`)."
  },
  amount_exceeds_authorized: {
    status: 422,
    title: rejections.amount_exceeds_authorized,
    retry: false,
    doc: 'Capture at most `authorizedAmount`, under a new idempotency key.'
  },
  amount_exceeds_refundable: {
    status: 422,
    title: rejections.amount_exceeds_refundable,
    retry: false,
    doc: 'Refund at most what was captured, less what was refunded, less the refunds that are under way, under a new idempotency key.'
  },
  operation_unsupported: {
    status: 422,
    title: rejections.operation_unsupported,
    retry: false,
    doc: 'The gateway that has the payment does not offer this operation. Ask for another one.'
  },
  command_rejected: {
    status: 422,
    title: 'The command was refused.',
    retry: false,
    doc: 'The processor gave a reason that this process does not know yet, as can happen during an upgrade. The detail says what it is.'
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side.',
    retry: true,
    doc: 'It is logged under the X-Correlation-Id of the answer. A command may have been stored: send it again under the same idempotency key, which can take effect only once.'
  }
}

/** What is wrong at one place of the request. */
export interface Fault {
  /** JSON pointer into the body, or the name of a parameter. */
  readonly path: string
  /** Never repeats what was sent. */
  readonly message: string
}

interface ApiErrorOptions extends ErrorOptions {
  /** What is special about this occurrence; never repeats what was sent. */
  readonly detail?: string
  readonly faults?: readonly Fault[]
}

/** Ends a request with an error of the table. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly detail: string | null
  readonly faults: readonly Fault[]

  constructor(code: ErrorCode, { detail, faults = [], cause }: ApiErrorOptions = {}) {
    super(detail ?? errors[code].title, { cause })
    this.code = code
    this.detail = detail ?? null
    this.faults = faults
  }
}

/** Whether a text, for instance a rejection's, is a code of the table. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errors, code)
