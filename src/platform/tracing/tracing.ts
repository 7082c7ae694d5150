// What the product needs of tracing. Who makes spans holds a `Tracing | null`, null when tracing is off: by `tracing?.`
// nothing is then called and no argument made, and what remains is to hand a `traceparent` on.
import type * as conventions from '@opentelemetry/semantic-conventions/incubating'

type ConventionName = Extract<(typeof conventions)[keyof typeof conventions], `${string}.${string}`>

/**
 * Names are those of OpenTelemetry's semantic conventions, or our own. Values say what happened and to which payment,
 * never who paid or with what: they leave the installation.
 */
export type Attributes = Readonly<
  Partial<Record<ConventionName | `aegispay.${string}`, string | number | boolean>>
>

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer'

export interface SpanOptions {
  readonly kind: SpanKind
  /** Of the span that led to this one, well-formed; undefined begins a trace. */
  readonly parent: string | undefined
  /** Epoch milliseconds; now unless given. */
  readonly startTime?: number
  readonly attributes: Attributes
}

/** One piece of work in a trace. What is said of it after its end is left out. */
export interface Span {
  /** For what follows from it. */
  readonly traceparent: string
  set(attributes: Attributes): void
  /** Marks it as failed. @param type one of few words, such as an error's name or code; never a message */
  fail(type: string): void
  end(): void
  /** Runs work as a part of this span: calls that it makes over HTTP become spans below it. */
  within<T>(work: () => T): T
}

export interface Tracing {
  start(name: string, options: SpanOptions): Span
  /** Sends what has not been sent, bounded. */
  stop(): Promise<void>
}
