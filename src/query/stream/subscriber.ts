import { PassThrough, type Readable } from 'node:stream'
import type { PlacedEvent } from '../../projections/payment-events/queries.ts'
import { formatStreamPosition, type Offsets } from './position.ts'

/** What a client wants to see; what is left out is not asked. */
export interface StreamFilter {
  readonly payment?: string
  readonly types?: ReadonlySet<string>
  readonly customer?: string
}

/** Why the service ends a stream. */
export interface StreamEnd {
  readonly code: string
  /** For people. */
  readonly detail: string
}

/** Bytes that wait for a client in memory, beyond what the kernel holds; one that lets more pile up is given up. */
const MAX_PENDING_BYTES = 512 * 1024
/** Milliseconds that a client has for what waits for it once its stream has ended. */
const LAST_WORDS_MS = 10_000
/** Milliseconds that a client waits, as it is asked to, before it comes again. */
const RETRY_MS = 1_000

const TOO_SLOW: StreamEnd = {
  code: 'too_slow',
  detail: 'More has piled up than is kept for one client. Come again with the last id: nothing is lost.'
}

/** One client of the stream, as server-sent events. */
export class Subscriber {
  readonly #stream = new PassThrough()
  readonly #filter: StreamFilter
  readonly #cut: () => void
  readonly #ended: (reason: string) => void
  #wroteAt = performance.now()
  /** As the client knows it. */
  #id = ''
  #isOver = false

  /**
   * @param cut ends the connection, whatever still waits
   * @param ended told once why it was ended here, or `gone`
   */
  constructor(filter: StreamFilter, cut: () => void, ended: (reason: string) => void) {
    this.#filter = filter
    this.#cut = cut
    this.#ended = ended
    this.#stream.once('close', () => this.#over('gone'))
  }

  get stream(): Readable {
    return this.#stream
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether so much waits for it that it may be given up soon. */
  get isBehind(): boolean {
    return !this.#isOver && this.#pendingBytes > MAX_PENDING_BYTES / 2
  }

  /** How long nothing has been written, in milliseconds. */
  get silentMs(): number {
    return performance.now() - this.#wroteAt
  }

  begin(at: Offsets): void {
    this.#write(`retry: ${RETRY_MS}\n${this.#idLine(formatStreamPosition(at))}\n`)
  }

  wants({ paymentId, customerId, event }: PlacedEvent): boolean {
    const { payment, types, customer } = this.#filter
    return (
      (payment === undefined || payment === paymentId) &&
      (types === undefined || types.has(event.type)) &&
      (customer === undefined || customer === customerId)
    )
  }

  /** @param text of the event; `id` is the position behind it */
  tell(id: string, text: string): void {
    this.#write(`${this.#idLine(id)}data: ${text}\n\n`)
  }

  /** Shows that the connection lives, and how far it has come meanwhile. */
  beat(at: Offsets | null): void {
    const id = at === null ? this.#id : formatStreamPosition(at)
    this.#write(`: beat\n${id === this.#id ? '' : this.#idLine(id)}\n`)
  }

  /** Resolves when the client has taken what was written, or has gone. */
  async drained(): Promise<void> {
    if (this.#isOver || !this.#stream.writableNeedDrain) return
    await new Promise<void>(resolve => {
      const done = () => {
        this.#stream.off('drain', done).off('close', done)
        resolve()
      }
      this.#stream.on('drain', done).on('close', done)
    })
  }

  end(why: StreamEnd): void {
    if (this.#isOver) return
    this.#over(why.code)
    this.#stream.end(`event: end\ndata: ${JSON.stringify(why)}\n\n`)
    const late = setTimeout(this.#cut, LAST_WORDS_MS).unref()
    this.#stream.once('close', () => clearTimeout(late))
  }

  #over(reason: string): void {
    if (!this.#isOver) this.#ended(reason)
    this.#isOver = true
  }

  get #pendingBytes(): number {
    return this.#stream.writableLength + this.#stream.readableLength
  }

  #idLine(id: string): string {
    this.#id = id
    return `id: ${id}\n`
  }

  #write(frame: string): void {
    if (this.#isOver) return
    if (this.#pendingBytes + Buffer.byteLength(frame) > MAX_PENDING_BYTES) {
      this.end(TOO_SLOW)
      return
    }
    this.#wroteAt = performance.now()
    this.#stream.write(frame)
  }
}
