import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { StackError } from './stack-error.ts'

/** Resolves when a broker of the cluster serves metadata, else rejects. */
export async function kafkaAnswers(brokers: readonly string[]): Promise<void> {
  const kafka = new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { retries: 0 }
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const cluster = await admin.describeCluster()
    if (cluster.controller === null) throw new Error('the cluster has no controller yet')
  } finally {
    await admin.disconnect()
  }
}

/** Resolves when PostgreSQL accepts a session, else rejects. */
export async function postgresAnswers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  // A server that ends while we connect also emits; the rejection below says enough.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
  } finally {
    await client.end()
  }
}

/** Resolves when Redis answers a PING, else rejects. */
export async function redisAnswers(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1_000,
    maxRetriesPerRequest: 0
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    await redis.ping()
  } finally {
    redis.disconnect()
  }
}

/** Resolves when the registry lists its subjects, else rejects. */
export async function registryAnswers(url: string): Promise<void> {
  const response = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(2_000) })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  await response.arrayBuffer()
}

/**
 * Repeats a probe until it resolves.
 *
 * @param within_ms how long at most
 * @param ended says why waiting on is pointless, `undefined` as long as it is not
 * @throws StackError naming `what` and the last failure
 */
export async function untilAnswers(
  what: string,
  probe: () => Promise<void>,
  within_ms: number,
  ended: () => string | undefined = () => undefined
): Promise<void> {
  const deadline = performance.now() + within_ms
  for (;;) {
    const end = ended()
    if (end !== undefined) throw new StackError(end)
    try {
      await probe()
      return
    } catch (error) {
      if (performance.now() > deadline) {
        const reason = error instanceof Error ? error.message || error.name : String(error)
        throw new StackError(`${what} does not answer after ${Math.round(within_ms / 1_000)} s: ${reason}`)
      }
    }
    await delay(40)
  }
}
