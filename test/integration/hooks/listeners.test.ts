// The example of a listener as a user would run it, and what one listener cannot do to the others.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { App, eventually, type Worker } from '../app.ts'

jest.setTimeout(120_000)

/** What the chat was told. */
const told: { text: string; id: string }[] = []
let chatStatus = 200
const chat = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (chatStatus === 200) {
      const { text } = JSON.parse(Buffer.concat(chunks).toString()) as { text: string }
      told.push({ text, id: request.headers['idempotency-key'] as string })
    }
    response.writeHead(chatStatus).end()
  })
})
const modules = join(import.meta.dirname, 'modules')
let app: App
let front: Worker

beforeAll(async () => {
  await new Promise<void>(resolve => chat.listen(0, '127.0.0.1', resolve))
  app = await App.create({
    name: 'listeners',
    partitions: 2,
    settings: {
      AEGISPAY_HOOKS: ['examples/hooks/large-payments.ts', join(modules, 'troubled.ts')].join(','),
      AEGISPAY_HOOK_LISTENER_MS: '1000',
      CHAT_WEBHOOK_URL: `http://127.0.0.1:${(chat.address() as AddressInfo).port}/`
    }
  })
  front = await app.start('ingress', 'query', 'processor', 'gateway', 'projector')
})
afterAll(() => new Promise(resolve => chat.close(resolve)))

const large = (key: string) => app.pay(front, key, { amount: 1_500_000 })
const toldOf = (id: string) => told.filter(({ text }) => text === `${id}: 1500000 EUR`)

test('tells a chat about large payments, though other listeners throw and loop for ever', async () => {
  const listener = await app.start('listener')
  const ids = [await large('large-1'), await large('large-2')]
  await app.pay(front, 'small-1')
  await eventually(() => {
    for (const id of ids) expect(toldOf(id).length).toBeGreaterThan(0)
    return Promise.resolve()
  })
  expect(new Set(told.map(({ text }) => text)).size).toBe(2)
  const metrics = async () => (await fetch(`${listener.url}/metrics`)).text()
  await eventually(async () => {
    const text = await metrics()
    expect(text).toMatch(/aegispay_hook_restarts_total\{hook="listeners\/looping"\} [1-9]/)
    expect(text).toMatch(/aegispay_hook_asks_total\{hook="listeners\/throwing",result="failed"\} [1-9]/)
    expect(text).toMatch(/aegispay_listener_lag_records\{listener="throwing",partition="\d"\} [1-9]/)
    for (const partition of [0, 1])
      expect(text).toContain(
        `aegispay_listener_lag_records{listener="large-payments",partition="${partition}"} 0`
      )
  })
  expect(await listener.end('SIGTERM')).toBe(0)
})

test('tells what has happened while nobody listened, and again what the listener has not dealt with', async () => {
  const unheard = await large('away-1')
  chatStatus = 500
  const listener = await app.start('listener')
  await eventually(() => {
    expect(listener.log.join('')).toContain('large-payments.ts:')
    return Promise.resolve()
  })
  expect(toldOf(unheard)).toEqual([])
  chatStatus = 200
  await eventually(() => {
    expect(toldOf(unheard).length).toBeGreaterThan(0)
    return Promise.resolve()
  })
  expect(listener.log.join('')).not.toContain(unheard)
  await listener.end('SIGTERM')
})

test('a module that is no hook keeps the process from starting, with its path', async () => {
  const wrong = app.under({ AEGISPAY_HOOKS: 'src/groups.ts' })
  await expect(wrong.start('listener')).rejects.toThrow(
    'aegispay: the hook module src/groups.ts has no default export that defineHooks has made'
  )
})
