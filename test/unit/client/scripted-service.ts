// A service that answers as a test says, over a real socket.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Null breaks the connection off; a function does as it likes. */
export type Scripted =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | null
  | ((response: ServerResponse) => void)

export class ScriptedService {
  readonly url: string
  readonly asked: Asked[] = []
  readonly #close: () => void

  private constructor(url: string, close: () => void) {
    this.url = url
    this.#close = close
  }

  /** @param script the answers in order; the last again and again */
  static async start(script: readonly Scripted[]): Promise<ScriptedService> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        const { method = '', url = '', headers } = request
        service.asked.push({ method, path: url, headers, body })
        answer(response, script[Math.min(service.asked.length, script.length) - 1]!)
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const service = new ScriptedService(`http://127.0.0.1:${port}`, () => {
      server.close()
      server.closeAllConnections()
    })
    return service
  }

  close(): void {
    this.#close()
  }
}

function answer(response: ServerResponse, scripted: Scripted): void {
  if (typeof scripted === 'function') scripted(response)
  else if (scripted === null) response.destroy()
  else
    response
      .writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers })
      .end(scripted.body === undefined ? '' : JSON.stringify(scripted.body))
}

/** What the service answers to what it refuses. */
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: { type: `/errors#${code}`, title: code, status, detail: code, code }
})
