import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ControlTable } from '../control/table.ts'
import { Probe } from '../platform/probe.ts'
import type { Role } from '../platform/role.ts'
import { handledThrough, listEvents } from '../projections/payment-events/queries.ts'
import { findPayment, listPayments } from '../projections/payments/queries.ts'
import { topicNames } from '../topics.ts'
import type { QueryService } from './routes.ts'

export interface QueryDeps {
  readonly control: ControlTable
  readonly pool: Pool
  /** Of topics. */
  readonly prefix: string
  /** Of the commands' topic. */
  readonly partitions: number
  readonly log: Logger
}

export function startQuery({ control, pool, prefix, partitions, log }: QueryDeps): Role & QueryService {
  const postgres = Probe.start('PostgreSQL', () => pool.query('SELECT 1'), log)
  const topics = topicNames(prefix)
  return {
    name: 'query',
    model: {
      findPayment: (merchantId, id) => findPayment(pool, merchantId, id),
      listPayments: (merchantId, filter) => listPayments(pool, merchantId, filter),
      listEvents: (merchantId, paymentId) => listEvents(pool, merchantId, paymentId),
      handledThrough: (input, partition) => handledThrough(pool, { topic: topics[input], partition })
    },
    keys: control,
    partitions,
    notReady: () => control.notReady() ?? postgres.trouble,
    stop() {
      postgres.stop()
      return Promise.resolve()
    }
  }
}
