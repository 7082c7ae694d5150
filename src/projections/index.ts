import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { groupNames } from '../groups.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { logBounds } from '../platform/kafka/log-bounds.ts'
import type { Role } from '../platform/role.ts'
import { repeat } from '../platform/repeat.ts'
import { watchForStalls } from '../platform/stall-watch.ts'
import type { Tracing } from '../platform/tracing/tracing.ts'
import { topicNames, topics as table } from '../topics.ts'
import { analyticsView } from './analytics/index.ts'
import { announce, announcementOf } from './announcements.ts'
import { Anchors, type AnchorsDeps } from './audit/anchors.ts'
import { auditViews } from './audit/index.ts'
import { customersView } from './customers/index.ts'
import { paymentEventsView } from './payment-events/index.ts'
import { paymentsView } from './payments/index.ts'
import { statementsView } from './statements/index.ts'
import { noteFreshness } from './freshness.ts'
import { LogEnds } from './log-ends.ts'
import { Projector } from './projector.ts'
import type { Share } from './shared-transactions.ts'
import { eventViewNames, type Applied, type View } from './view.ts'

export const views: readonly View[] = [
  ...[paymentsView, paymentEventsView, analyticsView, statementsView, customersView],
  ...auditViews
]

/** Those of which somebody keeps, or waits for, something. */
const announced: ReadonlySet<string> = new Set(eventViewNames)

/** How often the ends of the logs are looked at, which is how finely it is known how old a view is. */
const LAG_INTERVAL_MS = 500

export interface ProjectionMetrics {
  /** A transaction has been committed. */
  applied(view: string, applied: Applied): void
  /** How many records of a partition a view has yet to see; null when another process holds the partition. */
  lag(view: string, partition: number, records: number | null): void
  /** An anchor of the audit trail of a topic is on its topic. */
  anchored(topic: string): void
}

export interface ProjectionsDeps {
  readonly kafka: Kafka
  readonly pool: Pool
  /** Where readers are told what has changed. */
  readonly redis: Redis
  readonly codec: AvroCodec
  /** Of topics and groups. */
  readonly prefix: string
  /** Milliseconds without a heartbeat after which the group gives this member's partitions to others. */
  readonly sessionTimeoutMs: number
  /** Milliseconds without progress, with events there, after which the role cannot go on. */
  readonly noProgressMs: number
  /** Null where the audit trail is not anchored. */
  readonly anchors: AnchorPorts | null
  readonly metrics: ProjectionMetrics
  readonly tracing: Tracing | null
  /** The role cannot go on and has to be started anew. */
  readonly fatal: (error: Error) => void
  readonly log: Logger
}

/** What the audit trail is anchored with. */
export type AnchorPorts = Pick<AnchorsDeps, 'signer' | 'everyRecords' | 'everyMs' | 'write' | 'files'>

/** Starts every view, each under a consumer group of its own, so that one that stops holds up no other. */
export async function startProjections(deps: ProjectionsDeps): Promise<Role> {
  const { kafka, pool, redis, codec, prefix, sessionTimeoutMs, noProgressMs, metrics, tracing, fatal, log } =
    deps
  const topics = topicNames(prefix)
  const admin = kafka.admin()
  await admin.connect()
  const projectors = await Promise.all(
    views.map(async view => {
      const groupId = groupNames(prefix).projection(view.name)
      const topic = topics[view.topic]
      const applied = metrics.applied.bind(metrics)
      const shared = { kafka, admin, pool, codec, topic, sessionTimeoutMs, applied, tracing, fatal, log }
      const committed = (shares: readonly Share[]) => {
        if (announced.has(view.name)) announce(redis, prefix, announcementOf(view.name, shares))
      }
      return {
        view,
        logEnds: new LogEnds(),
        projector: await Projector.start({ ...shared, groupId, committed }, view)
      }
    })
  )
  const anchors = deps.anchors === null ? null : startAnchors(deps.anchors)
  if (anchors === null) log.warn('the audit trail gets no anchors: AEGISPAY_AUDIT_KEY_FILE is not given')
  const stopReporting = repeat(LAG_INTERVAL_MS, reportLag, error =>
    log.debug({ error }, 'the lag of the projections is not known')
  )

  const stopWatching = watchForStalls({
    limitMs: noProgressMs,
    look: async () => {
      // While it gives no answer nobody gets on.
      await pool.query('SELECT 1')
      const bounds = await readBounds()
      return projectors.flatMap(({ view, projector }) => projector.duties(bounds[view.topic]))
    },
    stalled: fatal
  })

  function startAnchors(ports: AnchorPorts): Anchors {
    const anchored = auditViews.map(view => {
      const { projector } = projectors.find(started => started.view === view)!
      const { name } = view
      return { name, topic: table[view.topic].name, positions: () => projector.positions() }
    })
    const written = metrics.anchored.bind(metrics)
    return Anchors.start({ ...ports, views: anchored, pool, installation: prefix, written, log })
  }

  async function readBounds() {
    const [events, customers, control] = await Promise.all([
      logBounds(admin, topics.events),
      logBounds(admin, topics.customers),
      logBounds(admin, topics.control)
    ])
    return { events, customers, control }
  }

  async function reportLag(): Promise<void> {
    const seenAt = performance.now()
    const bounds = await readBounds()
    const reached = projectors.flatMap(({ view, projector, logEnds }) => {
      const positions = projector.positions()
      const seen = [...bounds[view.topic]].map(([partition, { end }]) => ({ partition, offset: end, seenAt }))
      for (const { partition, offset } of seen) {
        const position = positions.get(partition)
        metrics.lag(view.name, partition, position === undefined ? null : Math.max(0, offset - position))
      }
      return logEnds.reached(seen, positions).map(end => ({ view: view.name, ...end }))
    })
    await noteFreshness(pool, reached, performance.now())
  }

  return {
    name: 'projector',
    notReady() {
      for (const { projector } of projectors) {
        const reason = projector.notReady()
        if (reason !== null) return `${projector.name}: ${reason}`
      }
      return null
    },
    async stop() {
      stopReporting()
      stopWatching()
      await anchors?.stop()
      await Promise.all(projectors.map(({ projector }) => projector.stop()))
      await admin.disconnect()
    }
  }
}
