// Pays over a connection that loses answers, and charges once all the same:
//
//   npx node examples/client/idempotent.ts [path of dev.json] [idempotency key]
import { IdempotentPaymentService } from 'aegispay/client'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const [, , path = '.aegispay/dev.json', idempotencyKey = `idempotent-${randomUUID()}`] = process.argv
const dev = JSON.parse(readFileSync(path, 'utf8')) as Record<'url' | 'apiKey' | 'sandbox', string>

// Hands every request on, and keeps the first two answers to itself.
let answers = 0
const proxy = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { authorization = '', 'idempotency-key': key = '' } = request.headers
    const answer = await fetch(`${dev.url}${request.url ?? ''}`, {
      method: 'POST',
      headers: { authorization, 'idempotency-key': String(key), 'content-type': 'application/json' },
      body: Buffer.concat(chunks)
    })
    const body = await answer.text()
    answers++
    console.log(`answer   ${answer.status}${answers <= 2 ? ', lost on the way' : ''}`)
    if (answers <= 2) response.destroy()
    else response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body)
  })()
})
await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`

const payments = new IdempotentPaymentService({ url, apiKey: dev.apiKey })
const { paymentId, settled } = await payments.create(
  {
    amount: 1099,
    currency: 'EUR',
    customer: { id: 'cus_1' },
    paymentMethod: { type: 'card', token: 'tok_visa' }
  },
  { idempotencyKey }
)
console.log(`payment  ${paymentId} ${settled ? 'settled' : 'accepted'}`)
const charges = (await (await fetch(`${dev.sandbox}/ledger?payment=${paymentId}`)).json()) as unknown[]
console.log(`charges  ${charges.length}`)
proxy.close()
