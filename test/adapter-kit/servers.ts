// Servers that are in the way of an adapter, on free ports of this machine.
import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net'

export interface Server {
  readonly url: string
  readonly close: () => Promise<unknown>
}

/** An address where nothing listens any more. */
export async function refusingUrl(): Promise<string> {
  const { url, close } = await cuttingServer()
  await close()
  return url
}

/** Gives every request this one answer. */
export const answeringServer = (status: number, body: string): Promise<Server> =>
  listening(
    createHttpServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(body))
    })
  )

/** Reads the beginning of each request, then resets its connection. */
export async function cuttingServer(): Promise<Server & { readonly requests: () => number }> {
  let requests = 0
  const server = await listening(
    createServer(socket => {
      socket.once('data', () => {
        requests++
        socket.resetAndDestroy()
      })
    })
  )
  return { ...server, requests: () => requests }
}

/** Hands requests on, and answers back as `tamper` makes them. */
export const tamperingProxy = (upstream: string, tamper: (body: string) => string): Promise<Server> =>
  listening(
    createHttpServer((request, response) => {
      void handOn(upstream, request).then(async answer => {
        const body = tamper(await answer.text())
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body)
      })
    })
  )

async function handOn(upstream: string, request: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const isHandedOn = ([name]: [string, unknown]) => !['host', 'connection', 'content-length'].includes(name)
  const headers = Object.fromEntries(Object.entries(request.headers).filter(isHandedOn))
  return fetch(`${upstream}${request.url}`, {
    method: request.method!,
    headers: headers as Record<string, string>,
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) })
  })
}

function listening(server: HttpServer | NetServer): Promise<Server> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise(closed => {
            server.close(closed)
            for (const socket of sockets) socket.destroy()
          })
      })
    })
  })
}
