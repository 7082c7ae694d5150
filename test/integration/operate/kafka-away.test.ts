// Commands while no broker answers: the clients that do the work would try for most of a minute.
import { beforeAll, expect, jest, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { stack } from '../stack.ts'
import { aegispay } from './command-line.ts'

// Far beyond what a command takes on a slow machine, and far below what its clients' own patience comes to.
jest.setTimeout(20_000)

let broker: string
let settings: Readonly<Record<string, string>>

beforeAll(async () => {
  const { postgres, redis, schemaRegistry } = stack()
  broker = `127.0.0.1:${await closedPort()}`
  settings = {
    AEGISPAY_KAFKA_BROKERS: broker,
    AEGISPAY_POSTGRES_URL: postgres,
    AEGISPAY_REDIS_URL: redis,
    AEGISPAY_SCHEMA_REGISTRY_URL: schemaRegistry,
    AEGISPAY_SANDBOX_URL: 'http://127.0.0.1:9'
  }
})

/** A port that nothing listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test.each([
  [1, 'setup'],
  [1, 'seed --demo'],
  [1, 'topics describe'],
  [1, 'lag'],
  [1, 'control list merchants'],
  [1, 'keys list'],
  [1, 'dlq list'],
  [1, 'erase customer cus_1 --merchant demo --yes'],
  [2, `replay payment pay_${'a'.repeat(32)}`],
  [2, 'replay verify']
])('ends with %d and kafka_unavailable: %s', async (code, command) => {
  const ended = await aegispay(settings, ...command.split(' '))
  expect(ended).toMatchObject({ code, stdout: '' })
  const last = ended.stderr.trimEnd().split('\n').at(-1)
  expect(last).toMatch(new RegExp(`^aegispay: (not checked: )?kafka_unavailable: none of ${broker} answers$`))
})
