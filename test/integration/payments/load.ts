// Load on the API, and what must have come of it.
import { expect } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually, payment, type App, type LedgerRow, type Worker } from '../app.ts'
import { decodeAll } from './topic.ts'

const PAYMENTS = 400
const CLIENTS = 4

/**
 * Sends payments from several clients at once, without waiting for their outcome; every 202 is a promise. What is answered
 * 503 is sent again under its key, as its sender is told to do: brokers that collect their garbage may keep all clients
 * waiting for longer than a command may wait, once or twice. More often than that is a failure.
 *
 * @param brokersFall whether brokers are ended meanwhile, with which 503 may come as often as it likes
 * @returns the ids of the payments
 */
export async function load(
  app: App,
  front: Worker,
  name: string,
  during: () => Promise<unknown>,
  payments = PAYMENTS,
  brokersFall = false
): Promise<string[]> {
  const accepted: string[] = []
  let refused = 0
  const keys = Array.from({ length: payments }, (_, i) => `${name}-${i}`)
  const client = async () => {
    for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
      const send = () =>
        app.request(front, 'POST', '/v1/payments', {
          key: key,
          body: payment(),
          headers: { prefer: 'respond-async' }
        })
      let answer = await send()
      while (answer.status === 503 && (brokersFall || refused < 2 * CLIENTS)) {
        refused++
        await delay(100)
        answer = await send()
      }
      if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
      accepted.push(answer.body['id'] as string)
    }
  }
  await Promise.all([...Array.from({ length: CLIENTS }, client), during()])
  return accepted
}

/**
 * Every accepted payment completed, exactly once, in the events as in the ledger. The projector has to run: reading the
 * topic over and over would keep what is awaited from coming.
 */
export async function expectExactlyOnce(app: App, accepted: readonly string[]): Promise<void> {
  await eventually(async () => {
    const rows = await app.query<{ id: string; status: string }>('SELECT id, status FROM payments')
    const statuses = new Map(rows.map(({ id, status }) => [id, status]))
    const open = accepted.filter(id => statuses.get(id) !== 'COMPLETED')
    expect(open.map(id => [id, statuses.get(id)])).toEqual([])
  }, 60_000)
  const events = await decodeAll(app.kafka, app.topics.events, app.codec)
  const completed = events.flatMap(({ name, value }) =>
    name === 'aegispay.events.PaymentCompleted' ? [value.paymentId] : []
  )
  expect(accepted.filter(id => !completed.includes(id))).toEqual([])
  expect(completed).toHaveLength(new Set(completed).size)

  const sequences = new Map<string, number>()
  for (const { value } of events) {
    const { paymentId, sequence } = value as { paymentId: string | null; sequence: number | null }
    if (paymentId === null || sequence === null) continue
    expect(sequence).toBe((sequences.get(paymentId) ?? 0) + 1)
    sequences.set(paymentId, sequence)
  }
  const charges = Map.groupBy(await app.ledger(), (row: LedgerRow) => row.payment)
  expect(accepted.map(id => charges.get(id)?.length ?? 0)).toEqual(accepted.map(() => 1))
}
