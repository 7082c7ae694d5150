import { expect, jest, test } from '@jest/globals'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent, request } from 'undici'
import { paymentIdOf } from '../../../src/identity.ts'
import { App, eventually, payment, type Worker } from '../app.ts'

jest.setTimeout(120_000)

/** Milliseconds between the requests of one client: some find their connection idle for longer than others. */
const PAUSES_MS = [0, 0, 5, 20, 100, 300, 450, 550, 700]
const STOP_LIMIT_MS = 10_000
/** Milliseconds from SIGTERM to a moment when no new connection is taken any more, and open ones are served. */
const AFTER_THE_PORT_MS = 1500

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

/** A command whose headers have been taken in and whose body is sent only when told to; `status` is of the answer. */
async function slowUpload(app: App, { url }: Worker, key: string) {
  const body = JSON.stringify(payment())
  const sent = httpRequest(`${url}/v1/payments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.apiKey}`,
      'content-type': 'application/json',
      'content-length': body.length,
      'idempotency-key': key,
      expect: '100-continue'
    }
  })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  sent.flushHeaders()
  await once(sent, 'continue')
  sent.write(body.slice(0, 10))
  return {
    finish: () => sent.end(body.slice(10)),
    status: answered.then(([response]) => response.resume().statusCode!)
  }
}

/** A payment that its gateway keeps for two seconds, once the processor has decided on it; with the answer's status. */
async function slowPayment(app: App, worker: Worker, key: string) {
  const body = payment({ paymentMethod: { type: 'card', token: 'tok_slow' } })
  const answered = app.request(worker, 'POST', '/v1/payments', { key, body })
  await eventually(async () => {
    const path = `/v1/payments/${paymentIdOf('demo', key)}`
    expect((await app.request(worker, 'GET', path)).body).toMatchObject({ status: 'PROCESSING' })
  })
  return { status: answered.then(({ status }) => status) }
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
  const upload = await slowUpload(app, worker, 'upload')
  const waiting = await slowPayment(app, worker, 'slow')
  setTimeout(upload.finish, AFTER_THE_PORT_MS)
  await endInTime(worker)
  await Promise.all([...clients, watching])
  expect(tally.failed).toEqual([])
  for (const status of [await upload.status, await waiting.status]) expect([201, 202]).toContain(status)
})

async function endInTime(worker: Worker): Promise<void> {
  const began = Date.now()
  expect(await worker.end('SIGTERM')).toBe(0)
  expect(Date.now() - began).toBeLessThan(STOP_LIMIT_MS)
}

test('SIGTERM of the roles behind the door, one after the other under load, fails no request', async () => {
  const app = await App.create({
    name: 'stoproles',
    latencyMs: 20,
    settings: { AEGISPAY_ANSWER_WAIT_MS: '2000' }
  })
  const door = await app.start('ingress', 'query')
  const behind = await Promise.all(['projector', 'gateway', 'processor'].map(role => app.start(role)))
  const tally: Tally = { answered: 0, failed: [] }
  const readiness: Readiness = { isReady: true }
  const clients = [0, 20, 100].map(pauseMs =>
    client(app, door, { name: `kept-${pauseMs}`, pauseMs }, readiness, tally)
  )
  while (tally.answered < 50) await new Promise(resolve => setTimeout(resolve, 10))
  for (const worker of behind) await endInTime(worker)
  const watching = watch(door, readiness)
  await endInTime(door)
  await Promise.all([...clients, watching])
  expect(tally.failed).toEqual([])
})
