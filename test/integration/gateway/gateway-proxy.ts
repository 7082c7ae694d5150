// Between executors and the sandbox: stops calls on their way there or back, so that an executor can be killed at just
// that point.
import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Where a call is held: before the gateway has it, or when the gateway has done it. */
export type Point = 'before' | 'after'

/** A call as an executor sent it; look-ups are none. */
export interface ProxiedCall {
  readonly idempotencyKey: string
  readonly payment: string
  readonly token: string | null
  readonly currency: string
}

interface Held {
  readonly call: ProxiedCall
  readonly point: Point
  /** Lets the call go on to the gateway, or its answer to the executor, if that still listens. */
  readonly goOn: () => void
}

export class GatewayProxy {
  readonly url: string
  /** Every call that an executor has sent. */
  readonly calls: ProxiedCall[] = []
  /** Where to hold a call; null lets it through. */
  hold: (call: ProxiedCall) => Point | null = () => null
  readonly #target: string
  readonly #server: Server
  #held: Held[] = []

  private constructor(target: string, server: Server) {
    this.#target = target
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(target: string): Promise<GatewayProxy> {
    const server = createServer((request, response) => void proxy.#serve(request, response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const proxy = new GatewayProxy(target, server)
    return proxy
  }

  /** The calls that are held now. */
  get held(): readonly ProxiedCall[] {
    return this.#held.map(({ call }) => call)
  }

  /** Lets what is held go on: however late, a network may still deliver it. */
  release(): void {
    for (const { goOn } of this.#takeHeld()) goOn()
  }

  /** Loses what is held. */
  drop(): void {
    this.#takeHeld()
  }

  close(): void {
    this.drop()
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined)
    // An executor that was killed has sent its request all the same.
    const body = await buffer(request)
    if (request.method !== 'POST') {
      this.#forward(request, body, answer => answer(response))
      return
    }
    const asked = JSON.parse(body.toString()) as { payment: string; currency: string; token?: string }
    const { payment, currency, token = null } = asked
    const call = { idempotencyKey: String(request.headers['idempotency-key']), payment, currency, token }
    this.calls.push(call)
    const point = this.hold(call)
    if (point === 'before') {
      const goOn = () => this.#forward(request, body, answer => answer(response))
      this.#held.push({ call, point, goOn })
      return
    }
    this.#forward(request, body, answer => {
      if (point === 'after') this.#held.push({ call, point, goOn: () => answer(response) })
      else answer(response)
    })
  }

  #forward(
    { url, method, headers }: IncomingMessage,
    body: Buffer,
    answered: (answer: (response: ServerResponse) => void) => void
  ): void {
    const cutOff = () => answered(response => response.destroy())
    // On a connection of its own: one that was kept may be closed by the gateway just when it is used.
    const options = { method, headers, agent: false }
    const forwarded = send(`${this.#target}${url ?? ''}`, options, from => {
      void buffer(from).then(
        answer => answered(response => response.writeHead(from.statusCode!, from.headers).end(answer)),
        cutOff
      )
    })
    forwarded.on('error', cutOff)
    forwarded.end(body)
  }

  #takeHeld(): readonly Held[] {
    const held = this.#held
    this.#held = []
    return held
  }
}
