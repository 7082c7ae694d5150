// What a merchant does with webhooks, over HTTP.
import { expect } from '@jest/globals'
import { eventually, type Answer, type App, type Worker } from '../app.ts'
import type { Received, Receiver } from './receiver.ts'

export interface Endpoint {
  readonly id: string
  readonly secret: string
}

export async function addEndpoint(
  app: App,
  worker: Worker,
  receiver: Pick<Receiver, 'url'>,
  more: object = {}
): Promise<Endpoint> {
  const body = { url: receiver.url, ...more }
  const made = await app.request(worker, 'POST', '/v1/webhook-endpoints', { body })
  expect(made).toMatchObject({
    status: 201,
    body: { status: 'enabled', secret: expect.stringMatching(/^whsec_/) }
  })
  return made.body as unknown as Endpoint
}

export const endpointOf = (app: App, worker: Worker, { id }: Pick<Endpoint, 'id'>): Promise<Answer> =>
  app.request(worker, 'GET', `/v1/webhook-endpoints/${id}`)

/** A delivery with its attempts. */
export async function deliveryOf(app: App, worker: Worker, id: string) {
  const { status, body } = await app.request(worker, 'GET', `/v1/webhook-deliveries/${id}`)
  expect(status).toBe(200)
  return body as { attempts: unknown[] }
}

/** Deliveries as the API lists them, newest first. */
export async function deliveriesOf(app: App, worker: Worker, query: string) {
  const { status, body } = await app.request(worker, 'GET', `/v1/webhook-deliveries?${query}`)
  expect(status).toBe(200)
  return body['data'] as Readonly<Record<string, unknown> & { id: string }>[]
}

/** Waits until a payment is completed and all of it delivered, and returns what its receiver got. */
export async function allDelivered(
  app: App,
  worker: Worker,
  receiver: Receiver,
  paymentId: string
): Promise<Received[]> {
  const events = await eventually(async () => {
    const { body } = await app.request(worker, 'GET', `/v1/payments/${paymentId}/events`)
    const history = body['data'] as { type: string }[]
    expect(history.at(-1)?.type).toBe('PaymentCompleted')
    return history.length
  })
  return eventually(async () => {
    const deliveries = await deliveriesOf(app, worker, `payment=${paymentId}&limit=100`)
    const delivered = deliveries.filter(({ status }) => status === 'delivered')
    expect(delivered.length).toBeGreaterThanOrEqual(events)
    expect(delivered.length).toBe(deliveries.length)
    return receiver.of(paymentId)
  })
}

/** Waits until so many webhooks have come. */
export async function arrived(webhooks: () => readonly Received[], count: number): Promise<void> {
  await eventually(() => {
    expect(webhooks()).toHaveLength(count)
    return Promise.resolve()
  })
}
