import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { correlationIdOf, framesOf, requestIn, type KafkaRequest } from './kafka-frames.ts'

type Matches = (request: KafkaRequest) => boolean

/** A request, or the answer to one, that the proxy keeps. Whatever follows on its connection waits behind it. */
export interface Held {
  readonly request: KafkaRequest
  /** Lets it go on, also when whoever sent the request is gone. */
  readonly release: () => void
  /** Ends the client's connection. The broker does not hear of it as long as a request is kept. */
  readonly cut: () => void
  /** What the broker answered, whether or not the client received it. */
  readonly answer: Promise<Buffer>
}

interface Trap {
  readonly of: 'request' | 'answer'
  readonly matches: Matches
  readonly caught: (held: Held) => void
}

interface Address {
  readonly host: string
  readonly port: number
}

interface Exchange {
  readonly request: KafkaRequest
  readonly answered: PromiseWithResolvers<Buffer>
}

/**
 * A way to a broker on which a test decides when a request arrives, or its answer. Clients get here because the broker
 * advertises the proxy's port as its own.
 */
export class KafkaProxy {
  readonly port: number
  readonly #target: Address
  readonly #sockets = new Set<Socket>()
  readonly #counts = new Map<number, number>()
  readonly #closed = Promise.withResolvers<undefined>()
  readonly #close: () => void
  #traps: Trap[] = []

  private constructor(port: number, target: Address, close: () => void) {
    this.port = port
    this.#target = target
    this.#close = close
  }

  /** @param target where the broker listens, now or later */
  static async start(target: Address): Promise<KafkaProxy> {
    const server = createServer({ allowHalfOpen: true }, socket => proxy.#accept(socket))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const proxy = new KafkaProxy((server.address() as AddressInfo).port, target, () => void server.close())
    return proxy
  }

  /** How many requests of the kind have arrived here. */
  count(api: number): number {
    return this.#counts.get(api) ?? 0
  }

  /** Keeps the next request that matches from the broker; resolves when there is one. */
  holdRequest(matches: Matches): Promise<Held> {
    return this.#set('request', matches)
  }

  /** Keeps the answer to the next request that matches from the client; resolves when the broker has given it. */
  holdAnswer(matches: Matches): Promise<Held> {
    return this.#set('answer', matches)
  }

  /** Ends every connection; what is held is dropped. */
  close(): void {
    this.#close()
    this.#closed.resolve(undefined)
    for (const socket of this.#sockets) socket.destroy()
  }

  #set(of: Trap['of'], matches: Matches): Promise<Held> {
    return new Promise(caught => this.#traps.push({ of, matches, caught }))
  }

  #accept(client: Socket): void {
    const broker = createConnection({ ...this.#target, noDelay: true })
    client.setNoDelay()
    for (const socket of [client, broker]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => this.#sockets.delete(socket))
    }
    const pending = new Map<number, Exchange>()
    void this.#forward(client, broker, pending)
    void this.#answer(client, broker, pending)
  }

  async #forward(client: Socket, broker: Socket, pending: Map<number, Exchange>): Promise<void> {
    for await (const frame of framesOf(client)) {
      const exchange = { request: requestIn(frame), answered: Promise.withResolvers<Buffer>() }
      const { request } = exchange
      this.#counts.set(request.api, this.count(request.api) + 1)
      pending.set(request.correlationId, exchange)
      await this.#keep('request', exchange, client)
      broker.write(frame)
    }
    broker.end()
  }

  async #answer(client: Socket, broker: Socket, pending: Map<number, Exchange>): Promise<void> {
    for await (const frame of framesOf(broker)) {
      const exchange = pending.get(correlationIdOf(frame))!
      pending.delete(exchange.request.correlationId)
      exchange.answered.resolve(frame)
      await this.#keep('answer', exchange, client)
      client.write(frame)
    }
    client.destroy()
  }

  async #keep(of: Trap['of'], { request, answered }: Exchange, client: Socket): Promise<void> {
    const trap = this.#traps.find(trap => trap.of === of && trap.matches(request))
    if (trap === undefined) return
    this.#traps = this.#traps.filter(other => other !== trap)
    const released = Promise.withResolvers<undefined>()
    trap.caught({
      request,
      release: () => released.resolve(undefined),
      cut: () => client.destroy(),
      answer: answered.promise
    })
    await Promise.race([released.promise, this.#closed.promise])
  }
}
