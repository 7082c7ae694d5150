import { randomUUID } from 'node:crypto'
import type { App } from '../app.ts'

/** Every record of a topic, key and value as they stand there, taken for text. */
export async function readAll(app: App, topic: string): Promise<string[]> {
  const offsets = await withAdmin(app, admin => admin.fetchTopicOffsets(topic))
  const ends = new Map(
    offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, Number(high)])
  )
  const records: string[] = []
  if (ends.size === 0) return records
  const consumer = app.kafka.consumer({ groupId: `${topic}-${randomUUID()}`, readUncommitted: true })
  await consumer.connect()
  const done = Promise.withResolvers<undefined>()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ partition, message }) => {
      records.push(`${message.key?.toString() ?? ''} ${message.value?.toString('latin1') ?? ''}`)
      if (Number(message.offset) + 1 >= ends.get(partition)!) ends.delete(partition)
      if (ends.size === 0) done.resolve(undefined)
      return Promise.resolve()
    }
  })
  await done.promise
  await consumer.disconnect()
  return records
}

async function withAdmin<T>(
  app: App,
  ask: (admin: ReturnType<App['kafka']['admin']>) => Promise<T>
): Promise<T> {
  const admin = app.kafka.admin()
  await admin.connect()
  try {
    return await ask(admin)
  } finally {
    await admin.disconnect()
  }
}
