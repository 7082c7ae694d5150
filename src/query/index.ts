import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { ControlTable } from '../control/table.ts'
import type { HealthTable } from '../health/table.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Role } from '../platform/role.ts'
import { declineCounts, paymentFigures, underWay } from '../projections/analytics/queries.ts'
import { followAnnouncements } from '../projections/announcements.ts'
import { listAudit } from '../projections/audit/queries.ts'
import { findCustomer } from '../projections/customers/queries.ts'
import {
  findPaymentAsOf,
  handledThrough,
  listEvents,
  listHistories,
  listRefunds
} from '../projections/payment-events/queries.ts'
import {
  findPayment,
  findPaymentAndPosition,
  listHeld,
  listPayments,
  listUnknown,
  standingOfPayments
} from '../projections/payments/queries.ts'
import { readFreshness } from '../projections/freshness.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import { SharedPayments } from '../projections/shared-payments.ts'
import { findStatement } from '../projections/statements/queries.ts'
import { topicNames } from '../topics.ts'
import { FreshnessTable } from './freshness.ts'
import { PaymentCache } from './payment-cache.ts'
import type { QueryService } from './routes.ts'
import { StreamHub, type StreamLimits } from './stream/hub.ts'
import type { StreamService } from './stream/routes.ts'

export interface QueryDeps {
  readonly control: ControlTable
  readonly health: HealthTable
  readonly reads: ReadDatabase
  readonly redis: Redis
  /** Another connection to Redis, which does nothing else. */
  readonly subscriber: Redis
  /** Of topics. */
  readonly prefix: string
  /** Of the commands' topic. */
  readonly partitions: number
  readonly streams: StreamLimits
  readonly metrics: Metrics
  readonly log: Logger
}

export function startQuery({
  control,
  health,
  reads,
  redis,
  subscriber,
  prefix,
  partitions,
  streams: limits,
  metrics,
  log
}: QueryDeps): Role & QueryService & StreamService {
  const topics = topicNames(prefix)
  const freshness = new FreshnessTable(
    () => readFreshness(reads, partitions),
    error => log.debug({ error }, 'it is not known how fresh the read models are')
  )
  const waits = metrics.histogram('aegispay_query_position_wait_seconds')
  const cache = new PaymentCache({
    read: (merchantId, id, partition) => findPaymentAndPosition(reads, merchantId, id, partition),
    standing: async () => {
      const { offsets, table } = await standingOfPayments(reads)
      const positions = Array.from({ length: partitions }, (_, partition) => offsets.get(partition) ?? 0)
      return { positions, table }
    },
    shared: new SharedPayments(redis, prefix),
    ...{ partitions, metrics, log }
  })
  const streams = new StreamHub({
    ...{ reads, partitions, limits, metrics, log },
    heardThrough: () => cache.heardThrough
  })
  // The cache first: what the stream tells of must not be read older than it was told.
  followAnnouncements(subscriber, prefix, [cache, streams], log)
  return {
    name: 'query',
    model: {
      findPayment: (merchantId, id) => findPayment(reads, merchantId, id),
      findPaymentAsOf: (merchantId, id, moment) => findPaymentAsOf(reads, merchantId, id, moment),
      listPayments: (merchantId, filter, page) => listPayments(reads, merchantId, filter, page),
      listEvents: (merchantId, paymentId) => listEvents(reads, merchantId, paymentId),
      listRefunds: (merchantId, paymentId) => listRefunds(reads, merchantId, paymentId),
      listHistories: (merchantId, ids) => listHistories(reads, merchantId, ids),
      listUnknown: page => listUnknown(reads, page),
      listHeld: page => listHeld(reads, page),
      paymentFigures: (whose, asked) => paymentFigures(reads, whose, asked),
      underWay: whose => underWay(reads, whose),
      declineCounts: (whose, asked) => declineCounts(reads, whose, asked),
      findCustomer: key => findCustomer(reads, key),
      findStatement: (key, period, most) => findStatement(reads, key, period, most),
      listAudit: (merchantId, paymentId) => listAudit(reads, merchantId, paymentId),
      handledThrough: (input, partition, views) =>
        handledThrough(reads, { topic: topics[input], partition }, views)
    },
    keys: control,
    freshnessOf: views => freshness.of(views),
    merchants: () =>
      control.list('merchants').map(({ document: { id, name, active } }) => ({ id, name, active })),
    gatewaysSeen: () => health.seen(),
    partitions,
    streams,
    cache,
    waited: seconds => waits.observe(seconds),
    notReady: () => control.notReady(),
    stop() {
      freshness.stop()
      streams.close()
      cache.stop()
      return Promise.resolve()
    }
  }
}
