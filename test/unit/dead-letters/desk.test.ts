import { expect, test } from '@jest/globals'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { pino } from 'pino'
import { LetterDesk, LettersUnavailableError } from '../../../src/dead-letters/desk.ts'
import { LagDesk, LagUnavailableError } from '../../../src/lag/lag-desk.ts'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import { topicNames } from '../../../src/topics.ts'

const log = pino({ level: 'silent' })

/** A broker that takes connections and says nothing. */
async function silentBroker() {
  const sockets: Socket[] = []
  const server = createServer(socket => sockets.push(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const broker = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const end = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { kafka: connectKafka({ brokers: [broker], clientId: 'test' }, log), end }
}

test('whoever looks at dead letters is told soon that Kafka does not answer', async () => {
  const { kafka, end } = await silentBroker()
  const readers = { codec: null as never, topics: topicNames(''), partitions: 1 }
  const desk = new LetterDesk({ kafka, readers, prefix: '', log })
  let isRead = false
  const asked = desk.use(() => Promise.resolve((isRead = true)))
  await expect(asked).rejects.toThrow(LettersUnavailableError)
  expect(isRead).toBe(false)
  end()
  await desk.stop()
})

test('and so is whoever looks at the lag', async () => {
  const { kafka, end } = await silentBroker()
  const desk = new LagDesk({ kafka, codec: null as never, reads: null as never, prefix: '' })
  await expect(desk.current()).rejects.toThrow(LagUnavailableError)
  end()
  await desk.stop()
})
