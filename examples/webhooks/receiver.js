// A receiver of webhooks: WEBHOOK_SECRET=whsec_… PORT=3000 node examples/webhooks/receiver.js
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

const webhooks = new Webhook(process.env.WEBHOOK_SECRET)
// Yours is a table with a unique column, written in the transaction that does what follows from the webhook.
const seen = new Set()

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  // The bytes as they came: JSON that is parsed and written again has another signature.
  const body = Buffer.concat(chunks).toString()
  try {
    const { type, data } = webhooks.verify(body, request.headers)
    const id = request.headers['webhook-id']
    if (!seen.has(id)) {
      seen.add(id)
      console.log(`${type} ${data.paymentId ?? ''} ${data.sequence ?? ''}`.trim())
    }
    // Soon: what takes time is done afterwards.
    response.writeHead(204).end()
  } catch (error) {
    response.writeHead(400).end(error.message)
  }
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () =>
  console.log(`port ${server.address().port}`)
)
