import { beforeAll, expect, jest, test } from '@jest/globals'
import { App, type Worker } from '../app.ts'
import { Receiver, verify } from './receiver.ts'
import { addEndpoint, allDelivered } from './shop.ts'

jest.setTimeout(90_000)

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'hooks' })
  worker = await app.start()
}, 90_000)

test('every event of a payment arrives, in sequence, signed, under an id of its own', async () => {
  const receiver = await Receiver.start()
  const { secret } = await addEndpoint(app, worker, receiver)
  const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => app.pay(worker, `order-${i}`)))
  for (const id of ids) {
    const received = await allDelivered(app, worker, receiver, id)
    const sequences = received.map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.map((_, i) => i + 1))
    for (const webhook of received) verify(webhook, secret)
  }
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length)
})
