import { Analytics } from './analytics.ts'
import { asking, type Ask } from './ask.ts'
import { checkAmount, checkKey } from './checks.ts'
import { callOf, headersOf, POSITION_HEADER, type CallOptions, type ReadOptions } from './options.ts'
import { List, type Page } from './pages.ts'
import { paymentIdOf } from './payment-id.ts'
import { follow, type StreamedEvent, type StreamFilter, type StreamOptions } from './stream.ts'
import {
  exchange,
  transport,
  type Exchange,
  type Query,
  type Send,
  type ServiceAnswer,
  type ServiceOptions
} from './transport.ts'
import { waitUntil, type WaitOptions } from './wait.ts'
import { WebhookEndpoints } from './webhook-endpoints.ts'
import type {
  AcceptedCommand,
  AuditEntry,
  CancelRequest,
  CaptureRequest,
  Customer,
  Event,
  Notification,
  NotificationQuery,
  Payment,
  PaymentQuery,
  PaymentRequest,
  Refund,
  RefundAnswer,
  RefundRequest,
  RoutingChoice,
  Session,
  Statement,
  StatementQuery
} from './wire.ts'

/** Of every command. */
export interface CommandOptions extends CallOptions {
  /**
   * Yours, one for each thing that is to be done once: an order's number, or a UUID that is stored before. The same key
   * with the same content is the same command, however often it is given.
   */
  readonly idempotencyKey: string
  /** Do not wait for what comes of it: it is answered as soon as it is stored. */
  readonly async?: boolean
}

/** Of a command on a payment that is there. */
export interface OperationOptions extends CommandOptions {
  /** Refuse the command (`version_conflict`) when the payment has another version: that of the `Payment` you decided by. */
  readonly ifVersion?: number
}

interface Taken {
  readonly paymentId: string
  /** Given to a read, makes it show no less than this answer. */
  readonly position: string
}

/** The command is stored, and the payment does not rest yet; or nobody waited. */
export interface NotSettled extends Taken {
  readonly settled: false
}

/** What came of a command. */
export type PaymentAnswer = (Taken & { readonly settled: true; readonly payment: Payment }) | NotSettled

/** What came of a refund, whose id is known before anything came of it. */
export type RefundOutcome = { readonly refundId: string } & (
  (Taken & { readonly settled: true; readonly refund: RefundAnswer }) | NotSettled
)

/** What a list of payments is narrowed by. Of several statuses each will do. Amounts need a currency. */
export interface PaymentFilter extends Omit<PaymentQuery, NotFilters | 'status' | 'minAmount' | 'maxAmount'> {
  readonly status?: Payment['status'] | readonly Payment['status'][]
  /** Minor units. */
  readonly minAmount?: number
  /** Minor units. */
  readonly maxAmount?: number
  /** Payments fetched at a time: 1 to 100, 20 unless given. */
  readonly pageSize?: number
}
type NotFilters = 'limit' | 'cursor'

/**
 * AegisPay over HTTP. Every call is one request: what fails throws an {@link AegisPayError} and is not tried again, but for
 * {@link PaymentService.stream}. For retries there is {@link IdempotentPaymentService}.
 *
 * ```ts
 * const payments = new PaymentService({ url: 'http://127.0.0.1:8080', apiKey: process.env.AEGISPAY_KEY })
 * const { paymentId, settled } = await payments.create(
 *   { amount: 1099, currency: 'EUR', customer: { id: 'cus_1' }, paymentMethod: { type: 'card', token: 'tok_visa' } },
 *   { idempotencyKey: 'order-1' }
 * )
 * ```
 */
export class PaymentService {
  /** Where webhooks go. */
  readonly webhookEndpoints: WebhookEndpoints
  /** What happened to payments, in figures. */
  readonly analytics: Analytics
  readonly #send: Send
  readonly #ask: Ask
  readonly #exchange: Exchange
  readonly #merchantId: string | null

  /**
   * @param send how a request is made, unless by one `fetch`
   * @throws AegisPayError request_invalid when the URL is none
   */
  constructor(options: ServiceOptions, send: Send = transport(options)) {
    this.#send = send
    this.#ask = asking(send)
    this.#exchange = exchange(options)
    this.#merchantId = options.merchantId ?? null
    this.webhookEndpoints = new WebhookEndpoints(this.#ask)
    this.analytics = new Analytics(this.#ask)
  }

  /** Starts a payment. @throws AegisPayError */
  async create(request: PaymentRequest, options: CommandOptions): Promise<PaymentAnswer> {
    checkAmount(request.amount)
    checkKey(options.idempotencyKey)
    const paymentId =
      this.#merchantId === null ? null : await paymentIdOf(this.#merchantId, options.idempotencyKey)
    return paymentAnswerOf(await this.#command('v1/payments', request, options, paymentId))
  }

  /** Takes the authorized money, or a part of it and releases the rest. @throws AegisPayError */
  capture(paymentId: string, request: CaptureRequest, options: OperationOptions): Promise<PaymentAnswer> {
    return this.#operate(paymentId, 'capture', request, options)
  }

  /** Releases the authorized money. @throws AegisPayError */
  cancel(paymentId: string, request: CancelRequest, options: OperationOptions): Promise<PaymentAnswer> {
    return this.#operate(paymentId, 'cancel', request, options)
  }

  /** Tries a failed payment again; after a failed settlement or refund, that alone. @throws AegisPayError */
  retry(paymentId: string, options: OperationOptions): Promise<PaymentAnswer> {
    return this.#operate(paymentId, 'retry', {}, options)
  }

  /** Takes no more refunds. @throws AegisPayError */
  closeRefunds(paymentId: string, options: OperationOptions): Promise<PaymentAnswer> {
    return this.#operate(paymentId, 'close-refunds', {}, options)
  }

  /** Gives back what was captured, or a part of it. @throws AegisPayError */
  async refund(paymentId: string, request: RefundRequest, options: OperationOptions): Promise<RefundOutcome> {
    const { status, headers, body } = await this.#onPayment(paymentId, 'refunds', request, options)
    // The answer's own path, whether the refund is in it or not.
    const refundId = decodeURIComponent(headers.get('location')?.split('/').at(-1) ?? '')
    if (status === 202) return { refundId, ...notSettled(body) }
    const position = headers.get(POSITION_HEADER) ?? ''
    return { refundId, settled: true, paymentId, position, refund: body as RefundAnswer }
  }

  /** @throws AegisPayError payment_not_found, and others */
  get(paymentId: string, options: ReadOptions = {}): Promise<Payment> {
    return this.#read(paymentPath(paymentId), options)
  }

  /**
   * A payment as it was.
   * @param at a time, or the number of the event after which
   * @throws AegisPayError payment_not_found where it was not there yet, and others
   */
  getAsOf(paymentId: string, at: Date | number, options: ReadOptions = {}): Promise<Payment> {
    const asOf = typeof at === 'number' ? at : at.toISOString()
    return this.#read(paymentPath(paymentId), options, { as_of: asOf })
  }

  /**
   * Reads a payment, ever more seldom, until it is what is waited for.
   *
   * @param until statuses, or a test
   * @throws AegisPayError wait_timeout when it does not become that in time, and others that do not pass by themselves
   */
  waitFor(
    paymentId: string,
    until: readonly Payment['status'][] | ((payment: Payment) => boolean),
    options: ReadOptions & WaitOptions = {}
  ): Promise<Payment> {
    const isIt =
      typeof until === 'function' ? until : ({ status }: Payment): boolean => until.includes(status)
    return waitUntil(paymentId, options, isIt, call => this.get(paymentId, call))
  }

  /** The payments of the merchant, newest first unless `sort` says otherwise. @throws AegisPayError while it is read */
  list(filter: PaymentFilter = {}, options: ReadOptions = {}): List<Payment> {
    const { status, pageSize, ...rest } = filter
    const query = { ...rest, status: joined(status), limit: pageSize }
    return new List(cursor => this.#read<Page<Payment>>('v1/payments', options, { ...query, cursor }))
  }

  /** What happened to a payment, in order. @throws AegisPayError payment_not_found, and others */
  events(paymentId: string, options: ReadOptions = {}): Promise<Event[]> {
    return this.#all(paymentId, 'events', options)
  }

  /**
   * What the audit trail has of a payment, refused commands included, in the order of the log (docs/audit.md).
   * @throws AegisPayError payment_not_found, and others
   */
  audit(paymentId: string, options: ReadOptions = {}): Promise<AuditEntry[]> {
    return this.#all(paymentId, 'audit', options)
  }

  /** Why a payment went to its gateway. @throws AegisPayError payment_not_found, and others */
  routing(paymentId: string, options: ReadOptions = {}): Promise<RoutingChoice[]> {
    return this.#all(paymentId, 'routing', options)
  }

  /** The refunds of a payment, oldest first. @throws AegisPayError payment_not_found, and others */
  refunds(paymentId: string, options: ReadOptions = {}): Promise<Refund[]> {
    return this.#all(paymentId, 'refunds', options)
  }

  /** @throws AegisPayError refund_not_found, and others */
  getRefund(paymentId: string, refundId: string, options: ReadOptions = {}): Promise<Refund> {
    return this.#read(`${paymentPath(paymentId)}/refunds/${encodeURIComponent(refundId)}`, options)
  }

  /** The contact details that are held of a customer. @throws AegisPayError customer_not_found, and others */
  getCustomer(customerId: string, options: CallOptions = {}): Promise<Customer> {
    return this.#read(customerPath(customerId), options)
  }

  /**
   * What a customer has paid and got back, by currency, in minor units. `from` is the first instant and `to` the first that is
   * too late, RFC 3339: everything up to now unless given. What one period closes with the next one opens with.
   *
   * @throws AegisPayError customer_not_found, query_invalid for a period of more than 10,000 entries, and others
   */
  getStatement(
    customerId: string,
    period: StatementQuery = {},
    options: ReadOptions = {}
  ): Promise<Statement> {
    return this.#read(`${customerPath(customerId)}/statement`, options, { ...period })
  }

  /** The same for a spreadsheet: CSV (RFC 4180), amounts in units of the currency, as 10.99. @throws AegisPayError */
  getStatementAsCsv(
    customerId: string,
    period: StatementQuery = {},
    options: ReadOptions = {}
  ): Promise<string> {
    const path = `${customerPath(customerId)}/statement.csv`
    const [query, headers] = [{ ...period }, headersOf(options)]
    return this.#ask({ method: 'GET', path, query, headers, accept: 'text/csv' }, options)
  }

  /**
   * Erases the contact details of a customer, for good. May be repeated.
   * @returns whether reads show it already
   * @throws AegisPayError customer_not_found when there are none, and others
   */
  async eraseCustomer(customerId: string, options: CallOptions = {}): Promise<boolean> {
    const path = customerPath(customerId)
    const { status } = await this.#send({ method: 'DELETE', path, ...callOf(options) })
    return status === 204
  }

  /** What customers were told by mail, newest first. @throws AegisPayError while it is read */
  notifications(
    filter: Omit<NotificationQuery, NotFilters> = {},
    options: CallOptions = {}
  ): List<Notification> {
    return new List(cursor =>
      this.#read<Page<Notification>>('v1/notifications', options, { ...filter, cursor })
    )
  }

  /** What the API key is for, and for which merchants it can act. @throws AegisPayError */
  session(options: CallOptions = {}): Promise<Session> {
    return this.#read('v1/session', options)
  }

  /**
   * Everything that happens, as it happens, from now on unless `from` or `lastEventId` says otherwise; of one payment in order:
   *
   * ```ts
   * for await (const { type, paymentId } of payments.stream({ type: 'PaymentCaptured' })) console.log(type, paymentId)
   * ```
   *
   * However a connection ends, another one goes on behind the last event, so that nothing is lost and nothing comes twice;
   * after pauses that grow to half a minute while nothing comes. The signal ends it, without an error, and so does leaving
   * the loop.
   *
   * @throws AegisPayError for what does not pass by itself: stream_position_unknown, api_key_invalid, scope_missing, and
   * answer_malformed where it is not AegisPay that tells
   */
  stream(
    filter: StreamFilter = {},
    options: StreamOptions = {}
  ): AsyncGenerator<StreamedEvent, void, undefined> {
    return follow(this.#exchange, { ...filter, type: joined(filter.type) }, options)
  }

  async #operate(
    paymentId: string,
    operation: string,
    request: object,
    options: OperationOptions
  ): Promise<PaymentAnswer> {
    return paymentAnswerOf(await this.#onPayment(paymentId, operation, request, options))
  }

  #onPayment(
    paymentId: string,
    operation: string,
    request: { readonly amount?: number },
    options: OperationOptions
  ): Promise<ServiceAnswer> {
    checkAmount(request.amount)
    checkKey(options.idempotencyKey)
    const path = `${paymentPath(paymentId)}/${operation}`
    const { ifVersion } = options
    const ifMatch = ifVersion === undefined ? undefined : `"${ifVersion}"`
    return this.#command(path, request, options, paymentId, { 'if-match': ifMatch })
  }

  #command(
    path: string,
    body: object,
    options: CommandOptions,
    paymentId: string | null,
    headers: Readonly<Record<string, string | undefined>> = {}
  ): Promise<ServiceAnswer> {
    return this.#send({
      ...{ method: 'POST', path, body, paymentId, idempotencyKey: options.idempotencyKey },
      headers: { prefer: options.async === true ? 'respond-async' : undefined, ...headers },
      ...callOf(options)
    })
  }

  #read<T>(path: string, options: ReadOptions, query: Query = {}): Promise<T> {
    return this.#ask({ method: 'GET', path, query, headers: headersOf(options) }, options)
  }

  async #all<T>(paymentId: string, what: string, options: ReadOptions): Promise<T[]> {
    const { data } = await this.#read<{ data: T[] }>(`${paymentPath(paymentId)}/${what}`, options)
    return data
  }
}

const paymentPath = (id: string): string => `v1/payments/${encodeURIComponent(id)}`
const customerPath = (id: string): string => `v1/customers/${encodeURIComponent(id)}`

/** As several values stand in the URL. */
const joined = (values: string | readonly string[] | undefined): string | undefined =>
  values === undefined ? undefined : [values].flat().join(',')

function paymentAnswerOf({ status, headers, body }: ServiceAnswer): PaymentAnswer {
  if (status === 202) return notSettled(body)
  const payment = body as Payment
  return { settled: true, paymentId: payment.id, position: headers.get(POSITION_HEADER) ?? '', payment }
}

function notSettled(body: unknown): NotSettled {
  const { id, position } = body as AcceptedCommand
  return { settled: false, paymentId: id, position }
}
