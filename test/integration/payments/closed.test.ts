import { expect, test } from '@jest/globals'
import { rmSync } from 'node:fs'
import { App, eventually, payment } from '../app.ts'
import { decodeAll } from './topic.ts'

test('of a closed payment a stub is left, by which a late duplicate gets its old answer', async () => {
  const app = await App.create({ name: 'closed' })
  let worker = await app.start()
  const post = () =>
    app.request(worker, 'POST', '/v1/payments', {
      key: 'once',
      body: payment({ metadata: { order: '4711' }, description: 'Two coffees' })
    })
  const first = await post()
  expect([first.status, first.body['status']]).toEqual([201, 'COMPLETED'])
  const id = first.body['id'] as string

  const stub = await eventually(async () => {
    const states = await decodeAll(app.kafka, app.topics.state, app.codec)
    const last = states.findLast(({ value }) => 'paymentId' in value && value.paymentId === id)
    expect(last).toMatchObject({ name: 'aegispay.state.ClosedPayment', value: { paymentId: id } })
    return last!.value
  })
  expect(stub).toMatchObject({ payment: { status: 'COMPLETED', paymentMethod: null, capturedAmount: 1099 } })

  // Nothing but the stub is left of it where its owner looks.
  await worker.end('SIGKILL')
  rmSync(app.settings['AEGISPAY_STATE_DIR']!, { recursive: true })
  worker = await app.start()
  const again = await post()
  expect([again.status, again.body]).toEqual([first.status, first.body])
  expect(await app.ledger(id)).toHaveLength(1)
}, 60_000)
