// A merchant's receiver: a real HTTP server on this machine that keeps what it gets.
import { afterAll } from '@jest/globals'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** A webhook as it arrived. */
export interface Received {
  readonly id: string
  readonly body: string
  readonly headers: IncomingHttpHeaders
  /** Of the body. */
  readonly type: string
  readonly paymentId: string
  readonly sequence: number
  /** Milliseconds of this process's clock. */
  readonly at: number
}

/** Answers a webhook; what it leaves open is answered 204. */
export type Answering = (received: Received, response: ServerResponse) => unknown

const closings: (() => void)[] = []
afterAll(() => {
  for (const close of closings) close()
})

export class Receiver {
  readonly received: Received[] = []
  answering: Answering = () => undefined
  url = ''

  static async start(answering?: Answering): Promise<Receiver> {
    const receiver = new Receiver()
    if (answering !== undefined) receiver.answering = answering
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const received = receivedOf(Buffer.concat(chunks).toString(), request.headers)
        receiver.received.push(received)
        void Promise.resolve(receiver.answering(received, response)).then(() => {
          if (!response.headersSent) response.writeHead(204).end()
        })
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
    closings.push(() => {
      server.close()
      server.closeAllConnections()
    })
    return receiver
  }

  /** What came of a payment, or altogether. */
  of(paymentId: string): Received[] {
    return this.received.filter(received => received.paymentId === paymentId)
  }
}

/** @throws WebhookVerificationError unless it was signed with the secret */
export function verify({ body, headers }: Received, secret: string): void {
  new Webhook(secret).verify(body, headers as Record<string, string>)
}

function receivedOf(body: string, headers: IncomingHttpHeaders): Received {
  const { type, data } = JSON.parse(body) as {
    type: string
    data: { paymentId?: string; sequence?: number }
  }
  const { paymentId = '', sequence = 0 } = data
  return {
    id: String(headers['webhook-id']),
    body,
    headers,
    type,
    paymentId,
    sequence,
    at: performance.now()
  }
}
