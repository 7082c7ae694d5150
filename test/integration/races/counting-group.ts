import type { Kafka } from 'kafkajs'
import { OwnerGroup } from '../../../src/processors/core/owner-group.ts'
import { jsonChangelog } from '../../json-changelog.ts'
import { CountingLogic } from '../core/counting-logic.ts'
import { client, finallyStop, silent, type CountingTopics } from '../core/counting.ts'

/** Starts a counting processor as a member of the group that has the topics' name. */
export async function startGroup(
  topics: CountingTopics,
  kafka: Kafka = client(),
  rebuilds: string[] = []
): Promise<OwnerGroup<number>> {
  const group = await OwnerGroup.start<number>({
    kafka,
    groupId: topics.name,
    inputs: Object.entries(topics.inputs).map(([id, topic]) => ({ id, topic, throttled: false })),
    changelog: jsonChangelog<number>(topics.state),
    stateDir: topics.stateDir,
    createLogic: () => new CountingLogic(topics.counted),
    sessionTimeoutMs: 6000,
    transactionTimeoutMs: 4000,
    noProgressMs: 60_000,
    processName: 'test',
    observe: {
      transaction: () => undefined,
      restoring: () => undefined,
      takeover: () => undefined,
      rebuild: reason => void rebuilds.push(reason)
    },
    fatal: error => {
      throw error
    },
    log: silent
  })
  finallyStop(() => group.stop())
  return group
}
