import { expect, test } from '@jest/globals'
import { crc32 } from 'node:zlib'
import { paymentIdOf } from '../../../src/identity.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { App, eventually } from '../app.ts'
import { decodeAll, produce, readAll } from '../payments/topic.ts'

const PARTITIONS = 4
const PAYMENTS = 40

/** Where librdkafka, and with it confluent-kafka, places a record unless it is told otherwise. */
const byCrc32 = (key: string): number => crc32(key) % PARTITIONS

test('R16 a payment that producers place by different hashes has one owner and is charged once', async () => {
  const app = await App.create({ name: 'r16', partitions: PARTITIONS })
  await app.start()
  const payments = Array.from({ length: PAYMENTS }, (_, i) => paymentIdOf('demo', `r16-${i}`))
  const commands = payments.map((paymentId, i) => ({
    key: paymentId,
    value: app.codec.encode('aegispay.commands.InitiatePayment', {
      ...{ merchantId: 'demo', paymentId, idempotencyKey: `r16-${i}` },
      ...{ amount: 500, currency: 'EUR', capture: 'AUTOMATIC', captureDelayMs: null },
      customer: { id: 'cus_1', country: null },
      paymentMethod: { type: 'CARD', token: 'tok_visa', network: null },
      ...{ description: null, metadata: {}, addressDigest: null }
    })
  }))
  const home = (paymentId: string) => partitionOf(paymentId, PARTITIONS)
  const elsewhere = payments.filter(paymentId => byCrc32(paymentId) !== home(paymentId))
  expect(elsewhere.length).toBeGreaterThan(PAYMENTS / 2)
  await produce(
    app.kafka,
    app.topics.commands,
    commands.flatMap(command => [
      { ...command, partition: byCrc32(command.key) },
      { ...command, partition: home(command.key) }
    ])
  )

  await eventually(async () => {
    const events = await decodeAll(app.kafka, app.topics.events, app.codec)
    const completed = events.flatMap(({ name, value }) =>
      name === 'aegispay.events.PaymentCompleted' ? [value.paymentId] : []
    )
    expect(completed.toSorted()).toEqual(payments.toSorted())
    // The copies have come home too.
    const handled = await readAll(app.kafka, app.topics.commands)
    expect(handled).toHaveLength(2 * PAYMENTS + elsewhere.length)
  })
  const charged = (await app.ledger()).map(row => row.payment)
  expect(charged.toSorted()).toEqual(payments.toSorted())
  const events = await readAll(app.kafka, app.topics.events)
  const misplaced = events.filter(
    ({ key, partition }) => key !== null && payments.includes(String(key)) && home(String(key)) !== partition
  )
  expect(misplaced).toEqual([])
}, 60_000)
