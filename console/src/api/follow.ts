// What happens, as it happens. An EventSource could not send the key, so the stream is read by fetch.
import { useEffect, useEffectEvent, useState } from 'react'
import { MessageReader } from '../../../client/src/server-sent-events.ts'
import { useSession } from '../session/session.ts'

/** Milliseconds of silence after which the connection is taken for lost: the service says something every 15 s. */
const SILENCE_MS = 35_000
const AGAIN_MS = 1_000

export interface StreamedEvent {
  readonly paymentId: string
  readonly customerId: string
  readonly id: string
  readonly sequence: number
  readonly type: string
  readonly occurredAt: string
  readonly data: Readonly<Record<string, unknown>>
}

interface Following {
  /** Parameters of the stream; the same object must mean the same. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onEvent: (event: StreamedEvent) => void
  readonly onLive: (isLive: boolean) => void
}

/**
 * Follows the chosen merchant's events while the component is there.
 *
 * @param query what to be told, as in a URL
 * @returns whether the stream is open; while it is not, whoever wants to know must ask
 */
export function useFollow(query: string, onEvent: (event: StreamedEvent) => void): boolean {
  const { apiKey, role, merchant } = useSession()
  const [isLive, setLive] = useState(false)
  const told = useEffectEvent(onEvent)
  const merchantId = merchant?.id ?? null
  const isOperator = role !== 'merchant'
  useEffect(() => {
    if (merchantId === null) return
    const ending = new AbortController()
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(isOperator ? { 'AegisPay-Merchant': merchantId } : {})
    }
    void follow({ query, headers, signal: ending.signal, onEvent: event => told(event), onLive: setLive })
    return () => ending.abort()
  }, [apiKey, isOperator, merchantId, query])
  return isLive
}

async function follow({ query, headers, signal, onEvent, onLive }: Following): Promise<void> {
  let lastId: string | null = null
  const going = () => (lastId === null ? headers : { ...headers, 'Last-Event-ID': lastId })
  const isOver = () => signal.aborted
  while (!isOver()) {
    try {
      const silence = new Silence(SILENCE_MS)
      const response = await fetch(`${STREAM}?${query}`, {
        headers: going(),
        signal: AbortSignal.any([signal, silence.signal])
      })
      // A place that the service does not know any more: from now on.
      if (response.status === 400) lastId = null
      if (response.ok && response.body !== null) {
        onLive(true)
        const messages = new MessageReader()
        for await (const piece of response.body) {
          silence.broken()
          for (const { event, data, id } of messages.take(piece)) {
            if (event === 'message' && data !== null) onEvent(JSON.parse(data) as StreamedEvent)
            lastId = id ?? lastId
          }
        }
      }
    } catch {
      // It comes again, and until then others ask.
    }
    if (isOver()) return
    onLive(false)
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
  }
}

const STREAM = '/v1/stream'

class Silence {
  readonly #ending = new AbortController()
  readonly #limit_ms: number
  #timer: ReturnType<typeof setTimeout>

  constructor(limit_ms: number) {
    this.#limit_ms = limit_ms
    this.#timer = this.#wait()
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }

  broken(): void {
    clearTimeout(this.#timer)
    this.#timer = this.#wait()
  }

  #wait(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#ending.abort(), this.#limit_ms)
  }
}
