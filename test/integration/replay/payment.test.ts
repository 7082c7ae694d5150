// `aegispay replay payment` on an installation that runs, and on one whose records were tampered with.
import { beforeAll, expect, test } from '@jest/globals'
import type { ClosedPayment } from '../../../src/generated/records.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { App, type Worker } from '../app.ts'
import { produce, readAll } from '../payments/topic.ts'
import { aegispay } from '../operate/command-line.ts'

const PARTITIONS = 2

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'replay', partitions: PARTITIONS })
  worker = await app.start()
}, 240_000)

const replay = (...args: string[]) => aegispay(app.settings, 'replay', 'payment', ...args)

test('shows every event with the state after it, and finds the stored state equal', async () => {
  const id = await app.pay(worker, 'shown')
  const { code, stdout, stderr } = await replay(id)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/1 +\S+Z +PaymentInitiated +cmd_\w+ +INITIATED +0\.00 EUR +0\.00 EUR +0\.00 EUR +-/)
  expect(stdout).toMatch(/PaymentCompleted .* COMPLETED +10\.99 EUR +10\.99 EUR +0\.00 EUR +-/)
  expect(stdout).toContain('The stored state is what follows from the events.')
  const { body } = await app.request(worker, 'GET', `/v1/payments/${id}/events`)
  const answered = JSON.parse((await replay(id, '--json')).stdout) as {
    events: { sequence: number; type: string; causationId: string; payment: { version: number } }[]
  }
  expect(answered).toMatchObject({ payment: id, corrupt: null, differences: [] })
  expect(answered.events.map(({ sequence, type }) => ({ sequence, type }))).toEqual(
    (body['data'] as { sequence: number; type: string }[]).map(({ sequence, type }) => ({ sequence, type }))
  )
  expect(answered.events.map(event => event.payment.version)).toEqual(answered.events.map((_, i) => i + 1))
}, 60_000)

test('shows why a command was refused', async () => {
  const id = await app.pay(worker, 'refused')
  await app.request(worker, 'POST', `/v1/payments/${id}/cancel`, { key: 'cancel-refused' })
  expect((await replay(id)).stdout).toMatch(/CommandRejected status_conflict +cmd_\w+ +COMPLETED/)
}, 60_000)

test('says what differs, field by field, when the stored state is not the fold', async () => {
  const id = await app.pay(worker, 'forged')
  const partition = partitionOf(id, PARTITIONS)
  const stored = (await readAll(app.kafka, app.topics.state)).findLast(({ key }) => String(key) === id)!
  await app.codec.learn([stored.value])
  const state = app.codec.decode(stored.value!).value as ClosedPayment
  const forged = { ...state, payment: { ...state.payment!, reference: 'forged' } }
  const value = app.codec.encode('aegispay.state.ClosedPayment', forged)
  await produce(app.kafka, app.topics.state, [{ key: id, value, partition }])
  const { code, stdout } = await replay(id)
  expect(code).toBe(1)
  expect(stdout).toMatch(/payment\.reference +\S+ +forged$/m)
  const { differences } = JSON.parse((await replay(id, '--json')).stdout) as { differences: unknown }
  expect(differences).toEqual([
    { field: 'payment.reference', expected: state.payment!.reference, found: 'forged' }
  ])
}, 60_000)

test('says where a history has an event twice', async () => {
  const id = await app.pay(worker, 'doubled')
  const partition = partitionOf(id, PARTITIONS)
  const last = (await readAll(app.kafka, app.topics.events)).findLast(({ key }) => String(key) === id)!
  await produce(app.kafka, app.topics.events, [{ key: id, value: last.value, partition }])
  const { code, stdout } = await replay(id)
  expect(code).toBe(1)
  expect(stdout).toMatch(/The history is corrupt at offset \d+: .* cannot take event \d+/)
}, 60_000)

test('a payment that the log does not know is not found, and what is no id is refused', async () => {
  const unknown = await replay(`pay_${'a'.repeat(32)}`)
  expect(unknown).toMatchObject({ code: 2, stdout: '' })
  expect(unknown.stderr).toMatch(/^aegispay: payment_not_found: /)
  expect(await replay('pay_1')).toMatchObject({ code: 2, stdout: '' })
  expect((await replay('--help')).stdout).toContain('aegispay replay payment pay_')
}, 60_000)
