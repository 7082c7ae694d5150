import { afterEach, expect, test } from '@jest/globals'
import { createConnection } from 'node:net'
import {
  openConnections,
  type Exchange,
  type HttpConnections
} from '../../../../../src/processors/gateway/adapters/http-exchange.ts'
import { refusingAddress, serveHttp, serveTcp, type LocalServer } from '../../../local-servers.ts'

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  // Clients first: a server would cut them off otherwise.
  for (const resource of opened.splice(0).reverse()) await resource.close()
})

function opening<T extends { close(): Promise<void> }>(resource: T): T {
  opened.push(resource)
  return resource
}

function connectTo(url: string, maxConnections = 1): HttpConnections {
  return opening(openConnections(url, { maxConnections, connectTimeoutMs: 5_000 }))
}

function post(connections: HttpConnections, key = 'key', timeoutMs = 5_000): Promise<Exchange> {
  const headers = { 'idempotency-key': key }
  return connections.exchange({ method: 'POST', path: '/charges', headers, body: '{}', timeoutMs })
}

function seen(requestHead: Buffer): string {
  return /idempotency-key: (\S+)/.exec(requestHead.toString())?.[1] ?? ''
}

const okAnswer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'

test('hands back status and body of an answer, and sends below the base path', async () => {
  const server = opening(
    await serveHttp((request, response) => {
      response.writeHead(418).end(`${request.method ?? ''} ${request.url ?? ''}`)
    })
  )
  expect(await post(connectTo(`http://${server.address}/gateways/one/`))).toEqual({
    ending: 'ANSWERED',
    status: 418,
    body: 'POST /gateways/one/charges'
  })
})

test.each([
  ['in seconds', () => '120', 120_000],
  ['as a date', () => new Date(Date.now() + 60_000).toUTCString(), 60_000],
  ['as a date that has passed', () => new Date(0).toUTCString(), 0]
])('tells for how long the server wants to be left alone, %s', async (_how, header, expected) => {
  const server = opening(
    await serveHttp((_request, response) => response.writeHead(503, { 'retry-after': header() }).end())
  )
  const { retryAfterMs } = (await post(connectTo(`http://${server.address}`))) as { retryAfterMs: number }
  // A date has whole seconds, and some time passes on the way.
  expect(Math.abs(retryAfterMs - expected)).toBeLessThan(5_000)
})

test.each(['soon', '-1', ''])('takes a retry-after of "%s" for none', async header => {
  const server = opening(
    await serveHttp((_request, response) => response.writeHead(503, { 'retry-after': header }).end())
  )
  expect(await post(connectTo(`http://${server.address}`))).toEqual({
    ending: 'ANSWERED',
    status: 503,
    body: ''
  })
})

test('keeps a connection open from one exchange to the next', async () => {
  let connectionsMade = 0
  const server = opening(
    await serveTcp(socket => {
      connectionsMade += 1
      socket.on('data', () => socket.write(okAnswer))
    })
  )
  const connections = connectTo(`http://${server.address}`)
  for (const key of ['a', 'b', 'c'])
    expect(await post(connections, key)).toMatchObject({ ending: 'ANSWERED' })
  expect(connectionsMade).toBe(1)
})

test('proves that nothing was sent when the connection is refused', async () => {
  expect(await post(connectTo(`http://${await refusingAddress()}`))).toMatchObject({
    ending: 'NOT_SENT',
    code: 'gateway_unreachable',
    message: expect.stringContaining('ECONNREFUSED')
  })
})

test('proves that nothing was sent when every waiting call meets a refused connection', async () => {
  const connections = connectTo(`http://${await refusingAddress()}`)
  const exchanges = await Promise.all(['a', 'b', 'c', 'd'].map(key => post(connections, key)))
  expect(exchanges.map(({ ending }) => ending)).toEqual(['NOT_SENT', 'NOT_SENT', 'NOT_SENT', 'NOT_SENT'])
})

test('sends nothing after its deadline, even when it was frozen until then and its timer comes late', async () => {
  const received: string[] = []
  const server = opening(
    await serveTcp(socket => {
      socket.on('data', head => {
        received.push(seen(head))
        socket.write(okAnswer)
      })
    })
  )
  const connections = connectTo(`http://${server.address}`)
  const timeoutMs = 200
  // Both connect in one turn of the event loop, and the process freezes between the one and the other.
  const port = Number(server.address.split(':')[1])
  const neighbour = createConnection({ host: '127.0.0.1', port }, () => {
    freeze(2 * timeoutMs)
    neighbour.destroy()
  })
  const late = await post(connections, 'late', timeoutMs)
  expect(late).toMatchObject({ ending: 'NOT_SENT', code: 'gateway_no_connection' })
  expect(await post(connections, 'next')).toMatchObject({ ending: 'ANSWERED' })
  expect(received).toEqual(['next'])
})

const freeze = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

test('proves that nothing was sent when the name does not resolve', async () => {
  const lookUpFails = await post(connectTo('http://no-such-gateway.invalid'), 'key', 1_000)
  expect(lookUpFails).toMatchObject({ ending: 'NOT_SENT' })
})

test('proves that nothing was sent when the connection is not ready in time', async () => {
  // A TLS handshake that never gets an answer hangs as a lost SYN does, and loopback loses none.
  const server = opening(await serveTcp(() => undefined))
  expect(await post(connectTo(`https://${server.address}`), 'key', 50)).toMatchObject({
    ending: 'NOT_SENT',
    code: 'gateway_no_connection'
  })
})

test('proves that nothing was sent when the connection attempt times out before the call does', async () => {
  const server = opening(await serveTcp(() => undefined))
  const connections = opening(
    openConnections(`https://${server.address}`, { maxConnections: 1, connectTimeoutMs: 20 })
  )
  expect(await post(connections, 'key', 20_000)).toMatchObject({
    ending: 'NOT_SENT',
    code: 'gateway_unreachable'
  })
})

test('proves that nothing was sent when the TLS handshake fails', async () => {
  const server = opening(await serveHttp((_request, response) => response.end('{}')))
  expect(await post(connectTo(`https://${server.address}`))).toMatchObject({ ending: 'NOT_SENT' })
})

test('proves that nothing was sent when the header cannot be sent', async () => {
  const server = opening(await serveHttp((_request, response) => response.end('{}')))
  expect(await post(connectTo(`http://${server.address}`), 'two\r\nlines')).toMatchObject({
    ending: 'NOT_SENT'
  })
})

test('never sends a call that ran out of time while it waited for a connection', async () => {
  const arrived: string[] = []
  let answerFirst: () => void = () => undefined
  const server = opening(
    await serveHttp((request, response) => {
      const key = String(request.headers['idempotency-key'])
      arrived.push(key)
      if (key === 'first') answerFirst = () => response.end('{}')
      else response.end('{}')
    })
  )
  const connections = connectTo(`http://${server.address}`, 1)
  const first = post(connections, 'first')
  expect(await post(connections, 'late', 30)).toMatchObject({
    ending: 'NOT_SENT',
    code: 'gateway_no_connection'
  })
  answerFirst()
  expect(await first).toMatchObject({ ending: 'ANSWERED' })
  expect(await post(connections, 'next')).toMatchObject({ ending: 'ANSWERED' })
  expect(arrived).toEqual(['first', 'next'])
})

test('holds a call lost when a reused connection dies under it, and does not repeat it', async () => {
  const arrived: string[] = []
  const server = opening(
    await serveTcp(socket =>
      socket.on('data', head => {
        arrived.push(seen(head))
        if (seen(head) === 'second') socket.resetAndDestroy()
        else socket.write(okAnswer)
      })
    )
  )
  const connections = connectTo(`http://${server.address}`)
  expect(await post(connections, 'first')).toMatchObject({ ending: 'ANSWERED' })
  expect(await post(connections, 'second')).toMatchObject({ ending: 'LOST', code: 'gateway_connection_lost' })
  expect(await post(connections, 'third')).toMatchObject({ ending: 'ANSWERED' })
  expect(arrived).toEqual(['first', 'second', 'third'])
})

test('never calls a request unsent that arrived, with a server that drops connections behind its answers', async () => {
  const arrived: string[] = []
  const server = opening(
    await serveTcp(socket =>
      socket.on('data', head => {
        arrived.push(seen(head))
        // Promises keep-alive, then closes or resets: the classic race with the next request.
        socket.write(okAnswer)
        if (arrived.length % 2 === 0) socket.destroy()
        else socket.resetAndDestroy()
      })
    )
  )
  const connections = connectTo(`http://${server.address}`, 4)
  const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`)
  const exchanges = await Promise.all(keys.map(async key => ({ key, ...(await post(connections, key)) })))

  const unsent = exchanges.filter(({ ending }) => ending === 'NOT_SENT').map(({ key }) => key)
  expect(arrived.filter(key => unsent.includes(key))).toEqual([])
  expect(new Set(arrived).size).toBe(arrived.length)
  expect(exchanges.some(({ ending }) => ending === 'ANSWERED')).toBe(true)
})

test('frees the connection of a call that ran out of time', async () => {
  const server = opening(
    await serveHttp((request, response) => {
      if (request.headers['idempotency-key'] !== 'unanswered') response.end('{}')
    })
  )
  const connections = connectTo(`http://${server.address}`, 1)
  expect(await post(connections, 'unanswered', 30)).toMatchObject({ ending: 'LOST', code: 'gateway_timeout' })
  expect(await post(connections, 'next', 2_000)).toMatchObject({ ending: 'ANSWERED' })
})

const losses: [rule: string, code: string, serve: () => Promise<LocalServer>][] = [
  ['the answer does not begin in time', 'gateway_timeout', () => serveHttp(() => undefined)],
  [
    'the answer does not end in time',
    'gateway_timeout',
    () => serveHttp((_request, response) => response.writeHead(200).write('{"id":'))
  ],
  [
    'the answer trickles in for longer than the call may take',
    'gateway_timeout',
    () =>
      serveHttp((_request, response) => {
        const drip = setInterval(() => response.write(' '), 10)
        response.on('close', () => clearInterval(drip))
      })
  ],
  [
    'the server resets the connection',
    'gateway_connection_lost',
    () => serveTcp(socket => socket.on('data', () => socket.resetAndDestroy()))
  ],
  [
    'the server closes without an answer',
    'gateway_connection_lost',
    () => serveTcp(socket => socket.on('data', () => socket.end()))
  ],
  [
    'the answer breaks off',
    'gateway_connection_lost',
    () =>
      serveTcp(socket =>
        socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":'))
      )
  ],
  [
    'the answer is not HTTP',
    'gateway_answer_unparsable',
    () => serveTcp(socket => socket.on('data', () => socket.end('SSH-2.0-gateway\r\n')))
  ],
  [
    'the answer is larger than 64 KiB',
    'gateway_answer_too_large',
    () => serveHttp((_request, response) => response.end('x'.repeat(64 * 1024 + 1)))
  ],
  [
    'the answer has endless headers',
    'gateway_answer_too_large',
    () =>
      serveTcp(socket =>
        socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`))
      )
  ],
  [
    'the server asks for another protocol',
    'gateway_connection_lost',
    () =>
      serveTcp(socket =>
        socket.on('data', () =>
          socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
        )
      )
  ]
]

test.each(losses)('holds a call lost when %s', async (_rule, code, serve) => {
  const server = opening(await serve())
  expect(await post(connectTo(`http://${server.address}`), 'key', 300)).toMatchObject({
    ending: 'LOST',
    code
  })
})

test('closing waits for the exchange in flight and refuses new ones as not sent', async () => {
  let answer: () => void = () => undefined
  const arrived = Promise.withResolvers<undefined>()
  const server = opening(
    await serveHttp((_request, response) => {
      answer = () => response.end('{}')
      arrived.resolve(undefined)
    })
  )
  const connections = openConnections(`http://${server.address}`, {
    maxConnections: 1,
    connectTimeoutMs: 5_000
  })
  const inFlight = post(connections)
  await arrived.promise
  const closed = connections.close()
  expect(await post(connections)).toMatchObject({ ending: 'NOT_SENT', code: 'gateway_closing' })
  answer()
  expect(await inFlight).toMatchObject({ ending: 'ANSWERED' })
  await closed
})
