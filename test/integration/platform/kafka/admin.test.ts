import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { ConfigResourceTypes, type Admin, type Kafka } from 'kafkajs'
import { pino } from 'pino'
import { assertCoPartitioned, createTopics, TopicsUnfitError } from '../../../../src/platform/kafka/admin.ts'
import { connectKafka } from '../../../../src/platform/kafka/client.ts'
import { topicNames, topics } from '../../../../src/topics.ts'
import { stack } from '../../stack.ts'

jest.setTimeout(60_000)

const log = pino({ level: 'silent' })
let kafka: Kafka
let admin: Admin

beforeAll(async () => {
  kafka = connectKafka({ brokers: stack().kafkaBrokers, clientId: 'test' }, log)
  admin = kafka.admin()
  await admin.connect()
})

afterAll(() => admin.disconnect())

const prefixed = (name: string) => `${stack().prefix}${name}-`

async function configOf(topic: string): Promise<Map<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }]
  })
  return new Map(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]))
}

const setConfig = (topic: string, entries: Record<string, string>) =>
  admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: Object.entries(entries).map(([name, value]) => ({ name, value }))
      }
    ]
  })

test('creates what is missing as the table has it, once', async () => {
  const prefix = prefixed('once')
  const names = topicNames(prefix)
  const created = await createTopics(kafka, { prefix, partitions: 3 }, log)
  expect(new Set(created)).toEqual(new Set(Object.values(names)))
  expect(await assertCoPartitioned(kafka, [names.commands, names.events, names.state])).toBe(3)
  expect(await assertCoPartitioned(kafka, [names.control])).toBe(1)
  const config = await configOf(names.commands)
  for (const [name, value] of Object.entries(topics.commands.config)) expect(config.get(name)).toBe(value)
  expect(config.get('min.insync.replicas')).toBe('1')

  expect(await createTopics(kafka, { prefix, partitions: 3 }, log)).toEqual([])
})

test('two processes that start at once create the topics together', async () => {
  const prefix = prefixed('race')
  await Promise.all([
    createTopics(kafka, { prefix, partitions: 2 }, log),
    createTopics(kafka, { prefix, partitions: 2 }, log)
  ])
  expect(await assertCoPartitioned(kafka, Object.values(topicNames(prefix)).slice(0, 4))).toBe(2)
})

test("mends a topic's configuration and leaves what an operator has set besides", async () => {
  const prefix = prefixed('config')
  const { commands } = topicNames(prefix)
  await createTopics(kafka, { prefix, partitions: 1 }, log)
  await setConfig(commands, { ...topics.commands.config, 'retention.ms': '1000', 'segment.bytes': '1048576' })
  await createTopics(kafka, { prefix, partitions: 1 }, log)
  const config = await configOf(commands)
  expect(config.get('retention.ms')).toBe(topics.commands.config['retention.ms'])
  expect(config.get('segment.bytes')).toBe('1048576')
})

test('a topic that is added later gets the partitions that the others have, whatever the setting says', async () => {
  const prefix = prefixed('later')
  const names = topicNames(prefix)
  await admin.createTopics({ topics: [{ topic: names.commands, numPartitions: 2, replicationFactor: 1 }] })
  await createTopics(kafka, { prefix, partitions: 5 }, log)
  expect(await assertCoPartitioned(kafka, [names.commands, names.events])).toBe(2)
})

test('refuses topics on which a payment would have different partitions', async () => {
  const prefix = prefixed('unequal')
  const { commands, events } = topicNames(prefix)
  await admin.createTopics({
    topics: [
      { topic: commands, numPartitions: 2, replicationFactor: 1 },
      { topic: events, numPartitions: 3, replicationFactor: 1 }
    ]
  })
  await expect(createTopics(kafka, { prefix, partitions: 2 }, log)).rejects.toThrow(TopicsUnfitError)
  await expect(assertCoPartitioned(kafka, [commands, events])).rejects.toThrow('same number of partitions')
})

test('says which topic there is not', async () => {
  await expect(assertCoPartitioned(kafka, [`${prefixed('none')}x`])).rejects.toThrow('there is no topic')
})
