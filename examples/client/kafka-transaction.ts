// An order and its payment in one Kafka transaction: either both happen or neither.
//
//   npx node examples/client/kafka-transaction.ts [path of dev.json] [order]
import { IdempotentPaymentService } from 'aegispay/client'
import { TransactionalPaymentService } from 'aegispay/client/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [, , path = '.aegispay/dev.json', order = `order-${randomUUID()}`] = process.argv
const dev = JSON.parse(readFileSync(path, 'utf8')) as {
  url: string
  apiKey: string
  schemaRegistry: string
  kafka: { brokers: string[] }
  prefix?: string
}

// kafkajs throws what it cannot mend, and logs as errors what it tries again by itself, such as a broker that ends a transaction.
const kafka = new Kafka({ brokers: dev.kafka.brokers, clientId: 'shop', logLevel: logLevel.NOTHING })
const admin = kafka.admin()
await admin.connect()
const topic = `${dev.prefix ?? ''}shop.orders`
await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
const payments = await TransactionalPaymentService.connect({
  ...{ merchantId: 'demo', schemaRegistry: dev.schemaRegistry, admin },
  prefix: dev.prefix ?? ''
})
await admin.disconnect()

// A transactional id of its own for each instance; after a crash the same one ends what was left open.
const producer = kafka.producer({
  ...{ transactionalId: `shop-${order}`, transactionTimeout: 30_000 },
  ...{ maxInFlightRequests: 1, idempotent: true }
})
await producer.connect()

async function place(amount: number, end: 'commit' | 'abort'): Promise<string> {
  const transaction = await producer.transaction()
  try {
    await transaction.send({ topic, messages: [{ key: order, value: JSON.stringify({ order, amount }) }] })
    const { paymentId } = await payments.create(
      transaction,
      {
        ...{ amount, currency: 'EUR', customer: { id: 'cus_1' } },
        paymentMethod: { type: 'card', token: 'tok_visa' }
      },
      { idempotencyKey: order }
    )
    await transaction[end]()
    console.log(`order    ${amount} ${end === 'commit' ? 'committed' : 'aborted'}`)
    return paymentId
  } catch (error) {
    await transaction.abort()
    throw error
  }
}

await place(1, 'abort')
const paymentId = await place(1099, 'commit')
await producer.disconnect()

const reading = new IdempotentPaymentService({ url: dev.url, apiKey: dev.apiKey })
const payment = await reading.waitFor(paymentId, ['COMPLETED', 'FAILED'])
console.log(`payment  ${payment.id} ${payment.status} ${payment.amount}`)
