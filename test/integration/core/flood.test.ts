import { expect, test } from '@jest/globals'
import { OwnerGroup } from '../../../src/processors/core/owner-group.ts'
import { jsonChangelog } from '../../json-changelog.ts'
import { CountingLogic } from './counting-logic.ts'
import { CountingTopics, finallyStop, silent, until } from './counting.ts'

const FLOOD = 20_000
/** A fetch brings about as many as one transaction takes twice over. */
const RECORD_BYTES = 1000
const WRITTEN_AT_ONCE = 500
const TRANSACTION = 500
/** Those that may wait, and a fetch that was under way. */
const QUEUED_AT_MOST = 4000

test('results never wait behind bulk commands, and what waits in memory is bounded', async () => {
  const topics = await CountingTopics.create('flood')
  const { first: results, second: commands } = topics.inputs
  for (let n = 0; n < FLOOD; n += WRITTEN_AT_ONCE)
    await topics.write(WRITTEN_AT_ONCE, [commands], RECORD_BYTES)
  const gate = Promise.withResolvers<undefined>()
  class GatedLogic extends CountingLogic {
    override prepare(): Promise<void> {
      return gate.promise
    }
  }
  const group = await OwnerGroup.start<number>({
    kafka: topics.kafka,
    groupId: topics.name,
    inputs: [
      { id: 'first', topic: results, throttled: false },
      { id: 'second', topic: commands, throttled: true }
    ],
    changelog: jsonChangelog<number>(topics.state),
    stateDir: topics.stateDir,
    createLogic: () => new GatedLogic(topics.counted),
    ...{ sessionTimeoutMs: 6000, transactionTimeoutMs: 4000, noProgressMs: 60_000 },
    processName: 'test',
    observe: {
      transaction: () => undefined,
      restoring: () => undefined,
      takeover: () => undefined,
      rebuild: () => undefined
    },
    fatal: error => {
      throw error
    },
    log: silent
  })
  finallyStop(() => group.stop())
  const queued = async (of: string) => (await group.lag()).find(({ input }) => input === of)?.queued ?? 0

  // The first transaction holds commands, and is held up.
  await until(async () => (await queued('second')) > TRANSACTION)
  // Every result that arrives proves another fetch, which brings commands too unless their partition is paused.
  const fetches = (2 * FLOOD * RECORD_BYTES) / (1 << 20)
  for (let n = 1; n <= fetches; n++) {
    await topics.write(1, [results])
    await until(async () => (await queued('first')) === n)
  }
  expect(await queued('second')).toBeLessThanOrEqual(QUEUED_AT_MOST)

  gate.resolve(undefined)
  expect(await topics.expectEachCountedOnce()).toBe(FLOOD + Math.floor(fetches))
  const order = (await topics.readCounted()).map(({ input }) => input)
  expect(order.lastIndexOf('first')).toBeLessThan(TRANSACTION + fetches)
}, 60_000)
