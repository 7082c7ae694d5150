// What answers say of how old they are, with projector and query in processes of their own.
import { beforeAll, expect, jest, test } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { App, eventually, type Worker } from '../app.ts'

jest.setTimeout(60_000)

let app: App
let worker: Worker
let projector: Worker

beforeAll(async () => {
  app = await App.create({ name: 'freshness', partitions: 2 })
  const others = ['ingress', 'processor', 'gateway', 'query']
  ;[worker, projector] = await Promise.all([app.start(...others), app.start('projector')])
}, 60_000)

interface Stated {
  readonly asOf: number
  readonly lagMs: number
  readonly ids: readonly string[]
}

async function list(): Promise<Stated> {
  const { headers, body } = await app.request(worker, 'GET', '/v1/payments?limit=100')
  const asOf = Date.parse(headers.get('aegispay-as-of') ?? '')
  const lagMs = Number(headers.get('aegispay-lag') ?? NaN)
  return { asOf, lagMs, ids: (body['data'] as { id: string }[]).map(({ id }) => id) }
}

/** Reads until the answer says that it is as of the time, and is sure that what it says is so. */
const until = (time: number) =>
  eventually(async () => {
    const stated = await list()
    if (!(stated.asOf >= time)) throw new Error(`as of ${stated.asOf}, and not yet ${time}`)
    return stated
  })

test('an answer shows what was on record at the time that it names, and says so while the projector is dead', async () => {
  const first = await app.pay(worker, 'shown')
  expect((await until(Date.now())).ids).toEqual([first])

  await projector.end('SIGKILL')
  const died = Date.now()
  const second = await app.pay(worker, 'late')
  const written = Date.now()
  // Longer than the process that reads keeps what it knows.
  await delay(1200)
  const behind = await list()
  expect(behind.ids).toEqual([first])
  expect(behind.asOf).toBeLessThanOrEqual(died)
  // By the database's clock, which is the one of this machine.
  expect(behind.lagMs).toBeGreaterThanOrEqual(1200)
  const later = await list()
  expect(later.asOf).toBe(behind.asOf)
  expect(later.lagMs).toBeGreaterThan(behind.lagMs)

  projector = await app.start('projector')
  expect((await until(written)).ids).toEqual([second, first])
})

test('what an idle view shows grows no older', async () => {
  const { asOf, ids } = await until(Date.now())
  expect((await until(asOf + 2000)).ids).toEqual(ids)
})
