import { expect, test } from '@jest/globals'
import { App, eventually, payment } from '../app.ts'

test('R12 what a transaction that is left open hides from the processor shows in a metric', async () => {
  const app = await App.create({ name: 'hidden', partitions: 2 })
  const worker = await app.start()
  const stranger = app.kafka.producer({
    transactionalId: `${app.topics.commands}.stranger`,
    transactionTimeout: 30_000,
    idempotent: true
  })
  await stranger.connect()
  const open = await stranger.transaction()
  const messages = [0, 1].map(partition => ({ key: 'stranger', value: 'never committed', partition }))
  await open.send({ topic: app.topics.commands, messages })
  const hidden = async () => {
    const text = await (await fetch(`${worker.url}/metrics`)).text()
    const series = /^aegispay_processor_hidden_records\{input="(\w+)",partition="(\d)"\} (\d+)$/gm
    return [...text.matchAll(series)].map(
      ([, input, partition, records]) => `${input} ${partition} ${records}`
    )
  }
  await eventually(async () =>
    expect((await hidden()).sort()).toEqual(['commands 0 1', 'commands 1 1', 'outcomes 0 0', 'outcomes 1 0'])
  )

  const accepted = await app.request(worker, 'POST', '/v1/payments', {
    key: 'behind',
    body: payment(),
    headers: { prefer: 'respond-async' }
  })
  expect(accepted.status).toBe(202)
  await eventually(async () =>
    expect(await hidden()).toContainEqual(expect.stringMatching(/^commands \d 2$/))
  )
  await open.abort()
  await eventually(async () => expect((await hidden()).every(line => line.endsWith(' 0'))).toBe(true))
  await eventually(async () => {
    const { body } = await app.request(worker, 'GET', `/v1/payments/${String(accepted.body['id'])}`)
    expect(body).toMatchObject({ status: 'COMPLETED' })
  })
  await stranger.disconnect()
}, 60_000)
