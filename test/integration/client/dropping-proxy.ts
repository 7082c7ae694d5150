import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A way to the service that hands every request on, and loses answers after the service has given them. */
export class DroppingProxy {
  readonly url: string
  /** Statuses of all answers, also of those that were lost. */
  readonly answers: number[] = []
  readonly #close: () => void
  #toLose = 0

  private constructor(url: string, close: () => void) {
    this.url = url
    this.#close = close
  }

  static async start(target: string): Promise<DroppingProxy> {
    const server = createServer((incoming, response) => proxy.#handOn(target, incoming, response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const proxy = new DroppingProxy(`http://127.0.0.1:${port}`, () => {
      server.close()
      server.closeAllConnections()
    })
    return proxy
  }

  /** Loses the next answers. */
  lose(count: number): void {
    this.#toLose = count
    this.answers.length = 0
  }

  close(): void {
    this.#close()
  }

  #handOn(target: string, incoming: IncomingMessage, response: ServerResponse): void {
    const { method, headers } = incoming
    const outgoing = ask(new URL(incoming.url ?? '/', target), { method, headers }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        this.answers.push(answer.statusCode ?? 0)
        if (this.#toLose > 0) {
          this.#toLose--
          response.destroy()
        } else response.writeHead(answer.statusCode ?? 0, answer.headers).end(Buffer.concat(chunks))
      })
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  }
}
