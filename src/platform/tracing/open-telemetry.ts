import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span as SdkSpan,
  type Tracer
} from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import type { Logger } from 'pino'
import { traceHttpClient } from './http-client.ts'
import type { Attributes, Span, SpanOptions, Tracing } from './tracing.ts'

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER
} as const

/** Milliseconds that a stop waits for the collector: what it has not taken by then is lost, and no payment with it. */
const LAST_EXPORT_MS = 1000

/** Tracing by OpenTelemetry's SDK, which takes its endpoint, sampler and limits from the `OTEL_` variables. */
export class OpenTelemetry implements Tracing {
  readonly #sdk: NodeSDK
  readonly #tracer: Tracer
  readonly #stopClient: () => void

  private constructor(sdk: NodeSDK, tracer: Tracer) {
    this.#sdk = sdk
    this.#tracer = tracer
    this.#stopClient = traceHttpClient(this)
  }

  static start({
    serviceName,
    screen,
    version,
    log
  }: {
    serviceName: string
    screen: (id: string) => void
    version: string
    log: Logger
  }): Tracing {
    const note = (message: string) => log.warn({ detail: message }, 'tracing')
    const silent = () => undefined
    diag.setLogger(
      { error: note, warn: note, info: silent, debug: silent, verbose: silent },
      { logLevel: DiagLogLevel.WARN }
    )
    const sdk = new NodeSDK({
      serviceName,
      idGenerator: { generateTraceId: () => drawId(16, screen), generateSpanId: () => drawId(8, screen) },
      // Context is handed on by this program itself, and metrics and logs have ways of their own.
      textMapPropagator: null,
      metricReaders: [],
      logRecordProcessors: []
    })
    sdk.start()
    return new OpenTelemetry(sdk, trace.getTracer('aegispay', version))
  }

  start(name: string, { kind, parent, startTime, attributes }: SpanOptions): Span {
    const span = this.#tracer.startSpan(
      name,
      { kind: KINDS[kind], attributes, ...(startTime === undefined ? {} : { startTime }) },
      parent === undefined ? ROOT_CONTEXT : contextOf(parent)
    )
    return new StartedSpan(span)
  }

  async stop(): Promise<void> {
    this.#stopClient()
    const isOver = new AbortController()
    const limit = delay(LAST_EXPORT_MS, null, { signal: isOver.signal })
    await Promise.race([this.#sdk.shutdown(), limit]).catch(() => undefined)
    isOver.abort()
  }
}

class StartedSpan implements Span {
  readonly traceparent: string
  readonly #span: SdkSpan

  constructor(span: SdkSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext()
    this.traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
    this.#span = span
  }

  set(attributes: Attributes): void {
    if (this.#span.isRecording()) this.#span.setAttributes(attributes)
  }

  fail(type: string): void {
    if (!this.#span.isRecording()) return
    this.#span.setAttribute('error.type', type)
    this.#span.setStatus({ code: SpanStatusCode.ERROR })
  }

  end(): void {
    if (this.#span.isRecording()) this.#span.end()
  }

  within<T>(work: () => T): T {
    return context.with(contextOf(this.traceparent), work)
  }
}

/** An id that nobody who keeps card numbers out takes for one, by which the trace would end. */
function drawId(bytes: number, screen: (id: string) => void): string {
  for (;;) {
    const id = randomBytes(bytes).toString('hex')
    try {
      screen(id)
      return id
    } catch {
      continue
    }
  }
}

/** @param traceparent well-formed */
function contextOf(traceparent: string): Context {
  const [, traceId, spanId, flags] = traceparent.split('-')
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceId!,
    spanId: spanId!,
    traceFlags: Number.parseInt(flags!, 16),
    isRemote: true
  })
}
