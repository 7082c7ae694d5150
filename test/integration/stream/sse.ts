// A client of the stream, as one is written with fetch.
import { expect } from '@jest/globals'
import { eventually } from '../app.ts'

/** Waits until the check neither throws nor returns false. */
export const until = (check: () => unknown): Promise<void> =>
  eventually(async () => expect(await check()).not.toBe(false))

/** What one message says. */
export interface Told {
  readonly id: string
  readonly paymentId: string
  readonly customerId: string | null
  readonly sequence: number
  readonly type: string
}

export interface SseOptions {
  readonly apiKey?: string
  readonly lastId?: string | undefined
  /** With its question mark. */
  readonly query?: string
}

export class SseClient {
  readonly told: Told[] = []
  /** The last that came, also without an event. */
  lastId = ''
  /** Of lines that begin with a colon. */
  comments = 0
  /** What the service said at the end; null while it has said nothing. */
  end: { readonly code: string } | null = null
  /** Resolves when the connection is over, however it ends. */
  readonly over: Promise<void>
  readonly #abort = new AbortController()

  private constructor(response: Response, abort: AbortController) {
    this.#abort = abort
    this.over = this.#read(response).catch(() => undefined)
  }

  /** @throws with the body when the answer is no stream */
  static async open(url: string, { apiKey, lastId, query = '' }: SseOptions): Promise<SseClient> {
    const abort = new AbortController()
    const response = await fetch(`${url}/v1/stream${query}`, {
      signal: abort.signal,
      headers: {
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(lastId === undefined ? {} : { 'last-event-id': lastId })
      }
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    const client = new SseClient(response, abort)
    await until(() => client.lastId !== '')
    return client
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(response: Response): Promise<void> {
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const frames = text.split('\n\n')
      text = frames.pop()!
      for (const frame of frames) this.#take(frame)
    }
  }

  #take(frame: string): void {
    let event = 'message'
    let data: string | null = null
    for (const line of frame.split('\n')) {
      if (line.startsWith(':')) this.comments++
      else if (line.startsWith('id: ')) this.lastId = line.slice(4)
      else if (line.startsWith('event: ')) event = line.slice(7)
      else if (line.startsWith('data: ')) data = line.slice(6)
    }
    if (data === null) return
    const said = JSON.parse(data) as Omit<Told, 'id'>
    if (event === 'end') this.end = said as unknown as { code: string }
    else this.told.push({ ...said, id: this.lastId })
  }
}
