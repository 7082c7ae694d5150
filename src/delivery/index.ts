import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, Kafka } from 'kafkajs'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ControlTable } from '../control/table.ts'
import { ApiError } from '../errors.ts'
import { groupNames } from '../groups.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import type { Settings } from '../platform/config/settings.ts'
import { JobQueue } from '../platform/job-queue.ts'
import { logBounds } from '../platform/kafka/log-bounds.ts'
import type { Metrics } from '../platform/metrics.ts'
import { inTransaction } from '../platform/postgres.ts'
import { repeat } from '../platform/repeat.ts'
import type { Role } from '../platform/role.ts'
import { watchForStalls } from '../platform/stall-watch.ts'
import type { Tracing } from '../platform/tracing/tracing.ts'
import { beginAt } from '../projections/positions.ts'
import { Projector } from '../projections/projector.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import { topicNames } from '../topics.ts'
import { Deliveries } from './deliveries.ts'
import { Dispatcher } from './dispatcher.ts'
import { Endpoints } from './endpoints.ts'
import { figuresOf } from './figures.ts'
import { INTAKE, intake } from './intake.ts'
import { LaneRunner } from './lane-runner.ts'
import { LANES, type Lane } from './lane.ts'
import { startMails, type Mails } from './mail/index.ts'
import { listNotifications } from './mail/notification.ts'
import type { NotificationListing } from './mail/routes.ts'
import { queuePending } from './queue-pending.ts'
import { SecretBox } from './secrets.ts'
import { Sender } from './sender.ts'
import type { DeliveryService, Webhooks } from './service.ts'
import { testEndpoint } from './tester.ts'

export interface DeliveryDeps {
  readonly kafka: Kafka
  /** As the owner of the tables. */
  readonly pool: Pool
  readonly reads: ReadDatabase
  readonly codec: AvroCodec
  readonly control: ControlTable
  /** Of topics and groups. */
  readonly prefix: string
  readonly settings: Settings['webhooks']
  readonly mail: Settings['mail']
  /** Milliseconds without a heartbeat after which the group gives this member's partitions to others. */
  readonly sessionTimeoutMs: number
  /** Milliseconds without progress, with events there, after which the role cannot go on. */
  readonly noProgressMs: number
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  /** The role cannot go on and has to be started anew. */
  readonly fatal: (error: Error) => void
  readonly log: Logger
}

/** Milliseconds after which what could not begin, since a service is away, is tried again. */
const BEGIN_AGAIN_MS = 1000
const FIGURES_MS = 5000

/** Tells merchants what happens to their payments, and their customers. It begins once PostgreSQL and Kafka answer, which may be later. */
export async function startDelivery(
  deps: DeliveryDeps
): Promise<Role & DeliveryService & NotificationListing> {
  const { kafka, control, settings, log } = deps
  const admin = kafka.admin()
  await admin.connect()
  const rules = { allowLoopback: settings.allowLoopback }
  const sender = new Sender({ ...rules, timeoutMs: settings.timeoutMs })
  const stopping = new AbortController()
  let running: Running | null = null
  let trouble: string | null = 'has not begun'

  async function begin(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        running = await Running.begin(deps, admin, sender)
        trouble = null
        return
      } catch (error) {
        trouble = `cannot begin: ${String(error)}`
        log.warn({ error }, 'delivery cannot begin now; will retry')
        await delay(BEGIN_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }
  const begun = begin()

  return {
    name: 'delivery',
    keys: control,
    rules,
    webhooks() {
      if (settings.keys === null) throw new ApiError('webhooks_off')
      if (running?.webhooks == null) throw new ApiError('webhooks_unavailable')
      return running.webhooks
    },
    notifications: (...asked) => listNotifications(deps.reads, ...asked),
    notReady: () => control.notReady() ?? trouble ?? running?.notReady() ?? null,
    async stop() {
      stopping.abort()
      await begun
      await running?.stop()
      await sender.stop()
      await admin.disconnect()
    }
  }
}

/** Delivery with its queue and its position. */
class Running {
  /** Null without keys. */
  readonly webhooks: Webhooks | null
  readonly #queue: JobQueue<Lane>
  readonly #projector: Projector
  readonly #dispatcher: Dispatcher<Lane> | null
  readonly #mails: Mails | null
  readonly #sender: Sender
  readonly #ends: readonly (() => void)[]

  private constructor(
    parts: {
      readonly queue: JobQueue<Lane>
      readonly projector: Projector
      readonly dispatcher: Dispatcher<Lane> | null
      readonly mails: Mails | null
      readonly sender: Sender
    },
    webhooks: Webhooks | null,
    ends: readonly (() => void)[]
  ) {
    this.#queue = parts.queue
    this.#projector = parts.projector
    this.#dispatcher = parts.dispatcher
    this.#mails = parts.mails
    this.#sender = parts.sender
    this.webhooks = webhooks
    this.#ends = ends
  }

  static async begin(deps: DeliveryDeps, admin: Admin, sender: Sender): Promise<Running> {
    const { kafka, pool, codec, prefix, settings, sessionTimeoutMs, metrics, tracing, fatal, log } = deps
    const topic = topicNames(prefix).events
    const ends = new Map([...(await logBounds(admin, topic))].map(([partition, { end }]) => [partition, end]))
    // What happened before there was any delivery is sent to nobody.
    await beginAt(pool, INTAKE, ends)
    const queue = await JobQueue.connect<Lane>(pool, LANES, log)
    // The queue may have been lost, or left behind when the tables were copied.
    await inTransaction(pool, db => queuePending(db, queue))
    const { reads, control, mail } = deps
    const mails = await startMails({ admin, pool, reads, control, prefix, settings: mail, metrics, log })
    const figures = figuresOf(metrics)
    const box = settings.keys === null ? null : new SecretBox(settings.keys)
    const dispatcher =
      box === null
        ? null
        : new Dispatcher(
            queue,
            new LaneRunner({
              ...{ pool, queue, box, sender, metrics: figures, log },
              pausesMs: settings.retryMs.map(Number),
              pauseAfterMs: settings.pauseAfterMs
            }),
            log
          )
    const options = {
      kafka,
      admin,
      pool,
      codec,
      topic,
      groupId: groupNames(prefix).delivery,
      sessionTimeoutMs
    }
    const projector = await Projector.start(
      {
        ...options,
        applied: (_, { records }) => {
          figures.taken(records)
          dispatcher?.wake()
          mails?.wake()
        },
        ...{ tracing, fatal, log }
      },
      intake(queue, mails?.intake ?? null)
    )
    const unknown = (error: unknown) => log.debug({ error }, 'the figures of delivery are not known')
    const endFigures = repeat(
      FIGURES_MS,
      async () => {
        figures.lag(projector.positions(), await logBounds(admin, topic))
        await figures.read(pool)
      },
      unknown
    )
    const endWatch = watchForStalls({
      limitMs: deps.noProgressMs,
      look: async () => {
        // While it gives no answer nobody gets on.
        await pool.query('SELECT 1')
        return projector.duties(await logBounds(admin, topic))
      },
      stalled: fatal
    })
    const webhooks = box === null ? null : webhooksOf(deps, queue, box, sender)
    return new Running({ queue, projector, dispatcher, mails, sender }, webhooks, [endFigures, endWatch])
  }

  notReady(): string | null {
    return this.#projector.notReady() ?? this.#dispatcher?.trouble ?? this.#mails?.trouble() ?? null
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) end()
    await Promise.all([
      this.#projector.stop(),
      this.#dispatcher?.stop(() => this.#sender.stop()),
      this.#mails?.stop()
    ])
    await this.#queue.stop()
  }
}

function webhooksOf(
  { pool, reads }: DeliveryDeps,
  queue: JobQueue<Lane>,
  box: SecretBox,
  sender: Sender
): Webhooks {
  return {
    endpoints: new Endpoints({ pool, reads, queue, box }),
    deliveries: new Deliveries({ pool, reads, queue }),
    test: endpoint => testEndpoint({ pool, box, sender }, endpoint)
  }
}
