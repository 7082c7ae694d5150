import { expect, jest, test } from '@jest/globals'
import { Agent, request } from 'undici'
import { App, payment, type Worker } from '../app.ts'

jest.setTimeout(60_000)

/** Milliseconds between the requests of one client: some find their connection idle for longer than others. */
const PAUSES_MS = [0, 0, 5, 20, 100, 300, 450, 550, 700]
const STOP_LIMIT_MS = 10_000

interface Tally {
  answered: number
  readonly failed: unknown[]
}

/** Whether the process says that it wants requests, as a load balancer asks it. */
interface Readiness {
  isReady: boolean
}

async function watch({ url }: Worker, readiness: Readiness): Promise<void> {
  while (readiness.isReady) {
    const ready = await fetch(`${url}/readyz`).catch(() => null)
    readiness.isReady = ready?.status === 200
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/**
 * Sends one request after the other, on a connection that is kept alive or on a new one each. It opens no connection to a
 * process that is not ready, and uses an open one until it is told to close it.
 */
async function client(
  app: App,
  { url }: Worker,
  { name, pauseMs }: { name: string; pauseMs: number },
  readiness: Readiness,
  tally: Tally
): Promise<void> {
  const keepsAlive = !name.startsWith('new')
  const dispatcher = new Agent({ connections: 1, pipelining: keepsAlive ? 1 : 0 })
  let isOpen = false
  for (let i = 0; isOpen || readiness.isReady; i++) {
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
      isOpen = keepsAlive && answer.headers.connection !== 'close'
    } catch (error) {
      tally.failed.push(error)
      break
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
  await dispatcher.close()
}

test('SIGTERM under load fails no request, whether its connection is new, busy or idle', async () => {
  const app = await App.create({ name: 'stop', latencyMs: 20 })
  const worker = await app.start()
  const tally: Tally = { answered: 0, failed: [] }
  const readiness: Readiness = { isReady: true }
  const watching = watch(worker, readiness)
  const clients = PAUSES_MS.flatMap(pauseMs => [
    client(app, worker, { name: `kept-${pauseMs}`, pauseMs }, readiness, tally),
    client(app, worker, { name: `new-${pauseMs}`, pauseMs }, readiness, tally)
  ])
  while (tally.answered < 300) await new Promise(resolve => setTimeout(resolve, 10))
  const began = Date.now()
  expect(await worker.end('SIGTERM')).toBe(0)
  expect(Date.now() - began).toBeLessThan(STOP_LIMIT_MS)
  await Promise.all([...clients, watching])
  expect(tally.failed).toEqual([])
})
