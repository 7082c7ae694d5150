import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { App, eventually } from '../app.ts'
import { expectExactlyOnce, load } from './load.ts'
import { decodeAll } from './topic.ts'

test('two processors hand partitions over under load when one joins, one leaves in order, and one is killed', async () => {
  const app = await App.create({ name: 'handover', partitions: 6 })
  const front = await app.start('ingress', 'query', 'gateway', 'projector')
  const first = await app.start('processor')
  const accepted = await load(app, front, 'handover', async () => {
    const second = await app.start('processor')
    expect(await first.end('SIGTERM')).toBe(0)
    await app.start('processor')
    await second.end('SIGKILL')
  })
  await expectExactlyOnce(app, accepted)
}, 120_000)

describe('a processor that is killed in the middle of its work', () => {
  test('leaves nothing half-done: its successor finishes every payment once', async () => {
    const app = await App.create({ name: 'killed', partitions: 4 })
    const front = await app.start('ingress', 'query', 'gateway', 'projector')
    let processor = await app.start('processor')
    const accepted = await load(app, front, 'killed', async () => {
      for (let round = 0; round < 3; round++) {
        const before = await committed(app)
        await eventually(async () => expect(await committed(app)).toBeGreaterThan(before))
        await processor.end('SIGKILL')
        processor = await app.start('processor')
      }
    })
    await expectExactlyOnce(app, accepted)
  }, 120_000)

  /** How far the events have come: it moves while transactions are being committed. */
  async function committed(app: App): Promise<number> {
    const admin = app.kafka.admin()
    await admin.connect()
    const ends = await admin.fetchTopicOffsets(app.topics.events)
    await admin.disconnect()
    return ends.reduce((sum, { high }) => sum + Number(high), 0)
  }
})

test('a processor that is frozen until another owns its partitions wakes up and changes nothing', async () => {
  const app = await App.create({ name: 'frozen', partitions: 4 })
  const front = await app.start('ingress', 'query', 'gateway', 'projector')
  const [frozen, successor] = [await app.start('processor'), await app.start('processor')]
  const accepted = await load(app, front, 'frozen', async () => {
    frozen.process.kill('SIGSTOP')
    await eventually(async () => {
      const taken = successor.log.filter(line => line.includes('took the partition over'))
      const partitions = taken.map(line => (JSON.parse(line) as { partition: number }).partition)
      expect(new Set(partitions).size).toBe(4)
      return Promise.resolve()
    })
    frozen.process.kill('SIGCONT')
  })
  await expectExactlyOnce(app, accepted)
  expect(await Promise.all([frozen.end('SIGTERM'), successor.end('SIGTERM')])).toEqual([0, 0])
}, 120_000)

test('an executor that is killed after the call charges nobody twice', async () => {
  const app = await App.create({
    name: 'executor',
    partitions: 4,
    latencyMs: 20,
    payments: {
      // What a killed one left is looked up until it is known, which by the usual pauses may be after this test.
      ...{ firstLookUpMs: 500, greatestLookUpMs: 2_000 },
      // What it did not send in time, since the next one took long to start, is sent later.
      ...{ attempts: 20, firstRetryMs: 200, greatestRetryMs: 2_000 }
    }
  })
  const front = await app.start('ingress', 'query', 'processor', 'projector')
  let executor = await app.start('gateway')
  const accepted = await load(app, front, 'executor', async () => {
    for (let round = 0; round < 3; round++) {
      const before = (await app.ledger()).length
      await eventually(async () => expect((await app.ledger()).length).toBeGreaterThan(before))
      await executor.end('SIGKILL')
      executor = await app.start('gateway')
    }
  })
  await expectExactlyOnce(app, accepted)
}, 120_000)

test('an executor that was frozen while another made its calls takes none of them for not sent', async () => {
  const sendWithinMs = 20_000
  // So few that requests pile up also on a machine that sends them slowly.
  const maxConnections = 8
  const app = await App.create({
    name: 'thawed',
    partitions: 2,
    latencyMs: 1000,
    profile: () => ({ sendWithinMs, maxConnections }),
    settings: { AEGISPAY_SESSION_TIMEOUT_MS: '2000', AEGISPAY_TRANSACTION_TIMEOUT_MS: '1500' }
  })
  const front = await app.start('ingress', 'query', 'processor', 'projector')
  const executor = await app.start('gateway')
  // Frozen in the middle of its work, it has requests in hand, beyond what is on the wire, that it will go on with.
  const accepted = await load(
    app,
    front,
    'thawed',
    async () => {
      await eventually(async () => {
        const metrics = await (await fetch(`${executor.url}/metrics`)).text()
        const inHand = Number(/^aegispay_gateway_in_flight (\d+)/m.exec(metrics)?.[1])
        expect(inHand).toBeGreaterThan(maxConnections + 20)
      })
      executor.process.kill('SIGSTOP')
    },
    60
  )
  const sentBy = Date.now() + sendWithinMs
  await app.start('gateway')
  await eventually(async () => expect(await app.ledger()).toHaveLength(accepted.length))
  await delay(sentBy - Date.now() + 100)

  const before = (await decodeAll(app.kafka, app.topics.outcomes, app.codec)).length
  executor.process.kill('SIGCONT')
  const outcomes = await eventually(async () => {
    const records = await decodeAll(app.kafka, app.topics.outcomes, app.codec)
    expect(records.length).toBeGreaterThan(before)
    return records
  })
  const endings = outcomes.map(({ value }) => (value as { outcome: string }).outcome)
  expect(endings).not.toContain('NOT_SENT')
  await expectExactlyOnce(app, accepted)
}, 120_000)
