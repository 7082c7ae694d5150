import { beforeAll, expect, jest, test } from '@jest/globals'
import kafkajs, { type Kafka } from 'kafkajs'
import { pino } from 'pino'
import type { TopicDescription } from '../../../src/cli/topic-descriptions.ts'
import { createTopics, withAdmin } from '../../../src/platform/kafka/admin.ts'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import { topicNames, topics } from '../../../src/topics.ts'
import { produce } from '../payments/topic.ts'
import { stack } from '../stack.ts'
import { aegispay, documents } from './command-line.ts'

jest.setTimeout(120_000)

const { kafkaBrokers, prefix } = stack()
const names = topicNames(prefix)
const settings = { AEGISPAY_KAFKA_BROKERS: kafkaBrokers.join(','), AEGISPAY_PREFIX: prefix }
const log = pino({ level: 'silent' })
let kafka: Kafka

beforeAll(async () => {
  kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, log)
  await createTopics(kafka, { prefix, partitions: 3 }, log)
}, 60_000)

const describeTopics = async (...args: string[]) => {
  const ended = await aegispay(settings, 'topics', 'describe', '--json', ...args)
  return { ...ended, topics: documents<TopicDescription>(ended) }
}

test('topics as setup makes them differ in nothing, whatever number of partitions the setting has by now', async () => {
  const { code, stderr, topics: described } = await describeTopics()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(described.map(({ topic }) => topic).sort()).toEqual(Object.values(names).sort())
})

test('one topic is found with and without the prefix, with its replicas and offsets', async () => {
  await produce(kafka, names.commands, [{ key: 'k', value: 'v', partition: 2 }])
  for (const name of [topics.commands.name, names.commands]) {
    const { code, topics: described } = await describeTopics(name)
    expect(code).toBe(0)
    expect(described).toHaveLength(1)
    expect(described[0]!.partitions.map(({ end }) => end)).toEqual([0, 0, 1])
    expect(described[0]!.partitions[2]!.inSync).toEqual(described[0]!.partitions[2]!.replicas)
  }
  const { stdout } = await aegispay(settings, 'topics', 'describe', names.commands)
  expect(stdout).toContain('retention.ms')
  expect(stdout).not.toContain('DIFFERS')
})

test('a configuration that somebody has changed is marked, and the exit code is 1', async () => {
  await withAdmin(kafka, admin =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: names.events,
          configEntries: [{ name: 'retention.ms', value: '1000' }]
        }
      ]
    })
  )
  const { code, stderr } = await describeTopics('payments.events')
  expect(code).toBe(1)
  expect(stderr).toContain('retention.ms is 1000, wanted -1')
  const { stdout } = await aegispay(settings, 'topics', 'describe', 'payments.events')
  expect(stdout).toMatch(/retention\.ms +1000 +-1 +DIFFERS/)
})

test('a missing topic, and one of another size than its family, are told', async () => {
  await withAdmin(kafka, async admin => {
    await admin.deleteTopics({ topics: [names.control] })
    await admin.createPartitions({ topicPartitions: [{ topic: names.outcomes, count: 4 }] })
  })
  const { code, stderr } = await describeTopics()
  expect(code).toBe(1)
  expect(stderr).toContain(`${names.control}: there is no such topic`)
  expect(stderr).toContain(`${names.outcomes}: 4 partitions, wanted 3`)
})

test('a name that AegisPay has no topic of is a mistake of whoever asks', async () => {
  expect(await aegispay(settings, 'topics', 'describe', 'nothing')).toMatchObject({ code: 2, stdout: '' })
})

test('the table of topics is shown as before', async () => {
  const { code, stdout } = await aegispay(settings, 'topics')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^TOPIC +KEY +PARTITIONS/)
})
