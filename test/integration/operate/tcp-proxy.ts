import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a service that a test can take away: what stands behind it notices nothing. */
export class TcpProxy {
  readonly port: number
  readonly #sockets = new Set<Socket>()
  readonly #close: () => void
  #state: 'open' | 'cut' | 'silent' = 'open'

  private constructor(port: number, close: () => void) {
    this.port = port
    this.#close = close
  }

  static async start(target: { host: string; port: number }): Promise<TcpProxy> {
    const server = createServer(socket => proxy.#accept(socket, target))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const proxy = new TcpProxy((server.address() as AddressInfo).port, () => void server.close())
    return proxy
  }

  /** Ends every connection, those that come at once. */
  cut(): void {
    this.#state = 'cut'
    this.#endAll()
  }

  /** Says nothing any more, as a service that is frozen or behind a network that swallows packets. */
  silence(): void {
    this.#state = 'silent'
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  /** Connections that come from now on work. */
  restore(): void {
    this.#state = 'open'
    this.#endAll()
  }

  close(): void {
    this.#close()
    this.#endAll()
  }

  #accept(socket: Socket, target: { host: string; port: number }): void {
    this.#hold(socket)
    if (this.#state === 'cut') socket.destroy()
    if (this.#state !== 'open') return
    const upstream = createConnection(target)
    this.#hold(upstream)
    socket.pipe(upstream).pipe(socket)
    socket.once('close', () => upstream.destroy())
    upstream.once('close', () => socket.destroy())
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  #endAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
