import type { Admin, ITopicConfig } from 'kafkajs'
import { logBounds } from '../../src/platform/kafka/log-bounds.ts'

/** Creates topics and waits until their partitions have leaders; the client's own wait gives up at times. */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics })
  await Promise.all(topics.map(({ topic }) => logBounds(admin, topic)))
}
