// What becomes of a record that was redriven, in an installation that runs.
import { beforeAll, expect, jest, test } from '@jest/globals'
import type { ListedLetter } from '../../../src/dead-letters/views.ts'
import type { Redriven } from '../../../src/dead-letters/redrive.ts'
import type { InitiatePayment } from '../../../src/generated/records.ts'
import { Outputs } from '../../../src/processors/payments/outputs.ts'
import { App, eventually, type Worker } from '../app.ts'
import { initiate } from '../payments/initiate.ts'
import { produce } from '../payments/topic.ts'
import { aegispay, documents } from './command-line.ts'

jest.setTimeout(120_000)

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'redriven', partitions: 2 })
  worker = await app.start()
})

/** Puts a command aside, as the processor does with one that it fails to decide on. */
async function bury(command: InitiatePayment): Promise<void> {
  const value = app.codec.encode('aegispay.commands.InitiatePayment', command)
  const key = Buffer.from(command.paymentId)
  const record = { input: 'commands', partition: 0, offset: 0, timestamp: 0, key, value, headers: {} }
  const outputs = new Outputs(app.codec, app.topics)
  const letter = outputs.deadLetter(record, app.topics.commands, 'decision_failed', 'why', Date.now())
  const { headers = {}, ...rest } = letter
  await produce(app.kafka, app.topics.deadLetters, [{ ...rest, headers }])
}

const redrive = async (...args: string[]) =>
  documents<Redriven>(
    await aegispay(app.settings, 'dlq', 'redrive', ...args, '--yes', '--json', '--reason', 'mended')
  )

test('a redriven command completes its payment, and charges once however often it is redriven', async () => {
  const command = initiate('redriven', { amount: 1099, customer: { id: 'cus_1', country: 'DE' } })
  const { paymentId } = command
  await bury(command)
  const listed = documents<{ letters: ListedLetter[] }>(await aegispay(app.settings, 'dlq', 'list', '--json'))
  const { letter } = listed[0]!.letters[0]!
  expect((await app.request(worker, 'GET', `/v1/payments/${paymentId}`)).status).toBe(404)

  expect(await redrive(letter)).toMatchObject([{ letter, result: 'redriven' }])
  await eventually(async () => {
    const { body } = await app.request(worker, 'GET', `/v1/payments/${paymentId}`)
    expect(body).toMatchObject({ status: 'COMPLETED', capturedAmount: 1099 })
  })
  expect(await redrive(letter, '--again')).toMatchObject([{ letter, result: 'redriven' }])
  // The same command over HTTP is behind the one that was redriven, and finds the payment that it made.
  expect(await app.pay(worker, 'redriven')).toBe(paymentId)
  expect(await app.ledger(paymentId)).toHaveLength(1)
  const { code, stdout } = await aegispay(app.settings, 'replay', 'payment', paymentId)
  expect({ code, stdout }).toMatchObject({ code: 0 })
})
