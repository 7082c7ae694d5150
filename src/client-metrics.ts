// Figures of the clients that the roles of a process share.
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { ControlTable } from './control/table.ts'
import type { Metrics } from './platform/metrics.ts'

type Connections = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>

export function measurePool(metrics: Metrics, pool: Connections, name: string): void {
  const connections = metrics.gauge('aegispay_postgres_connections')
  const waiting = metrics.gauge('aegispay_postgres_waiting')
  metrics.beforeReading(() => {
    connections.set({ pool: name, state: 'idle' }, pool.idleCount)
    connections.set({ pool: name, state: 'busy' }, pool.totalCount - pool.idleCount)
    waiting.set({ pool: name }, pool.waitingCount)
  })
}

export function measureRedis(metrics: Metrics, redis: Redis, connection: string): void {
  const up = metrics.gauge('aegispay_redis_up')
  metrics.beforeReading(() => up.set({ connection }, redis.status === 'ready' ? 1 : 0))
}

export function measureControl(metrics: Metrics, table: ControlTable): void {
  const offset = metrics.gauge('aegispay_control_offset')
  const silence = metrics.gauge('aegispay_control_silence_seconds')
  metrics.beforeReading(() => {
    offset.set(table.offset)
    silence.set(table.silenceMs / 1000)
  })
}
