// Pays over HTTP, reads what was written, and gives a part back:
//
//   npx node examples/client/http.ts [path of dev.json] [idempotency key]
import { AegisPayError, PaymentService } from 'aegispay/client'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [, , path = '.aegispay/dev.json', idempotencyKey = `http-${randomUUID()}`] = process.argv
const { url, apiKey } = JSON.parse(readFileSync(path, 'utf8')) as { url: string; apiKey: string }
const payments = new PaymentService({ url, apiKey })

const answer = await payments.create(
  {
    amount: 1099,
    currency: 'EUR',
    customer: { id: 'cus_1' },
    paymentMethod: { type: 'card', token: 'tok_visa' }
  },
  { idempotencyKey }
)
console.log(`payment  ${answer.paymentId} ${answer.settled ? answer.payment.status : 'accepted'}`)

// The read model follows; with the position the read shows at least what was answered.
const payment = await payments.get(answer.paymentId, { position: answer.position })
console.log(`read     ${payment.status} ${payment.capturedAmount} ${payment.currency}`)

const refund = await payments.refund(
  payment.id,
  { amount: 500 },
  { idempotencyKey: `${idempotencyKey}-refund`, ifVersion: payment.version }
)
console.log(`refund   ${refund.settled ? refund.refund.status : 'accepted'}`)

const refunded = await payments.waitFor(payment.id, ({ refundedAmount }) => refundedAmount === 500)
console.log(`read     ${refunded.status} ${refunded.refundedAmount} refunded`)

try {
  await payments.refund(payment.id, { amount: 5000 }, { idempotencyKey: `${idempotencyKey}-too-much` })
} catch (error) {
  if (!(error instanceof AegisPayError)) throw error
  console.log(`refused  ${error.code}`)
}

for (const { sequence, type } of await payments.events(payment.id))
  console.log(`event    ${sequence} ${type}`)
