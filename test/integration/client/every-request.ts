import type { ServerResponse } from 'node:http'
import { PaymentService } from '../../../client/src/index.ts'
import { ScriptedService } from '../../unit/client/scripted-service.ts'

/** What is asked, as `GET /v1/payments/id`, when everything that the client can ask is asked once. */
export async function everyRequest(): Promise<string[]> {
  const service = await ScriptedService.start([asIsAskedFor])
  const payments = new PaymentService({ url: service.url, apiKey: 'ak_demo_secret' })
  const { webhookEndpoints: endpoints } = payments
  const range = { from: new Date(0), to: new Date(1) }
  const key = { idempotencyKey: 'k' }
  const payment = {
    amount: 1,
    currency: 'EUR',
    customer: { id: 'c' },
    paymentMethod: { type: 'card', token: 't' }
  } as const
  const over = new AbortController()
  await Promise.all([
    payments.create(payment, key),
    payments.capture('id', {}, key),
    payments.cancel('id', {}, key),
    payments.refund('id', {}, key),
    payments.retry('id', key),
    payments.closeRefunds('id', key),
    payments.get('id'),
    payments.list().pages().next(),
    payments.events('id'),
    payments.audit('id'),
    payments.routing('id'),
    payments.refunds('id'),
    payments.getRefund('id', 'id'),
    payments.getCustomer('id'),
    payments.getStatement('id'),
    payments.getStatementAsCsv('id'),
    payments.eraseCustomer('id'),
    payments.notifications().pages().next(),
    payments.analytics.payments().pages().next(),
    payments.analytics.inFlight(),
    payments.analytics.declines(),
    payments.session(),
    payments.stream({}, { signal: over.signal }).next(),
    endpoints.create({ url: 'u' }),
    endpoints.list().pages().next(),
    endpoints.get('id'),
    endpoints.change('id', {}),
    endpoints.delete('id'),
    endpoints.rotateSecret('id'),
    endpoints.test('id'),
    endpoints.redeliverRange('id', range),
    endpoints.deliveries().pages().next(),
    endpoints.getDelivery('id'),
    endpoints.redeliver('id')
  ])
  over.abort()
  service.close()
  return service.asked.map(({ method, path }) => `${method} ${path.split('?')[0]!}`)
}

function asIsAskedFor(response: ServerResponse): void {
  const page = JSON.stringify({ data: [], nextCursor: null })
  const { accept = '*/*' } = response.req.headers
  response
    .writeHead(200, { 'content-type': accept })
    .end(accept === 'text/event-stream' ? `data: ${page}\n\n` : page)
}
