import { afterAll, beforeAll, describe } from '@jest/globals'
import { join } from 'node:path'
import { distribution } from '../../../dev/stack/distribution.ts'
import { singleNode, startNode, type KafkaSettings } from '../../../dev/stack/kafka.ts'
import { freePort } from '../../../dev/stack/keep.ts'
import { temporaryDataDir } from '../../../dev/temporary.ts'
import { stopAll } from '../core/counting.ts'
import { stack } from '../stack.ts'
import { KafkaProxy } from './kafka-proxy.ts'

/**
 * A broker of one test file, which may be given short terms and whose connections pass through proxies: those of the
 * clients that come by `proxied`, and its own, on which the transaction coordinator has it write markers.
 */
export interface OwnBroker {
  readonly direct: string
  readonly proxied: string
  readonly clients: KafkaProxy
  readonly itself: KafkaProxy
}

/**
 * Tests on a broker of their own. It runs as a local process, so they are skipped where the stack does not.
 *
 * @param settings besides those of the local stack
 */
export function describeOnOwnBroker(
  what: string,
  settings: KafkaSettings,
  tests: (broker: () => OwnBroker) => void
): void {
  const isLocal = stack().kafkaLogs !== null
  const describeHere = isLocal ? describe : describe.skip
  const title = isLocal
    ? what
    : `${what} (skipped: the broker under test runs as a local process, this stack in Docker)`
  describeHere(title, () => {
    let broker: OwnBroker & { stop: () => Promise<void> }
    beforeAll(async () => {
      broker = await startOwnBroker(settings)
    }, 90_000)
    afterAll(async () => {
      await stopAll()
      await broker.stop()
    }, 30_000)
    tests(() => broker)
  })
}

async function startOwnBroker(settings: KafkaSettings): Promise<OwnBroker & { stop: () => Promise<void> }> {
  const { dataDir, processes, remove } = await temporaryDataDir('aegispay-races-')
  const dist = await distribution(
    { dataDir, processes, log: () => undefined, disposable: true },
    'not needed'
  )
  const listeners = {
    PLAINTEXT: await address(),
    PROXIED: await address(),
    ITSELF: await address(),
    CONTROLLER: await address()
  }
  const [clients, itself] = await Promise.all([behind(listeners.PROXIED), behind(listeners.ITSELF)])
  const advertised = {
    PLAINTEXT: listeners.PLAINTEXT,
    PROXIED: `127.0.0.1:${clients.port}`,
    ITSELF: `127.0.0.1:${itself.port}`
  }
  await startNode(
    { processes, dist },
    {
      name: 'kafka',
      home: join(dataDir, 'kafka'),
      serves: [listeners.PLAINTEXT],
      settings: {
        ...singleNode(listeners.PLAINTEXT, listeners.CONTROLLER),
        listeners: listOf(listeners),
        'advertised.listeners': listOf(advertised),
        'listener.security.protocol.map': Object.keys(listeners)
          .map(name => `${name}:PLAINTEXT`)
          .join(','),
        'inter.broker.listener.name': 'ITSELF',
        'offsets.topic.num.partitions': 1,
        'transaction.state.log.num.partitions': 1,
        ...settings
      }
    }
  )
  return {
    ...{ direct: advertised.PLAINTEXT, proxied: advertised.PROXIED, clients, itself },
    stop: async () => {
      clients.close()
      itself.close()
      await remove()
    }
  }
}

const address = async () => `127.0.0.1:${await freePort()}`

const behind = (listener: string) =>
  KafkaProxy.start({ host: '127.0.0.1', port: Number(listener.split(':')[1]) })

const listOf = (addresses: Readonly<Record<string, string>>) =>
  Object.entries(addresses)
    .map(([name, at]) => `${name}://${at}`)
    .join(',')
