// As they come in pieces: https://html.spec.whatwg.org/multipage/server-sent-events.html

export interface Message {
  /** `message` unless it says another. */
  readonly event: string
  /** Null in one that only moves the place where one goes on. */
  readonly data: string | null
  readonly id: string | null
  /** Milliseconds after which the sender wants to be asked again; null when it does not say. */
  readonly retryMs: number | null
}

/** Takes pieces of a stream and gives the messages that are complete. */
export class MessageReader {
  readonly #decoder = new TextDecoder()
  #rest = ''

  take(piece: Uint8Array): Message[] {
    const parts = (this.#rest + this.#decoder.decode(piece, { stream: true })).split(/\r?\n\r?\n/)
    this.#rest = parts.pop() ?? ''
    return parts.map(messageOf)
  }
}

function messageOf(text: string): Message {
  const fields = text.split(/\r?\n/).map(line => /^([a-z]+)(?:: ?(.*))?$/.exec(line) ?? [])
  const valuesOf = (wanted: string) =>
    fields.filter(([, name]) => name === wanted).map(([, , value = '']) => value)
  const data = valuesOf('data')
  const retry = valuesOf('retry').at(-1)
  return {
    event: valuesOf('event').at(-1) ?? 'message',
    data: data.length === 0 ? null : data.join('\n'),
    id: valuesOf('id').at(-1) ?? null,
    retryMs: retry !== undefined && /^\d+$/.test(retry) ? Number(retry) : null
  }
}
