import { expect, test } from '@jest/globals'
import { OwnerGroup } from '../../../src/processors/core/owner-group.ts'
import { jsonChangelog } from '../../json-changelog.ts'
import { CountingLogic } from './counting-logic.ts'
import { CountingTopics, finallyStop, silent, until } from './counting.ts'

/** There are twelve looks in it. */
const NO_PROGRESS_MS = 1_200

const released = Promise.withResolvers<undefined>()

class StuckLogic extends CountingLogic {
  override prepare(): Promise<void> {
    return released.promise
  }
}
class WaitingLogic extends CountingLogic {
  override prepare(): Promise<void> {
    return Promise.reject(new Error('the registry does not answer'))
  }
}
class FullLogic extends CountingLogic {
  override capacity(): number {
    return 0
  }
}

interface Member {
  readonly Logic?: typeof CountingLogic
  readonly throttled?: boolean
  /** Records that wait for it; without any, only those of an aborted transaction do. */
  readonly records?: number
}

test('a member that has work and gets nowhere gives up, and nobody does who has nothing to do, or what waits for others', async () => {
  const ended: string[] = []
  const stuck = Promise.withResolvers<string>()
  const start = async (name: string, { Logic = CountingLogic, throttled = false, records = 10 }: Member) => {
    const topics = await CountingTopics.create(`stall-${name}`)
    if (records === 0) await topics.abort()
    else await topics.write(records)
    const group = await OwnerGroup.start<number>({
      kafka: topics.kafka,
      groupId: topics.name,
      inputs: Object.entries(topics.inputs).map(([id, topic]) => ({ id, topic, throttled })),
      changelog: jsonChangelog<number>(topics.state),
      stateDir: topics.stateDir,
      createLogic: () => new Logic(topics.counted),
      ...{ sessionTimeoutMs: 6000, transactionTimeoutMs: 4000, noProgressMs: NO_PROGRESS_MS },
      processName: 'test',
      observe: {
        transaction: () => undefined,
        restoring: () => undefined,
        takeover: () => undefined,
        rebuild: () => undefined
      },
      fatal: ({ message }) => {
        ended.push(name)
        if (name === 'stuck') stuck.resolve(message)
      },
      log: silent
    })
    finallyStop(() => group.stop())
    await until(() => group.partitions().every(({ isRunning }) => isRunning))
  }
  await start('idle', { records: 0 })
  await start('done', {})
  await start('waiting', { Logic: WaitingLogic })
  await start('full', { Logic: FullLogic, throttled: true })
  // All of the others are looked at more often than this one until it is given up.
  await start('stuck', { Logic: StuckLogic })
  expect(await stuck.promise).toBe(`partition 0 has work and has made no progress for ${NO_PROGRESS_MS} ms`)
  released.resolve(undefined)
  expect(ended).toEqual(['stuck'])
}, 60_000)
