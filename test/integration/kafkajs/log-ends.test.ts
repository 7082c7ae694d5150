import { expect, test } from '@jest/globals'
import { append, client, createTopic, transactionalProducer, unique } from './clients.ts'

test('a log ends before the first open transaction, or behind all records for whoever reads what is uncommitted', async () => {
  const kafka = client()
  const topic = unique('log')
  await createTopic(kafka, topic)
  const writer = await transactionalProducer(kafka, unique('writer'))
  const [admin, uncommitted] = [kafka.admin(), kafka.admin({ readUncommitted: true })]
  await Promise.all([admin.connect(), uncommitted.connect()])

  const open = await writer.transaction()
  await append(open, topic, ['1', '2'])
  expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ high: '0' }])
  expect(await uncommitted.fetchTopicOffsets(topic)).toMatchObject([{ high: '2' }])
  await open.abort()
  await Promise.all([writer, admin, uncommitted].map(each => each.disconnect()))
})
