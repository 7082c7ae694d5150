import { afterEach, describe, expect, jest, test } from '@jest/globals'
import type { Admin } from 'kafkajs'
import { Owner } from '../../../dev/payment-owner.ts'
import { eventView, type EventView } from '../../../src/projections/event-view.ts'
import { paymentsView } from '../../../src/projections/payments/index.ts'
import { Projector } from '../../../src/projections/projector.ts'
import { watchForStalls } from '../../../src/platform/stall-watch.ts'
import { logBounds } from '../../../src/platform/kafka/log-bounds.ts'
import { UnprojectableError, type View } from '../../../src/projections/view.ts'
import { EventStore, eventually } from './event-store.ts'
import { initiate } from './commands.ts'

jest.setTimeout(60_000)

const failures: Error[] = []
const running: { projector: Projector; admin: Admin }[] = []

afterEach(async () => {
  for (const { projector, admin } of running.splice(0)) {
    await projector.stop()
    await admin.disconnect()
  }
  expect(failures).toEqual([])
})

async function project(
  store: EventStore,
  view: View | EventView,
  groupId = `${store.prefix}group`
): Promise<Projector> {
  const admin = store.kafka.admin()
  await admin.connect()
  const { kafka, pool, codec, topic, log } = store
  const applied = () => undefined
  const fatal = (error: Error) => void failures.push(error)
  const projector = await Projector.start(
    { kafka, admin, pool, codec, topic, groupId, sessionTimeoutMs: 6000, applied, tracing: null, fatal, log },
    'topic' in view ? view : eventView(view)
  )
  running.push({ projector, admin })
  return projector
}

async function stop(projector: Projector): Promise<void> {
  const at = running.findIndex(entry => entry.projector === projector)
  await projector.stop()
  await running.splice(at, 1)[0]!.admin.disconnect()
}

/** A view that cannot be applied twice unnoticed: it counts. */
async function countingView(store: EventStore): Promise<{ view: EventView; count: () => Promise<number> }> {
  await store.pool.query('CREATE TABLE counted (partition integer PRIMARY KEY, events bigint NOT NULL)')
  return {
    view: {
      name: 'payments',
      apply: async (db, events) => {
        await db.query(
          `INSERT INTO counted VALUES ($1, $2)
           ON CONFLICT (partition) DO UPDATE SET events = counted.events + EXCLUDED.events`,
          [events[0]!.partition, events.length]
        )
      }
    },
    count: async () => {
      const { rows } = await store.pool.query<{ events: number }>(
        'SELECT sum(events)::bigint AS events FROM counted'
      )
      return rows[0]!.events
    }
  }
}

async function position(store: EventStore, view: Pick<View, 'name'>, partition = 0): Promise<number> {
  const { rows } = await store.pool.query<{ next_offset: number }>(
    'SELECT next_offset FROM projection_positions WHERE view = $1 AND partition = $2',
    [view.name, partition]
  )
  return rows[0]?.next_offset ?? 0
}

const EVENTS_OF_A_PAYMENT = 6

describe('exactly once', () => {
  test('R15 of two projectors that hold one partition, only one applies each event', async () => {
    const store = await EventStore.create('twins')
    const { view, count } = await countingView(store)
    const owner = new Owner()
    // Different groups give the same partition to both, as a zombie and its successor have it.
    await Promise.all([project(store, view, `${store.prefix}a`), project(store, view, `${store.prefix}b`)])
    const payments = 300
    for (let i = 0; i < payments; i += 10) {
      const some = Array.from({ length: 10 }, (_, j) => owner.completes(initiate(`key-${i + j}`))).flat()
      await store.write(some)
    }
    await eventually(async () => (await position(store, view)) === payments * EVENTS_OF_A_PAYMENT)
    expect(await count()).toBe(payments * EVENTS_OF_A_PAYMENT)
  })

  test('what an aborted transaction left on the log is never shown', async () => {
    const store = await EventStore.create('aborted')
    const { view, count } = await countingView(store)
    const aborted = await store.transaction()
    await store.write(new Owner().completes(initiate('aborted')), 0, aborted)
    await aborted.abort()
    await store.write(new Owner().completes(initiate('key')))
    await project(store, view)
    // The marker of the abort takes an offset too.
    await eventually(async () => (await position(store, view)) === 2 * EVENTS_OF_A_PAYMENT + 1)
    expect(await count()).toBe(EVENTS_OF_A_PAYMENT)
  })

  test('a projector that is restarted over and over counts every event once', async () => {
    const store = await EventStore.create('restarts')
    const { view, count } = await countingView(store)
    const owner = new Owner()
    let payments = 0
    const restarted = new AbortController()
    // As long as it is restarted, or one that has caught up would wait for nothing.
    const writing = (async () => {
      for (; payments < 600 || !restarted.signal.aborted; payments++)
        await store.write(owner.completes(initiate(`key-${payments}`)))
    })()
    for (let i = 0; i < 3; i++) {
      const projector = await project(store, view)
      const before = await position(store, view)
      await eventually(async () => (await position(store, view)) > before)
      await stop(projector)
    }
    restarted.abort()
    await writing
    await project(store, view)
    await eventually(async () => (await position(store, view)) === payments * EVENTS_OF_A_PAYMENT)
    expect(await count()).toBe(payments * EVENTS_OF_A_PAYMENT)
  })

  test('a connection that is cut in the middle of a transaction costs nothing and doubles nothing', async () => {
    const store = await EventStore.create('cut')
    const { view, count } = await countingView(store)
    let cuts = 0
    const cutting: EventView = {
      name: view.name,
      apply: async (db, events) => {
        await view.apply(db, events)
        if (cuts++ < 3) await db.query('SELECT pg_terminate_backend(pg_backend_pid())')
      }
    }
    await store.write(new Owner().completes(initiate('key')))
    const projector = await project(store, cutting)
    await eventually(async () => (await position(store, view)) === EVENTS_OF_A_PAYMENT)
    expect(await count()).toBe(EVENTS_OF_A_PAYMENT)
    expect(cuts).toBe(4)
    await eventually(() => projector.notReady() === null)
  })
})

test('a view whose transaction never ends is told from one that waits for PostgreSQL, or has stopped', async () => {
  const released = Promise.withResolvers<undefined>()
  // Longer than it backs off.
  const NO_PROGRESS_MS = 6_000
  const begin = async (name: string, apply: EventView['apply']) => {
    const store = await EventStore.create(name)
    await store.write(new Owner().completes(initiate('key')))
    const projector = await project(store, { name: 'payments', apply })
    const { admin } = running.at(-1)!
    const stalled = Promise.withResolvers<Error>()
    const look = async () => projector.duties(await logBounds(admin, store.topic))
    const end = watchForStalls({ limitMs: NO_PROGRESS_MS, look, stalled: stalled.resolve })
    return { stalled: stalled.promise, end, projector }
  }
  const others = [
    await begin('stall-none', () => Promise.resolve()),
    await begin('stall-away', () => Promise.reject(new Error('the server is away'))),
    await begin('stall-stopped', () => Promise.reject(new UnprojectableError(0, 'made by the test')))
  ]
  await eventually(() => others[2]!.projector.notReady()?.includes('stopped') === true)
  const stuck = await begin('stall-stuck', () => released.promise)
  const first = await Promise.race([stuck.stalled, ...others.map(({ stalled }) => stalled)])
  for (const { end } of [stuck, ...others]) end()
  released.resolve(undefined)
  expect(first.message).toContain('payments, partition 0, has work')
  expect(first).toBe(await stuck.stalled)
})

describe('stops and says so', () => {
  test('at a record that cannot be decoded, while other partitions go on', async () => {
    const store = await EventStore.create('poison', 2)
    const owner = new Owner()
    await store.write(owner.completes(initiate('before')))
    await store.writeRaw(Buffer.from('no event'))
    await store.write(owner.completes(initiate('behind')))
    const projector = await project(store, paymentsView)
    await eventually(() => projector.notReady()?.includes('stopped') === true)
    expect(projector.notReady()).toContain(`offset ${EVENTS_OF_A_PAYMENT} `)

    await store.write(new Owner().completes(initiate('elsewhere')), 1)
    await eventually(async () => (await position(store, paymentsView, 1)) === EVENTS_OF_A_PAYMENT)
    expect(await position(store, paymentsView)).toBeLessThanOrEqual(EVENTS_OF_A_PAYMENT)
  })

  test('at a gap in the history of a payment', async () => {
    const store = await EventStore.create('gap')
    const [first, second] = new Owner().completes(initiate('key'))
    await store.write([{ ...first!, events: first!.events.slice(0, 1) }, second!])
    const projector = await project(store, paymentsView)
    await eventually(() => projector.notReady()?.includes('stopped') === true)
    expect(projector.notReady()).toContain('cannot take event 4')
    expect(await position(store, paymentsView)).toBe(0)
  })

  test('when its position lies beyond the end of the log', async () => {
    const store = await EventStore.create('beyond')
    await store.pool.query(`INSERT INTO projection_positions VALUES ('payments', 0, 1000)`)
    const projector = await project(store, paymentsView)
    await eventually(() => projector.notReady()?.includes('stopped') === true)
    expect(projector.notReady()).toContain('the log goes from 0 to 0')
  })
})

test('reads on after its tables have come back', async () => {
  const store = await EventStore.create('missing')
  await store.pool.query('ALTER TABLE payments RENAME TO payments_away')
  await store.write(new Owner().completes(initiate('key')))
  const projector = await project(store, paymentsView)
  await eventually(() => projector.notReady()?.includes('retries') === true)
  await store.pool.query('ALTER TABLE payments_away RENAME TO payments')
  await eventually(async () => (await position(store, paymentsView)) === EVENTS_OF_A_PAYMENT)
  await eventually(() => projector.notReady() === null)
})
