// Every metric of the product. The objects are made from this table, and a name or label that is not in it does not
// compile. docs/metrics.md is generated from it.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RoleName } from './role.ts'

export interface MetricEntry {
  /** Whose processes have it. */
  readonly roles: readonly RoleName[] | 'all'
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly unit: 'seconds' | 'records' | 'calls' | null
  /** Each takes few values: a payment's or a sender's id never is one. */
  readonly labels: readonly string[]
  /** Upper bounds, in the unit. */
  readonly buckets?: readonly number[]
  readonly why: string
}

const FAST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const PATIENT_SECONDS = [...FAST_SECONDS, 10, 30]

export const metricsTable = {
  aegispay_http_request_seconds: {
    roles: 'all',
    type: 'histogram',
    unit: 'seconds',
    labels: ['method', 'route', 'status'],
    buckets: PATIENT_SECONDS,
    why: 'Time from the arrival of a request to the end of its answer: what callers see.'
  },
  aegispay_http_requests_under_way: {
    roles: 'all',
    type: 'gauge',
    unit: null,
    labels: [],
    why: 'Requests of the API that are being worked on: most of them wait for Kafka, an answer or Postgres. At the limit they are refused.'
  },
  aegispay_event_loop_delay_seconds: {
    roles: 'all',
    type: 'gauge',
    unit: 'seconds',
    labels: [],
    why: 'How late the event loop was in the last fifth of a second: the process has more to do than its processor can.'
  },
  aegispay_http_shed_total: {
    roles: 'all',
    type: 'counter',
    unit: null,
    labels: ['kind', 'reason'],
    why: 'Requests refused because of load: reads or writes, for delay or backlog. More instances are needed.'
  },
  aegispay_rate_limited_total: {
    roles: 'all',
    type: 'counter',
    unit: null,
    labels: ['by'],
    why: 'Requests refused because their key or address makes too many.'
  },
  aegispay_rate_limit_fallbacks_total: {
    roles: 'all',
    type: 'counter',
    unit: null,
    labels: [],
    why: 'Times that Redis failed to count requests and the process went on by itself for a second: each instance then allows the whole limit.'
  },
  aegispay_commands_accepted_total: {
    roles: ['ingress'],
    type: 'counter',
    unit: null,
    labels: ['command'],
    why: 'Commands that Kafka has confirmed: the work that was promised.'
  },
  aegispay_answers_total: {
    roles: ['ingress'],
    type: 'counter',
    unit: null,
    labels: ['way'],
    why: 'How waiting senders got their answers: by reply, from the read model, or not in time (202). Few replies mean trouble with Redis, many 202 trouble behind.'
  },
  aegispay_ingress_waiting_requests: {
    roles: ['ingress'],
    type: 'gauge',
    unit: null,
    labels: [],
    why: 'Senders that wait for what comes of their command.'
  },
  aegispay_ingress_waiting_payments: {
    roles: ['ingress'],
    type: 'gauge',
    unit: null,
    labels: [],
    why: 'Payments that wait for a gateway, of the whole installation, counted no further than may wait. When it gets there, new payments are refused.'
  },
  aegispay_query_position_wait_seconds: {
    roles: ['query'],
    type: 'histogram',
    unit: 'seconds',
    labels: [],
    buckets: FAST_SECONDS,
    why: 'How long readers who sent a position waited until the read model showed it: how far behind writers see it.'
  },
  aegispay_query_payment_reads_total: {
    roles: ['query'],
    type: 'counter',
    unit: null,
    labels: ['from'],
    why: 'Payments that were read by their id, `from` the memory of the process, Redis or Postgres. Without Redis all come from Postgres.'
  },
  aegispay_stream_clients: {
    roles: ['query'],
    type: 'gauge',
    unit: null,
    labels: [],
    why: 'Live streams that are open.'
  },
  aegispay_stream_ends_total: {
    roles: ['query'],
    type: 'counter',
    unit: null,
    labels: ['reason'],
    why: 'Live streams that ended: `gone`, by the client; `too_slow`, it did not take what there was; `stopping`, with the process; otherwise the code of the error. Many that are too slow have too little room on their way.'
  },
  aegispay_producer_records_total: {
    roles: ['ingress', 'gateway', 'admin'],
    type: 'counter',
    unit: 'records',
    labels: ['topic', 'result'],
    why: 'Records sent outside transactions, and whether Kafka confirmed them: written or refused. A refused one may stand on the topic all the same.'
  },
  aegispay_producer_request_seconds: {
    roles: ['ingress', 'gateway', 'admin'],
    type: 'histogram',
    unit: 'seconds',
    labels: ['role'],
    buckets: FAST_SECONDS,
    why: 'Time until all in-sync replicas have a batch: what Kafka adds to every request.'
  },
  aegispay_producer_waiting_records: {
    roles: ['ingress', 'gateway', 'admin'],
    type: 'gauge',
    unit: 'records',
    labels: ['role'],
    why: 'Records that wait for the request under way to end: more than a few hundred say that the brokers are slow.'
  },
  aegispay_processor_partitions: {
    roles: ['processor'],
    type: 'gauge',
    unit: null,
    labels: ['state'],
    why: 'Partitions that this process owns, running or restoring. The sum over all processes is the number of partitions; less means that some stand still.'
  },
  aegispay_processor_lag_records: {
    roles: ['processor'],
    type: 'gauge',
    unit: 'records',
    labels: ['input', 'partition'],
    why: 'Records between what has been dealt with and the end of the input: how far the processor is behind.'
  },
  aegispay_processor_hidden_records: {
    roles: ['processor'],
    type: 'gauge',
    unit: 'records',
    labels: ['input', 'partition'],
    why: 'Records of an input that nobody can read yet, since a transaction before them is open: the high watermark less the last stable offset. Above zero for longer than a transaction may last, somebody leaves them open one after the other.'
  },
  aegispay_processor_queued_records: {
    roles: ['processor'],
    type: 'gauge',
    unit: 'records',
    labels: ['input'],
    why: 'Records that have been fetched and not dealt with. Lag without them is Kafka being slow, lag with them the processor, or the gateways that it waits for.'
  },
  aegispay_processor_takeover_seconds: {
    roles: ['processor'],
    type: 'histogram',
    unit: 'seconds',
    labels: [],
    buckets: PATIENT_SECONDS,
    why: 'Time from fencing the last owner of a partition until it runs here: how long its payments stood still.'
  },
  aegispay_processor_restored_records_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: [],
    why: "Records of changelogs that were read to take partitions over. Few when the states on this machine's disk are fresh."
  },
  aegispay_processor_restore_remaining_records: {
    roles: ['processor'],
    type: 'gauge',
    unit: null,
    labels: ['partition'],
    why: "Offsets of a partition's changelog that are still to be read before its payments go on; 0 when it has been restored."
  },
  aegispay_processor_replies_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: ['result'],
    why: 'Answers sent to those who wait, over Redis: sent, or lost because Redis was away, to be found in the read model.'
  },
  aegispay_processor_transactions_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: ['result'],
    why: 'Transactions that were committed, aborted, or given up with their producer.'
  },
  aegispay_processor_transaction_seconds: {
    roles: ['processor'],
    type: 'histogram',
    unit: 'seconds',
    labels: [],
    buckets: FAST_SECONDS,
    why: 'Time of a transaction from begin to a definite commit: the floor of every answer.'
  },
  aegispay_processor_inputs_total: {
    roles: ['processor'],
    type: 'counter',
    unit: 'records',
    labels: ['input'],
    why: 'Records that were processed, by the topic they came from.'
  },
  aegispay_processor_dead_letters_total: {
    roles: ['processor'],
    type: 'counter',
    unit: 'records',
    labels: ['reason'],
    why: 'Records that can never be processed: someone produces what nobody understands.'
  },
  aegispay_processor_forwarded_total: {
    roles: ['processor'],
    type: 'counter',
    unit: 'records',
    labels: [],
    why: 'Commands that stood on the wrong partition: a producer uses another partitioner, and pays for it in latency.'
  },
  aegispay_processor_rebuilds_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: ['reason'],
    why: 'Times that a partition was built anew from its changelog without a change of owner: something is unsteady.'
  },
  aegispay_gateway_calls_total: {
    roles: ['gateway'],
    type: 'counter',
    unit: 'calls',
    labels: ['gateway', 'action', 'outcome'],
    why: 'What the gateways answer: to calls (`PERFORM`), and when they are asked what became of one (`LOOK_UP`).'
  },
  aegispay_gateway_notifications_total: {
    roles: ['ingress'],
    type: 'counter',
    unit: null,
    labels: ['gateway', 'outcome'],
    why: 'Notifications of gateways that were stored, by what they say; `ignored` ones concern no operation of ours.'
  },
  aegispay_gateway_unknown_codes_total: {
    roles: ['gateway', 'ingress'],
    type: 'counter',
    unit: null,
    labels: ['gateway', 'code'],
    why: 'Declines with a code that is not in the table of the adapter, which are never tried again: sort it in. Of one process at most 50 codes; those after are `other`.'
  },
  aegispay_processor_velocity_counts_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: ['result'],
    why: 'Payments counted for fraud rules, by result: `missing` when Redis did not answer in time, and the rules judged without it.'
  },
  aegispay_processor_old_unknowns_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: ['gateway'],
    why: 'Look-ups of operations whose outcome has not been known for longer than their merchant has set: somebody should ask the gateway, and resolve them.'
  },
  aegispay_gateway_contradictions_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: ['gateway', 'stated'],
    why: 'Outcomes that go against what is on record: a gateway may hold money that no payment shows. Each needs a person.'
  },
  aegispay_gateway_call_seconds: {
    roles: ['gateway'],
    type: 'histogram',
    unit: 'seconds',
    labels: ['gateway'],
    buckets: PATIENT_SECONDS,
    why: 'How long the gateways take.'
  },
  aegispay_gateway_in_flight: {
    roles: ['gateway'],
    type: 'gauge',
    unit: 'calls',
    labels: [],
    why: 'Calls that are under way now.'
  },
  aegispay_gateway_breaker: {
    roles: ['gateway'],
    type: 'gauge',
    unit: null,
    labels: ['gateway', 'state'],
    why: 'State of the circuit breaker before each gateway that was called: 1 for `CLOSED`, `HALF_OPEN` or `OPEN`, 0 for the other two. While it is open no call is made.'
  },
  aegispay_gateway_rejections_total: {
    roles: ['gateway'],
    type: 'counter',
    unit: 'calls',
    labels: ['gateway', 'reason'],
    why: 'Calls that were not made: `gateway_breaker_open`; `gateway_busy`, too many were waiting; `gateway_rate_limited`, the gateway or its profile allows no more for now.'
  },
  aegispay_processor_retries_total: {
    roles: ['processor'],
    type: 'counter',
    unit: null,
    labels: ['gateway', 'retry'],
    why: 'Second and later attempts of operations: `made`, the gateway was asked again; `put_off`, its retry budget was spent, and the retry waits.'
  },
  aegispay_gateway_leases_total: {
    roles: ['gateway'],
    type: 'counter',
    unit: null,
    labels: ['lease'],
    why: 'What came of asking Redis for the lease of a call: `OURS`; `TAKEN`, another executor is calling and this one waits; `NONE`, Redis did not say in time and the call was made without.'
  },
  aegispay_gateway_lag_records: {
    roles: ['gateway'],
    type: 'gauge',
    unit: 'records',
    labels: ['partition'],
    why: 'Gateway requests that are not finished: waiting, or under way.'
  },
  aegispay_projection_transaction_seconds: {
    roles: ['projector'],
    type: 'histogram',
    unit: 'seconds',
    labels: ['view'],
    buckets: FAST_SECONDS,
    why: 'Time that Postgres takes for one transaction of a view.'
  },
  aegispay_projection_events_total: {
    roles: ['projector'],
    type: 'counter',
    unit: 'records',
    labels: ['view'],
    why: 'Records that the read models have taken in.'
  },
  aegispay_projection_skipped_total: {
    roles: ['projector'],
    type: 'counter',
    unit: 'records',
    labels: ['view'],
    why: 'Records on `customers` that no row can be made of: a direct producer writes what nobody can read or file.'
  },
  aegispay_projection_lag_records: {
    roles: ['projector'],
    type: 'gauge',
    unit: 'records',
    labels: ['view', 'partition'],
    why: 'Records between the end of the log and what the read models show: how stale a read is.'
  },
  aegispay_audit_anchors_total: {
    roles: ['projector'],
    type: 'counter',
    unit: null,
    labels: ['topic'],
    why: 'Anchors of the audit trail that Kafka has confirmed. None while records are taken in: there is no key, or the brokers take none.'
  },
  aegispay_webhook_events_total: {
    roles: ['delivery'],
    type: 'counter',
    unit: 'records',
    labels: [],
    why: 'Events that delivery has read: what could become a webhook.'
  },
  aegispay_webhook_lag_records: {
    roles: ['delivery'],
    type: 'gauge',
    unit: 'records',
    labels: ['partition'],
    why: 'Events that delivery has yet to read.'
  },
  aegispay_webhook_attempts_total: {
    roles: ['delivery'],
    type: 'counter',
    unit: 'calls',
    labels: ['outcome'],
    why: 'Attempts to deliver a webhook: `delivered`; `answered`, with a status that is none of success; `refused`, an address that nothing is sent to; `unanswered`.'
  },
  aegispay_webhook_attempt_seconds: {
    roles: ['delivery'],
    type: 'histogram',
    unit: 'seconds',
    labels: [],
    buckets: PATIENT_SECONDS,
    why: 'How long the receivers of webhooks take.'
  },
  aegispay_webhook_pending: {
    roles: ['delivery'],
    type: 'gauge',
    unit: null,
    labels: [],
    why: 'Webhooks of the whole installation that wait for their first or their next attempt, or for the end of a pause.'
  },
  aegispay_webhook_endpoints: {
    roles: ['delivery'],
    type: 'gauge',
    unit: null,
    labels: ['status'],
    why: 'Endpoints of the whole installation: `enabled`; `paused`, as one that fails for long pauses itself; `disabled`, since it answered 410.'
  },
  aegispay_webhook_endpoints_stopped_total: {
    roles: ['delivery'],
    type: 'counter',
    unit: null,
    labels: ['status'],
    why: 'Endpoints that were stopped because of their answers, `paused` or `disabled`: their merchants may not know yet.'
  },
  aegispay_mail_attempts_total: {
    roles: ['delivery'],
    type: 'counter',
    unit: null,
    labels: ['outcome'],
    why: 'Mails to customers: `sent`, the server has it; `failed`, for now; `refused`, for good; `skipped`, nobody was to be told.'
  },
  aegispay_control_offset: {
    roles: ['ingress', 'query', 'processor', 'gateway', 'delivery', 'admin'],
    type: 'gauge',
    unit: null,
    labels: [],
    why: 'Offset of the last change of control data that this process has taken in; all processes should show the same.'
  },
  aegispay_listener_lag_records: {
    roles: ['listener'],
    type: 'gauge',
    unit: 'records',
    labels: ['listener', 'partition'],
    why: 'Records between what a listener has dealt with and the end of the event store. One that throws gets the same events again, and its lag grows.'
  },
  aegispay_hook_asks_total: {
    roles: ['ingress', 'processor', 'gateway', 'listener'],
    type: 'counter',
    unit: null,
    labels: ['hook', 'result'],
    why: 'What came of asking a hook: answered, late, failed (it threw), died (its thread ended meanwhile), or not-asked (its thread was not there, or behind). Other than answered, decisions went on without it.'
  },
  aegispay_hook_seconds: {
    roles: ['ingress', 'processor', 'gateway', 'listener'],
    type: 'histogram',
    unit: 'seconds',
    labels: ['hook'],
    buckets: PATIENT_SECONDS,
    why: 'Time that a hook took for an answer, or until it was no longer waited for.'
  },
  aegispay_hook_restarts_total: {
    roles: ['ingress', 'processor', 'gateway', 'listener'],
    type: 'counter',
    unit: null,
    labels: ['hook'],
    why: 'Threads of hooks that ended by themselves, for their memory, or because they were stuck, and were started anew.'
  },
  aegispay_control_silence_seconds: {
    roles: ['ingress', 'query', 'processor', 'gateway', 'delivery', 'admin'],
    type: 'gauge',
    unit: 'seconds',
    labels: [],
    why: 'Time since the brokers last answered the reader of control data: how old merchants, keys and profiles may be here.'
  },
  aegispay_postgres_connections: {
    roles: ['ingress', 'query', 'projector', 'delivery', 'admin'],
    type: 'gauge',
    unit: null,
    labels: ['pool', 'state'],
    why: 'Connections of the readers, of the projector and of delivery, busy or idle.'
  },
  aegispay_postgres_waiting: {
    roles: ['ingress', 'query', 'projector', 'delivery', 'admin'],
    type: 'gauge',
    unit: null,
    labels: ['pool'],
    why: 'Queries that wait for a connection: above zero for long, the pool is too small or Postgres too slow.'
  },
  aegispay_redis_up: {
    roles: 'all',
    type: 'gauge',
    unit: null,
    labels: ['connection'],
    why: 'Whether the connection for commands, for replies or for announcements is there: 1 or 0. Without it everything works, more slowly.'
  }
} as const satisfies Record<string, MetricEntry>

type Table = typeof metricsTable
type NameOf<T extends MetricEntry['type']> = {
  [N in keyof Table]: Table[N]['type'] extends T ? N : never
}[keyof Table]
type LabelOf<N extends keyof Table> = Table[N]['labels'][number]

/** The metrics of one process: those of its roles, and Node's own. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #made: ReadonlyMap<string, unknown>
  readonly #updates: (() => void)[] = []

  /** @param names the roles of the process; all unless given */
  constructor(names?: readonly RoleName[]) {
    const isHere = ({ roles }: MetricEntry) =>
      names === undefined || roles === 'all' || roles.some(role => names.includes(role))
    const here = Object.entries<MetricEntry>(metricsTable).filter(([, entry]) => isHere(entry))
    this.#made = new Map(here.map(([name, entry]) => [name, this.#make(name, entry)]))
    collectDefaultMetrics({ register: this.#registry })
  }

  counter<N extends NameOf<'counter'>>(name: N): Counter<LabelOf<N>> {
    return this.#get(name) as Counter<LabelOf<N>>
  }

  gauge<N extends NameOf<'gauge'>>(name: N): Gauge<LabelOf<N>> {
    return this.#get(name) as Gauge<LabelOf<N>>
  }

  histogram<N extends NameOf<'histogram'>>(name: N): Histogram<LabelOf<N>> {
    return this.#get(name) as Histogram<LabelOf<N>>
  }

  #get(name: string): unknown {
    const made = this.#made.get(name)
    if (made === undefined) throw new Error(`${name} is a metric of other roles than those of this process`)
    return made
  }

  /** Brings gauges up to date before they are read: for what is known at any time and counted by nobody. */
  beforeReading(update: () => void): void {
    this.#updates.push(update)
  }

  /** Everything in Prometheus' text format. */
  async render(): Promise<{ contentType: string; text: string }> {
    for (const update of this.#updates) update()
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  #make(name: string, { type, labels, buckets, why }: MetricEntry): Counter | Gauge | Histogram {
    const options = { name, help: why, labelNames: [...labels], registers: [this.#registry] }
    switch (type) {
      case 'counter':
        return new Counter(options)
      case 'gauge':
        return new Gauge(options)
      case 'histogram':
        return new Histogram({ ...options, ...(buckets === undefined ? {} : { buckets: [...buckets] }) })
    }
  }
}
