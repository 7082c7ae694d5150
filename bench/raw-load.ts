import { connect, type Socket } from 'node:net'

export interface Load {
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Open ones, each with one request at a time. */
  readonly connections: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = /\r\ncontent-length: (\d+)/i

/**
 * Sends one request over and over, each as soon as the last one on its connection is answered, until it is told to stop. It
 * reads no more of an answer than its status and length, so that it needs much less time than any server.
 */
export class RawLoad {
  readonly #request: Buffer
  readonly #sockets: Socket[]
  #answers = 0
  #isStopping = false
  readonly #failed = Promise.withResolvers<never>()

  constructor({ url, path, headers, connections }: Load) {
    const { hostname, port, host } = new URL(url)
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.#request = Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    this.#failed.promise.catch(() => undefined)
    this.#sockets = Array.from({ length: connections }, () => this.#open(hostname, Number(port)))
    this.#stayAwake()
  }

  get answers(): number {
    return this.#answers
  }

  /** Rejects when an answer is another than 200, or a connection breaks. */
  get failed(): Promise<never> {
    return this.#failed.promise
  }

  stop(): void {
    this.#isStopping = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /**
   * A processor that sleeps is woken by whoever writes to it, which in a virtual machine costs the slower server more than all
   * that it does for a request.
   */
  #stayAwake(): void {
    if (!this.#isStopping) setImmediate(() => this.#stayAwake())
  }

  #open(host: string, port: number): Socket {
    const socket = connect({ host, port, noDelay: true })
    const fail = (error: Error) => {
      if (!this.#isStopping) this.#failed.reject(error)
    }
    let read: Buffer = Buffer.alloc(0)
    socket.on('connect', () => socket.write(this.#request))
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the connection was closed')))
    socket.on('data', chunk => {
      read = read.length === 0 ? chunk : Buffer.concat([read, chunk])
      const end = read.indexOf(HEAD_END)
      if (end < 0) return
      const head = read.toString('latin1', 0, end)
      const [, length] = LENGTH.exec(head) ?? []
      if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
        fail(new Error(read.toString()))
        return
      }
      if (read.length < end + HEAD_END.length + Number(length)) return
      read = Buffer.alloc(0)
      this.#answers++
      socket.write(this.#request)
    })
    return socket
  }
}
