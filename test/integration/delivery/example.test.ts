import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { App, eventually, type Worker } from '../app.ts'
import { addEndpoint } from './shop.ts'

jest.setTimeout(60_000)

const root = join(import.meta.dirname, '..', '..', '..')

let app: App
let worker: Worker
let receiver: ChildProcess | undefined

beforeAll(async () => {
  app = await App.create({ name: 'example' })
  worker = await app.start()
}, 60_000)
afterAll(() => void receiver?.kill())

test('the receiver of the documentation verifies what it gets', async () => {
  // Its secret is known before its port.
  const endpoint = await addEndpoint(app, worker, { url: 'http://127.0.0.1:9/' })
  receiver = spawn(process.execPath, ['examples/webhooks/receiver.js'], {
    cwd: root,
    env: { WEBHOOK_SECRET: endpoint.secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const lines: string[] = []
  createInterface(receiver.stdout!).on('line', line => lines.push(line))
  const port = await eventually(() => {
    expect(lines[0]).toMatch(/^port \d+$/)
    return Promise.resolve(lines[0]!.slice('port '.length))
  })
  const url = `http://127.0.0.1:${port}/`
  const path = `/v1/webhook-endpoints/${endpoint.id}`
  await app.request(worker, 'PATCH', path, { body: { url } })
  const id = await app.pay(worker, 'documented')
  await eventually(() => {
    expect(lines.slice(1)).toContain(`payment.completed ${id} 6`)
    return Promise.resolve()
  })
  const forged = await fetch(url, {
    method: 'POST',
    headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,forged' },
    body: '{}'
  })
  expect(forged.status).toBe(400)
})
