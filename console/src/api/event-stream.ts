// Server-sent events, as they come in pieces: https://html.spec.whatwg.org/multipage/server-sent-events.html

export interface Message {
  /** `message` unless it says another. */
  readonly event: string
  /** Null in one that only moves the place where one goes on. */
  readonly data: string | null
  readonly id: string | null
}

/** Takes pieces of the text and gives the messages that are complete. */
export class EventStream {
  #rest = ''

  take(piece: string): Message[] {
    const parts = (this.#rest + piece).split(/\r?\n\r?\n/)
    this.#rest = parts.pop() ?? ''
    return parts.map(messageOf)
  }
}

function messageOf(text: string): Message {
  let event = 'message'
  let id: string | null = null
  const data: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, name, value = ''] = /^([a-z]+)(?::[ ]?(.*))?$/.exec(line) ?? []
    if (name === 'event') event = value
    else if (name === 'id') id = value
    else if (name === 'data') data.push(value)
  }
  return { event, id, data: data.length === 0 ? null : data.join('\n') }
}
