import type { ContactKey } from '../customers/contact-key.ts'
import type {
  DeclineCount,
  DeclinesRequest,
  FiguresPage,
  FiguresRequest,
  UnderWay,
  Whose
} from '../projections/analytics/queries.ts'
import type { AuditEntryView } from '../projections/audit/queries.ts'
import type { CustomerView } from '../projections/customers/queries.ts'
import type {
  EventView,
  Moment,
  PaymentHistory,
  RefundHistory
} from '../projections/payment-events/queries.ts'
import type {
  HeldPayment,
  PaymentFilter,
  PaymentPageRequest,
  UnknownOutcome
} from '../projections/payments/queries.ts'
import type { StatementParts, StatementPeriod } from '../projections/statements/queries.ts'
import type { PaymentView } from '../domain/payment/view.ts'
import { ApiError } from '../errors.ts'
import type { Page, PageRequest } from '../page.ts'
import type { InputPosition } from '../position.ts'

/** What the routes read. */
export interface ReadModel {
  findPayment(merchantId: string, id: string): Promise<PaymentView | null>
  findPaymentAsOf(merchantId: string, id: string, moment: Moment): Promise<PaymentView | null>
  listPayments(
    merchantId: string,
    filter: PaymentFilter,
    page: PaymentPageRequest
  ): Promise<Page<PaymentView>>
  listEvents(merchantId: string, paymentId: string): Promise<EventView[] | null>
  listRefunds(merchantId: string, paymentId: string): Promise<RefundHistory[] | null>
  listHistories(
    merchantId: string,
    paymentIds: readonly string[]
  ): Promise<ReadonlyMap<string, PaymentHistory>>
  /** Of all merchants. */
  listUnknown(page: PageRequest): Promise<Page<UnknownOutcome>>
  /** Of all merchants. */
  listHeld(page: PageRequest): Promise<Page<HeldPayment>>
  paymentFigures(whose: Whose, asked: FiguresRequest): Promise<FiguresPage>
  underWay(whose: Whose): Promise<UnderWay[]>
  declineCounts(whose: Whose, asked: DeclinesRequest): Promise<DeclineCount[]>
  findCustomer(key: ContactKey): Promise<CustomerView | null>
  /** At most so many entries. Null when the merchant has had no payment of the customer. */
  findStatement(key: ContactKey, period: StatementPeriod, most: number): Promise<StatementParts | null>
  listAudit(merchantId: string, paymentId: string): Promise<AuditEntryView[] | null>
  /**
   * Offset of the last record of an input's partition whose effects all of it shows; -1 when there is none.
   * @param views that count; those of payments and their events unless given
   */
  handledThrough(input: InputPosition['input'], partition: number, views?: readonly string[]): Promise<number>
}

/** Milliseconds that a reader waits for its own write. */
const WAIT_MS = 2_000
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 200

/**
 * Resolves when the read model shows what the input at the position did.
 *
 * @throws ApiError read_model_behind when it does not within 2 seconds
 */
export async function untilVisible(
  model: Pick<ReadModel, 'handledThrough'>,
  { input, partition, offset }: InputPosition,
  waitMs = WAIT_MS
): Promise<void> {
  const deadline = Date.now() + waitMs
  let pause = FIRST_PAUSE_MS
  while ((await model.handledThrough(input, partition)) < offset) {
    if (Date.now() + pause > deadline) throw new ApiError('read_model_behind')
    await new Promise(resolve => setTimeout(resolve, pause))
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}
