import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { groupNames } from '../groups.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { logBounds } from '../platform/kafka/log-bounds.ts'
import type { Metrics } from '../platform/metrics.ts'
import { repeat } from '../platform/repeat.ts'
import type { Role } from '../platform/role.ts'
import { topicNames } from '../topics.ts'
import { Listener, type ListenerPort } from './listener.ts'

export interface ListenersDeps {
  readonly kafka: Kafka
  readonly codec: AvroCodec
  /** Of topics and groups. */
  readonly prefix: string
  readonly listeners: readonly ListenerPort[]
  /** Milliseconds without a heartbeat after which a group gives this member's partitions to others. */
  readonly sessionTimeoutMs: number
  readonly metrics: Metrics
  /** The role cannot go on and has to be started anew. */
  readonly fatal: (error: Error) => void
  readonly log: Logger
}

const LAG_INTERVAL_MS = 2000

/**
 * Tells the listeners of the user's own what happens, each under a consumer group of its own, so that one that fails or is
 * slow holds up no other. The role is ready whatever they do: other roles of its process must not suffer for them.
 */
export async function startListeners(deps: ListenersDeps): Promise<Role> {
  const { kafka, codec, prefix, sessionTimeoutMs, metrics, fatal, log } = deps
  const topic = topicNames(prefix).events
  const admin = kafka.admin()
  await admin.connect()
  const listeners = await Promise.all(
    deps.listeners.map(port => {
      const groupId = groupNames(prefix).listener(port.name)
      return Listener.start({ kafka, admin, codec, topic, groupId, sessionTimeoutMs, fatal, log }, port)
    })
  )
  const lag = metrics.gauge('aegispay_listener_lag_records')
  const stopReporting = repeat(
    LAG_INTERVAL_MS,
    async () => {
      if (listeners.length === 0) return
      const bounds = await logBounds(admin, topic)
      lag.reset()
      for (const { name, positions } of listeners.map(one => ({
        name: one.name,
        positions: one.positions()
      })))
        for (const [partition, position] of positions)
          lag.set({ listener: name, partition }, Math.max(0, bounds.get(partition)!.end - position))
    },
    error => log.debug({ error }, 'the lag of the listeners is not known')
  )
  return {
    name: 'listener',
    notReady: () => null,
    async stop() {
      stopReporting()
      await Promise.all(listeners.map(listener => listener.stop()))
      await admin.disconnect()
    }
  }
}
