import { afterEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Kafka, logLevel } from 'kafkajs'
import { stack } from '../stack.ts'
import { createTopic, client, unique } from './clients.ts'

const sockets: Socket[] = []
const kafka = new Kafka({
  clientId: 'aegispay-test',
  brokers: [...stack().kafkaBrokers],
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 5, factor: 0, multiplier: 1, retries: 2_000 },
  socketFactory: ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect)
    sockets.push(socket)
    return socket
  }
})

const open = () => sockets.filter(socket => !socket.destroyed && !socket.writableEnded)

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

// Whoever tries again, such as a look-up every two seconds, may do so when the client is gone, and would keep the process.
test('a client that was disconnected opens no connection by itself, and can be connected again', async () => {
  const topic = unique('log')
  await createTopic(client(), topic)
  const admin = kafka.admin()
  await admin.connect()
  await admin.disconnect()
  await expect(admin.fetchTopicOffsets(topic)).rejects.toThrow('disconnected')
  expect(open()).toEqual([])
  // A connection that is still being closed would end the one after it.
  for (const socket of sockets) if (!socket.closed) await once(socket, 'close')
  await admin.connect()
  expect(await admin.fetchTopicOffsets(topic)).toHaveLength(1)
  await admin.disconnect()
})
