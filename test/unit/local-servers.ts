import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export interface LocalServer {
  /** host:port, without a scheme. */
  readonly address: string
  close(): Promise<void>
}

export function serveHttp(listener: RequestListener): Promise<LocalServer> {
  return listening(createHttpServer(listener))
}

/**
 * Answers the first request with 503, and no other. Whoever asks a second time has a connection: on a slow machine one that is
 * still to be made might not be there in a short time, from which it would be known that nothing was sent.
 */
export function serveOneAnswer(): Promise<LocalServer> {
  let requests = 0
  return serveHttp((_request, response) => {
    if (requests++ === 0) response.writeHead(503).end()
  })
}

export function serveTcp(onConnection: (socket: Socket) => void): Promise<LocalServer> {
  return listening(createServer(onConnection))
}

/** An address where nothing listens any more. */
export async function refusingAddress(): Promise<string> {
  const server = await serveTcp(() => undefined)
  await server.close()
  return server.address
}

function listening(server: Server): Promise<LocalServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      resolve({
        address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise(closed => {
            server.close(() => closed())
            for (const socket of sockets) socket.destroy()
          })
      })
    })
  })
}
