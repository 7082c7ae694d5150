// What happens, as it happens (docs/stream.md). An EventSource could not send the key, so the stream is read by fetch.
import { AegisPayError } from './errors.ts'
import type { CallOptions } from './options.ts'
import { jittered, pause } from './pauses.ts'
import { MessageReader, type Message } from './server-sent-events.ts'
import { failureOf, type Exchange, type Query } from './transport.ts'
import type { Event, StreamQuery } from './wire.ts'

/** What one is told of; everything unless given. */
export interface StreamFilter extends Omit<StreamQuery, 'type'> {
  /** Of several types each will do: `PaymentCaptured`, as `type` of an event has it. */
  readonly type?: string | readonly string[]
}

export interface StreamOptions extends Pick<CallOptions, 'signal'> {
  /** Of the last event that was dealt with: the stream goes on behind it, whatever `from` says. */
  readonly lastEventId?: string
}

/** An event, as {@link PaymentService.events} has it, of any payment. */
export interface StreamedEvent extends Event {
  readonly paymentId: string
  /** Null where the payment has none. */
  readonly customerId: string | null
  /** Where the stream goes on behind this event. Keep it together with what you did about the event. */
  readonly lastEventId: string
}

/** Milliseconds of silence after which a connection is taken for lost: the service says something every 15 s. */
const SILENCE_MS = 35_000
/** Milliseconds of a pause, at first, unless the service says how many, and at most. */
const FIRST_MS = 1_000
const LONGEST_MS = 30_000

/**
 * Gives the events, and comes again behind the last one when the connection ends.
 * @throws AegisPayError for what does not pass by itself
 */
export async function* follow(
  exchange: Exchange,
  query: Query,
  { signal, lastEventId }: StreamOptions,
  silenceMs = SILENCE_MS
): AsyncGenerator<StreamedEvent, void, undefined> {
  const isOver = () => signal?.aborted === true
  let lastId = lastEventId
  let firstMs = FIRST_MS
  let triesInVain = 0
  while (!isOver()) {
    let patienceMs = 0
    const headers = { 'last-event-id': lastId }
    const connect = (ended: AbortSignal) =>
      exchange({ method: 'GET', path: 'v1/stream', query, headers, accept: 'text/event-stream' }, ended)
    try {
      for await (const { event, data, id, retryMs } of messagesOf(connect, signal, silenceMs)) {
        if (isOver()) return
        triesInVain = 0
        firstMs = retryMs ?? firstMs
        lastId = id ?? lastId
        // The other one is `end`, which says why; what does not pass is the answer to whoever comes again.
        if (event === 'message' && data !== null) yield { ...eventIn(data), lastEventId: lastId ?? '' }
      }
    } catch (error) {
      if (isOver()) return
      if (!(error instanceof AegisPayError) || !error.retryable) throw error
      patienceMs = error.retryAfterMs ?? 0
    }
    const pauseMs = jittered(triesInVain++, { firstMs, longestMs: LONGEST_MS })
    // It fails when the caller ends it, which the loop sees.
    await pause(Math.max(pauseMs, patienceMs), signal).catch(() => undefined)
  }
}

/** Of one connection, which is closed when nobody takes any more. @throws AegisPayError */
async function* messagesOf(
  connect: (ended: AbortSignal) => Promise<Response>,
  signal: AbortSignal | undefined,
  silenceMs: number
): AsyncGenerator<Message, void, undefined> {
  const closing = new AbortController()
  const ended = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])
  // Only while one listens: whoever takes long over an event is not to lose the connection by that.
  const heard = <T>(word: Promise<T>): Promise<T> => {
    const silence = setTimeout(() => closing.abort(), silenceMs)
    return word.finally(() => clearTimeout(silence))
  }
  try {
    const { body } = await heard(connect(ended))
    const bytes = body!.getReader()
    const messages = new MessageReader()
    for (let read = await heard(bytes.read()); !read.done; read = await heard(bytes.read()))
      yield* messages.take(read.value)
  } catch (error) {
    throw failureOf(error, { signal, timeout: closing.signal })
  } finally {
    closing.abort()
  }
}

/** @throws AegisPayError answer_malformed, final: it would be the same when it was asked for again */
function eventIn(data: string): Omit<StreamedEvent, 'lastEventId'> {
  try {
    return JSON.parse(data) as Omit<StreamedEvent, 'lastEventId'>
  } catch (error) {
    throw new AegisPayError('answer_malformed', 'An event of the stream is not JSON.', { cause: error })
  }
}
