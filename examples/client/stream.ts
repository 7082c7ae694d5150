// Follows what happens to a payment, leaves after two events, and goes on behind them:
//
//   npx node examples/client/stream.ts [path of dev.json] [idempotency key]
import { IdempotentPaymentService } from 'aegispay/client'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [, , path = '.aegispay/dev.json', idempotencyKey = `stream-${randomUUID()}`] = process.argv
const { url, apiKey } = JSON.parse(readFileSync(path, 'utf8')) as { url: string; apiKey: string }
const payments = new IdempotentPaymentService({ url, apiKey })

const { paymentId } = await payments.create(
  {
    amount: 1099,
    currency: 'EUR',
    customer: { id: 'cus_1' },
    paymentMethod: { type: 'card', token: 'tok_visa' }
  },
  { idempotencyKey, async: true }
)

// It may have been begun before anybody listens.
const filter = { payment: paymentId, from: 'beginning' } as const
// Where it must survive the process, it is stored together with what was done about the event.
let lastEventId = ''
for await (const event of payments.stream(filter)) {
  console.log(`told     ${event.sequence} ${event.type}`)
  lastEventId = event.lastEventId
  if (event.sequence === 2) break
}
for await (const { sequence, type } of payments.stream(filter, { lastEventId })) {
  console.log(`told     ${sequence} ${type}`)
  if (type === 'PaymentCompleted') break
}
