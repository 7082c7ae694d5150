import { afterEach, expect, jest, test } from '@jest/globals'
import type { LookupAddress } from 'node:dns'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { Sender, type SenderOptions } from '../../../src/delivery/sender.ts'

jest.setTimeout(20_000)

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endings.push(() => server.close())
  return (server.address() as AddressInfo).port
}

async function receiver(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  const port = await listening(server)
  endings.push(() => server.closeAllConnections())
  return port
}

function send(url: string, options: Partial<SenderOptions> = {}) {
  const sender = new Sender({ allowLoopback: true, timeoutMs: 1000, ...options })
  endings.push(() => sender.stop())
  return sender.send({ id: 'msg_1', url, body: '{}', secrets: [SECRET] })
}

test('a success is delivered, with what was answered', async () => {
  const port = await receiver((_, response) => response.writeHead(201).end('thanks'))
  expect(await send(`http://127.0.0.1:${port}/hooks?a=1`)).toMatchObject({
    ...{ outcome: 'delivered', httpStatus: 201, error: null, response: 'thanks', retryAfterMs: null },
    durationMs: expect.any(Number)
  })
})

test('query and path arrive as they are', async () => {
  const asked = Promise.withResolvers<string | undefined>()
  const port = await receiver(({ url }, response) => {
    asked.resolve(url)
    response.end()
  })
  await send(`http://127.0.0.1:${port}/a%20b?c=%26`)
  expect(await asked.promise).toBe('/a%20b?c=%26')
})

test.each([301, 302, 303, 307, 308])('a redirect (%i) is followed nowhere', async status => {
  let hits = 0
  const inside = await receiver((_, response) => {
    hits++
    response.end()
  })
  const location = `http://127.0.0.1:${inside}/`
  const port = await receiver((_, response) => response.writeHead(status, { location }).end())
  const attempt = await send(`http://127.0.0.1:${port}/`)
  expect(attempt).toMatchObject({ outcome: 'answered', httpStatus: status })
  expect(attempt.error).toContain('redirect')
  expect(hits).toBe(0)
})

test.each([200, 500])(
  'of an endless answer (%i) the beginning is kept, and no more is read',
  async status => {
    const written = Promise.withResolvers<number>()
    const port = await receiver((_, response) => {
      response.writeHead(status)
      const chunk = 'x'.repeat(64 * 1024)
      let chunks = 0
      const write = () => {
        while (!response.closed && response.write(chunk)) chunks++
        chunks++
      }
      response.on('drain', write)
      response.on('close', () => written.resolve(chunks * chunk.length))
      write()
    })
    const attempt = await send(`http://127.0.0.1:${port}/`)
    expect(attempt.outcome).toBe(status === 200 ? 'delivered' : 'answered')
    expect(attempt.response).toBe('x'.repeat(4096))
    // What fits the buffers of both sides; read for as long as it may take it would be a hundred times as much.
    expect(await written.promise).toBeLessThan(16 * 1024 * 1024)
  }
)

test('of an answer that stops in the middle what came is kept, and its status counts', async () => {
  const port = await receiver((_, response) => void response.writeHead(200).write('so far'))
  expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ outcome: 'delivered', response: 'so far' })
})

test('a receiver that never answers is given up', async () => {
  const port = await receiver(() => undefined)
  const attempt = await send(`http://127.0.0.1:${port}/`, { timeoutMs: 200 })
  expect(attempt).toMatchObject({ outcome: 'unanswered', httpStatus: null, response: null })
  expect(attempt.error).toBe('There was no answer within 200 ms.')
})

test('headers without end, and what is no HTTP, are no answer', async () => {
  for (const answer of [`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`, 'hello\r\n\r\n', '']) {
    const port = await listening(
      createTcpServer(socket => void socket.on('error', () => undefined).end(answer))
    )
    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ outcome: 'unanswered' })
  }
})

test('nobody there is no answer', async () => {
  const port = await receiver(() => undefined)
  await endings.splice(0).at(0)!()
  expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({
    ...{ outcome: 'unanswered', error: 'The connection was refused.' }
  })
})

test('a card number in an answer is not kept', async () => {
  const port = await receiver((_, response) => response.end('you sent 4111 1111 1111 1111'))
  expect((await send(`http://127.0.0.1:${port}/`)).response).toMatch(/^\(withheld/)
})

test.each([
  ['120', 120_000],
  ['soon', null],
  ['-1', null]
])('Retry-After: %s is read', async (header, expected) => {
  const port = await receiver((_, response) => response.writeHead(503, { 'retry-after': header }).end())
  expect((await send(`http://127.0.0.1:${port}/`)).retryAfterMs).toBe(expected)
})

test('Retry-After may be a date', async () => {
  const later = new Date(Date.now() + 60_000).toUTCString()
  const port = await receiver((_, response) => response.writeHead(429, { 'retry-after': later }).end())
  const { retryAfterMs } = await send(`http://127.0.0.1:${port}/`)
  expect(retryAfterMs).toBeGreaterThan(50_000)
  expect(retryAfterMs).toBeLessThanOrEqual(60_000)
})

test('nothing is sent to an address inside, literal or by name', async () => {
  let hits = 0
  const inside = createTcpServer(socket => {
    hits++
    socket.destroy()
  })
  const port = await listening(inside)
  const resolve = toAddresses(() => ['127.0.0.1'])
  for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', 'localhost', 'shop.example']) {
    const attempt = await send(`https://${host}:${port}/`, { allowLoopback: false, resolve })
    expect([host, attempt]).toEqual([host, expect.objectContaining({ outcome: 'refused', httpStatus: null })])
  }
  expect(hits).toBe(0)
})

test('a name that leads to another address at each look-up gets nobody inside', async () => {
  let hits = 0
  const inside = createTcpServer(socket => {
    hits++
    socket.destroy()
  })
  const port = await listening(inside)
  // The first address is public and nobody answers there: whoever looks up twice judges that one and connects to the next.
  let lookUps = 0
  const resolve = toAddresses(() => [lookUps++ === 0 ? '2001:4860:4860::8888' : '127.0.0.1'])
  const options = { allowLoopback: false, resolve, timeoutMs: 300 }
  const sender = new Sender(options)
  endings.push(() => sender.stop())
  const webhook = { id: 'msg_1', url: `https://rebinding.example:${port}/`, body: '{}', secrets: [SECRET] }
  const first = await sender.send(webhook)
  expect(first.outcome).toBe('unanswered')
  const second = await sender.send(webhook)
  expect(second).toMatchObject({ outcome: 'refused', httpStatus: null })
  expect(lookUps).toBeGreaterThanOrEqual(2)
  expect(hits).toBe(0)
})

const toAddresses =
  (addresses: () => readonly string[]): NonNullable<SenderOptions['resolve']> =>
  (_name, _options, done) => {
    const found: LookupAddress[] = addresses().map(address => ({
      address,
      family: address.includes(':') ? 6 : 4
    }))
    done(null, found)
  }
