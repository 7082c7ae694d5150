import type { Kafka, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { GatewayRequest } from '../../generated/records.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import { sleep, systemClock, type Clock } from '../../platform/clock.ts'
import { ProducerUnavailableError, type BatchingProducer } from '../../platform/kafka/batching-producer.ts'
import { GroupReader, SOLE_OWNERS_HEARTBEAT_MS } from '../../platform/kafka/group-reader.ts'
import { logBounds } from '../../platform/kafka/log-bounds.ts'
import { watchForStalls, type Duty } from '../../platform/stall-watch.ts'
import { processing } from '../../platform/tracing/messaging.ts'
import { traceparentIn } from '../../platform/tracing/traceparent.ts'
import type { Span, Tracing } from '../../platform/tracing/tracing.ts'
import { transportHeaders } from '../../replies.ts'
import type { Caller } from './caller.ts'
import { Progress } from './progress.ts'
import type { GatewayOutcome } from './spi.ts'

export interface ExecutorOptions {
  readonly kafka: Kafka
  readonly groupId: string
  readonly requestsTopic: string
  readonly outcomesTopic: string
  readonly codec: AvroCodec
  readonly producer: BatchingProducer
  /** Closed with the executor. */
  readonly caller: Caller
  readonly sessionTimeoutMs: number
  /** Milliseconds without progress, with requests there, after which the executor cannot go on. */
  readonly noProgressMs: number
  readonly observe: ExecutorObserver
  readonly tracing: Tracing | null
  readonly fatal: (error: Error) => void
  /** That of the system unless given. */
  readonly clock?: Clock
  readonly log: Logger
}

export interface ExecutorObserver {
  readonly call: (gateway: string, action: string, outcome: string, seconds: number) => void
  readonly inFlight: (calls: number) => void
}

/** Requests taken on and not finished, of all partitions, at which reading pauses; it resumes at half. */
const MAX_UNFINISHED = 2000
const FETCH_INTERVAL_MS = 5
const COMMIT_EVERY_MS = 250
/**
 * Milliseconds after which positions are committed again that have not moved. A commit that was given up may take effect
 * behind a later one, and what is finished would look unfinished from then on.
 */
const COMMIT_AGAIN_MS = 10_000
/** Milliseconds that a stop waits for the last one. */
const LAST_COMMIT_MS = 1000
const RETRY_MS = 500

/** The trace that a call is part of. */
interface CallTrace {
  readonly span: Span | null
  /** For what follows from the call. */
  readonly traceparent: string | undefined
}

/** One ownership of a partition of the requests. */
interface Assignment {
  readonly progress: Progress
  /** Requests before this offset stood there when the group was last joined. */
  firstDeliveryFrom: number
  next: number
  committed: number
}

/**
 * Makes the calls that payments asked for and reports what came of them. Many calls are under way at once and end in
 * any order. A request is done when its outcome stands on the topic; until then a successor makes the call again, under
 * the same idempotency key.
 */
export class GatewayExecutor {
  readonly #options: ExecutorOptions
  readonly #clock: Clock
  readonly #admin
  readonly #assignments = new Map<number, Assignment>()
  readonly #calls = new Set<Promise<void>>()
  #reader!: GroupReader
  #learning: Promise<void> = Promise.resolve()
  #endCommitting: () => void = () => undefined
  #commitUnderWay: Promise<void> | null = null
  /** When all positions were committed last, by the monotonic clock. */
  #committedAllAt = 0
  #generation = 0
  /** Requests taken on and not finished, those included that wait for the schema registry. */
  #unfinished = 0
  #isPaused = false
  #isStopping = false
  /** Another one whenever a request is finished, or waits for the schema registry or the brokers. */
  #progress = Symbol()
  /** When the last of the requests taken on has to be finished, if nothing goes wrong; epoch milliseconds. */
  #dueAt = 0
  #stopWatching: () => void = () => undefined

  private constructor(options: ExecutorOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#admin = options.kafka.admin()
  }

  static async start(options: ExecutorOptions): Promise<GatewayExecutor> {
    const executor = new GatewayExecutor(options)
    await executor.#start()
    return executor
  }

  /** How many requests of each partition have no outcome on the topic yet. */
  async unfinished(): Promise<ReadonlyMap<number, number>> {
    const bounds = await logBounds(this.#admin, this.#options.requestsTopic, this.#clock)
    const counts = [...this.#assignments].map(([partition, { progress }]) => {
      const { end } = bounds.get(partition)!
      return [partition, Math.max(0, end - progress.position)] as const
    })
    return new Map(counts)
  }

  /** Takes on nothing more, lets the calls under way end and reports them, then leaves the group. */
  async stop(): Promise<void> {
    this.#stopWatching()
    this.#isStopping = true
    for (const partition of this.#assignments.keys())
      this.#reader.pause(this.#options.requestsTopic, partition)
    await this.#learning
    await Promise.all(this.#calls)
    this.#endCommitting()
    // A position that is not committed only has a successor ask the gateways again.
    await Promise.race([this.#commit(), sleep(this.#clock, LAST_COMMIT_MS)])
    await this.#reader.stop()
    await this.#options.caller.close()
    await this.#admin.disconnect()
  }

  async #start(): Promise<void> {
    const { kafka, groupId, requestsTopic, sessionTimeoutMs, fatal } = this.#options
    await this.#admin.connect()
    await GroupReader.start(
      kafka,
      {
        ...{ groupId, topics: [requestsTopic], sessionTimeoutMs },
        ...{ heartbeatMs: SOLE_OWNERS_HEARTBEAT_MS, fetchIntervalMs: FETCH_INTERVAL_MS },
        clock: this.#clock
      },
      {
        joined: (assigned, reader) => {
          this.#reader = reader
          this.#assigned(new Set(assigned.get(requestsTopic) ?? []))
        },
        records: (_topic, partition, records, next) => this.#take(partition, records, next),
        advanced: (_topic, partition, next) => {
          const assignment = this.#assignments.get(partition)
          if (assignment !== undefined) this.#readTo(assignment, next)
        },
        crashed: fatal
      }
    )
    this.#endCommitting = this.#clock.every(COMMIT_EVERY_MS, () => void this.#commit())
    const look = () => this.#duties()
    this.#stopWatching = watchForStalls({
      limitMs: this.#options.noProgressMs,
      look,
      stalled: fatal,
      clock: this.#clock
    })
  }

  /** A gateway that takes its time is no fault of this process: what is under way is due when it must have ended. */
  async #duties(): Promise<Duty[]> {
    const isLate = this.#clock.now() > this.#dueAt
    return [...(await this.unfinished())].map(([partition, requests]) => ({
      name: `partition ${partition}`,
      progress: this.#progress,
      isDue: requests > 0 && isLate
    }))
  }

  /** Calls for partitions that have gone are still reported; only their progress counts no more. */
  #assigned(partitions: ReadonlySet<number>): void {
    for (const partition of this.#assignments.keys()) {
      if (!partitions.has(partition)) this.#assignments.delete(partition)
    }
    // Until their ends are known anew, what waits here may have been another's.
    for (const kept of this.#assignments.values()) kept.firstDeliveryFrom = Infinity
    this.#isPaused = false
    const generation = ++this.#generation
    this.#begin([...partitions], () => generation === this.#generation && !this.#isStopping).catch(
      this.#options.fatal
    )
  }

  /**
   * Goes on where it was, or from the group's positions, unless the group was joined anew meanwhile. A partition that
   * stayed may have been another's in between, while this process was frozen or cut off.
   */
  async #begin(partitions: readonly number[], isCurrent: () => boolean): Promise<void> {
    if (partitions.length === 0) return
    const { groupId, requestsTopic } = this.#options
    const [[committed], bounds] = await Promise.all([
      this.#admin.fetchOffsets({ groupId, topics: [requestsTopic] }),
      logBounds(this.#admin, requestsTopic, this.#clock)
    ])
    if (!isCurrent()) return
    for (const partition of partitions) {
      const { start, end } = bounds.get(partition)!
      const kept = this.#assignments.get(partition)
      if (kept !== undefined) {
        kept.firstDeliveryFrom = end
        continue
      }
      const own = committed?.partitions.find(offsets => offsets.partition === partition)
      // A position of -1 is none. One below the start of the log is of requests that retention has removed.
      const next = Math.max(Number(own?.offset ?? -1), start)
      // The client would seek there for ever. The log has lost requests, of which nobody knows whether they were called.
      if (next > end)
        throw new Error(`the position ${next} on ${requestsTopic}/${partition} lies beyond its end, ${end}`)
      const progress = new Progress(next)
      this.#assignments.set(partition, {
        progress,
        firstDeliveryFrom: end,
        next,
        committed: next
      })
    }
    if (!this.#isPaused) this.#readAll()
  }

  #readAll(): void {
    const { requestsTopic } = this.#options
    for (const [partition, { next }] of this.#assignments)
      this.#reader.readFrom(requestsTopic, partition, next)
  }

  #take(partition: number, records: readonly KafkaMessage[], next: number): void {
    const assignment = this.#assignments.get(partition)
    if (assignment === undefined || this.#isStopping) return
    for (const { offset } of records) assignment.progress.begin(Number(offset))
    this.#readTo(assignment, next)
    this.#unfinished += records.length
    this.#pauseOrResume()
    const work = this.#learning
      .then(() => this.#learn(records))
      .then(() => this.#callAll(partition, assignment, records))
    this.#learning = work.catch((error: unknown) => this.#options.fatal(error as Error))
  }

  #readTo(assignment: Assignment, next: number): void {
    assignment.next = next
    assignment.progress.readTo(next)
  }

  /** The topic is ours alone: what cannot be decoded yet will be when the registry answers. */
  async #learn(records: readonly KafkaMessage[]): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#options.codec.learn(records.map(({ value }) => value))
        return
      } catch (error) {
        this.#options.log.error({ err: error }, 'gateway requests wait for the schema registry')
        this.#progress = Symbol()
        await sleep(this.#clock, RETRY_MS)
      }
    }
  }

  #callAll(partition: number, assignment: Assignment, records: readonly KafkaMessage[]): void {
    if (this.#isStopping) return
    for (const { offset, value, headers } of records) {
      const decoded = this.#options.codec.decode(value!)
      if (decoded.name !== 'aegispay.gateway.GatewayRequest')
        throw new Error(`${decoded.name} is no gateway request`)
      const isFirst = () =>
        this.#isSurelyMember() &&
        this.#assignments.get(partition) === assignment &&
        Number(offset) >= assignment.firstDeliveryFrom
      const request = decoded.value
      // It may be called until then; after that, or after a call of another executor, the gateway is asked.
      this.#dueAt = Math.max(this.#dueAt, Math.max(request.sendBy, this.#clock.now()) + 2 * request.timeoutMs)
      const span = this.#startSpan(request, partition, Number(offset), traceparentIn(headers))
      const traceparent = span === null ? traceparentIn(headers) : span.traceparent
      const call = this.#call(partition, request, isFirst, { span, traceparent })
        .then(isReported => {
          if (isReported) assignment.progress.finish(Number(offset))
        })
        .catch((error: unknown) => this.#options.fatal(error as Error))
        .finally(() => {
          span?.end()
          this.#calls.delete(call)
          this.#progress = Symbol()
          this.#unfinished--
          this.#pauseOrResume()
        })
      this.#calls.add(call)
    }
    this.#pauseOrResume()
  }

  async #call(
    partition: number,
    request: GatewayRequest,
    isFirst: () => boolean,
    trace: CallTrace
  ): Promise<boolean> {
    const { span } = trace
    const ended = await this.#options.caller.call(request, {
      isFirst,
      isStopping: () => this.#isStopping,
      run: call => (span === null ? call() : span.within(call))
    })
    if (ended === null) return false
    const { outcome, latencyMs } = ended
    const { gateway, action } = request
    this.#options.observe.call(gateway, action ?? 'PERFORM', outcome.outcome, latencyMs / 1000)
    trace.span?.set({ 'aegispay.gateway.outcome': outcome.outcome })
    if (outcome.outcome === 'UNKNOWN') trace.span?.fail(outcome.code ?? 'unknown')
    this.#logCall(request, outcome, latencyMs)
    return this.#report(partition, request, outcome, latencyMs, trace.traceparent)
  }

  /**
   * Until the outcome stands on the topic the request is not done; brokers that are away come back. False when the
   * executor stops before they do: a successor will make the call again.
   */
  async #report(
    partition: number,
    request: GatewayRequest,
    outcome: GatewayOutcome,
    latencyMs: number,
    traceparent: string | undefined
  ): Promise<boolean> {
    const { codec, producer, outcomesTopic, log } = this.#options
    const { merchantId, paymentId, operationId, kind, attempt, gateway, idempotencyKey, correlationId } =
      request
    const name = 'aegispay.outcomes.RecordGatewayResult'
    const subject = { merchantId, paymentId, operationId, kind, attempt, gateway }
    const value = codec.encode(name, { ...subject, ...outcome, finishedAt: this.#clock.now(), latencyMs })
    const headers = {
      ...{ ce_specversion: '1.0', ce_id: idempotencyKey, ce_source: '/processors/gateway', ce_type: name },
      ...(correlationId === null ? {} : { [transportHeaders.correlationId]: correlationId }),
      ...(traceparent === undefined ? {} : { traceparent })
    }
    for (;;) {
      try {
        await producer.send({ topic: outcomesTopic, partition, key: paymentId, value, headers })
        return true
      } catch (error) {
        if (!(error instanceof ProducerUnavailableError)) throw error
        if (this.#isStopping) return false
        log.warn({ err: error, paymentId, correlationId }, 'an outcome could not be reported yet')
        this.#progress = Symbol()
        await sleep(this.#clock, RETRY_MS)
      }
    }
  }

  #startSpan(
    { paymentId, gateway, kind, attempt }: GatewayRequest,
    partition: number,
    offset: number,
    parent: string | undefined
  ): Span | null {
    const { tracing, requestsTopic, groupId } = this.#options
    if (tracing === null) return null
    return tracing.start(`process ${requestsTopic}`, {
      kind: 'consumer',
      parent,
      attributes: {
        ...processing(requestsTopic, partition, groupId),
        'messaging.kafka.offset': offset,
        'aegispay.payment.id': paymentId,
        'aegispay.gateway': gateway,
        'aegispay.operation': kind,
        'aegispay.attempt': attempt
      }
    })
  }

  /** An unknown outcome is worth a line at once: somebody may have to look for the money. */
  #logCall(
    { paymentId, correlationId, gateway, kind, attempt, action }: GatewayRequest,
    { outcome, code }: GatewayOutcome,
    ms: number
  ): void {
    const { log } = this.#options
    const level = outcome === 'UNKNOWN' ? 'warn' : 'debug'
    if (!log.isLevelEnabled(level)) return
    const what = { paymentId, correlationId, gateway, operation: kind, attempt, action: action ?? 'PERFORM' }
    log[level]({ ...what, outcome, ...(code === null ? {} : { code }), ms }, 'gateway called')
  }

  /** One at a time: a commit that has to be tried again must not overtake, nor pile up behind, the next. */
  #commit(): Promise<void> {
    this.#commitUnderWay ??= this.#commitAll()
      .catch((error: unknown) => this.#options.log.debug({ err: error }, 'a position was not committed'))
      .finally(() => {
        this.#commitUnderWay = null
      })
    return this.#commitUnderWay
  }

  async #commitAll(): Promise<void> {
    const { requestsTopic } = this.#options
    const now = this.#clock.monotonic()
    const isForAll = now - this.#committedAllAt > COMMIT_AGAIN_MS
    for (const [partition, assignment] of this.#assignments) {
      const { position } = assignment.progress
      if (position === assignment.committed && !isForAll) continue
      await this.#reader.commit(requestsTopic, partition, position)
      assignment.committed = position
    }
    if (isForAll) this.#committedAllAt = now
  }

  /**
   * A process that was frozen goes on as if it still had its partitions, while another has made the calls: without an
   * answered heartbeat within the session timeout nothing is known.
   */
  #isSurelyMember(): boolean {
    return this.#clock.monotonic() - this.#reader.memberAt < this.#options.sessionTimeoutMs
  }

  #pauseOrResume(): void {
    const { requestsTopic, observe } = this.#options
    observe.inFlight(this.#calls.size)
    if (!this.#isPaused && this.#unfinished > MAX_UNFINISHED) {
      this.#isPaused = true
      for (const partition of this.#assignments.keys()) this.#reader.pause(requestsTopic, partition)
    } else if (this.#isPaused && this.#unfinished < MAX_UNFINISHED / 2 && !this.#isStopping) {
      this.#isPaused = false
      this.#readAll()
    }
  }
}
