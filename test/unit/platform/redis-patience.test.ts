import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { RedisPatience } from '../../../src/platform/redis-patience.ts'
import { TooSlowError } from '../../../src/platform/within.ts'

const never = () => new Promise<never>(() => undefined)

function stayBusy(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('what does not answer is given up, and left alone for a while', async () => {
  const patience = new RedisPatience()
  await expect(patience.wait(never())).rejects.toBeInstanceOf(TooSlowError)
  expect(patience.isExhausted).toBe(true)
})

test('what fails is left alone for a while, with its own error', async () => {
  const patience = new RedisPatience()
  await expect(patience.wait(Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  expect(patience.isExhausted).toBe(true)
})

test('an answer that lay there while the process was busy is not late', async () => {
  const sent = Promise.withResolvers<undefined>()
  const server = createServer(peer => {
    peer.on('error', () => undefined)
    peer.write('+OK', () => sent.resolve(undefined))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  try {
    const patience = new RedisPatience()
    const answer = patience.wait(once(socket, 'data'))
    await sent.promise
    stayBusy(80)
    expect(String((await answer)[0])).toBe('+OK')
    expect(patience.isExhausted).toBe(false)
  } finally {
    socket.destroy()
    server.close()
  }
})
