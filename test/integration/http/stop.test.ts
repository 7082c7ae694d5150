import { expect, jest, test } from '@jest/globals'
import { Agent, errors, request } from 'undici'
import { App, payment, type Worker } from '../app.ts'

jest.setTimeout(60_000)

/** Milliseconds between the requests of one client: some find their connection idle for longer than others. */
const PAUSES_MS = [0, 0, 5, 20, 100, 300, 450, 550, 700]
const STOP_LIMIT_MS = 10_000

interface Tally {
  answered: number
  readonly failed: unknown[]
}

/** Sends one request after the other, on a connection that is kept alive or on a new one each, until the port closes. */
async function client(app: App, { url }: Worker, name: string, pauseMs: number, tally: Tally): Promise<void> {
  const keepsAlive = !name.startsWith('new')
  const dispatcher = new Agent({ connections: 1, pipelining: keepsAlive ? 1 : 0 })
  for (let i = 0; ; i++) {
    try {
      const answer = await request(`${url}/v1/payments`, {
        dispatcher,
        method: 'POST',
        headers: {
          authorization: `Bearer ${app.apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': `${name}-${i}`,
          // Both ways: those that wait for their payment, and those that do not.
          ...(i % 2 === 0 ? { prefer: 'respond-async' } : {})
        },
        body: JSON.stringify(payment())
      })
      await answer.body.dump()
      if (answer.statusCode !== 201 && answer.statusCode !== 202) tally.failed.push(answer.statusCode)
      tally.answered++
    } catch (error) {
      // To a port that is closed nothing was sent: a client goes elsewhere.
      if ((error as { code?: string }).code === 'ECONNREFUSED') break
      if (error instanceof errors.ConnectTimeoutError) break
      tally.failed.push(error)
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
  await dispatcher.close()
}

test('SIGTERM under load fails no request, whether its connection is new, busy or idle', async () => {
  const app = await App.create({ name: 'stop', latencyMs: 20 })
  const worker = await app.start()
  const tally: Tally = { answered: 0, failed: [] }
  const clients = PAUSES_MS.flatMap(pauseMs => [
    client(app, worker, `kept-${pauseMs}`, pauseMs, tally),
    client(app, worker, `new-${pauseMs}`, pauseMs, tally)
  ])
  while (tally.answered < 300) await new Promise(resolve => setTimeout(resolve, 10))
  const began = Date.now()
  expect(await worker.end('SIGTERM')).toBe(0)
  expect(Date.now() - began).toBeLessThan(STOP_LIMIT_MS)
  await Promise.all(clients)
  expect(tally.failed).toEqual([])
})
