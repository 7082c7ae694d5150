import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Settings } from './config/settings.ts'

/**
 * A connection that comes up, and comes back, by itself. While it is down commands fail at once instead of queueing:
 * nothing that goes over Redis is worth waiting for.
 *
 * A subscriber needs a connection of its own.
 */
export function connectRedis({ url, tlsCa }: Settings['redis'], log: Logger): Redis {
  const redis = new Redis(url, {
    ...(tlsCa === null ? {} : { tls: { ca: tlsCa } }),
    enableOfflineQueue: false,
    // Subscriptions are made again by whoever needs them, at every `ready`, the first one included.
    autoResubscribe: false,
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    maxRetriesPerRequest: 0,
    retryStrategy: attempts => Math.min(attempts * 100, 1_000)
  })
  let down = false
  redis.on('ready', () => {
    log.info(down ? 'Redis is back' : 'Redis is connected')
    down = false
  })
  // It comes once for every attempt; once for each outage is enough.
  redis.on('error', error => {
    if (!down) log.warn({ err: error }, 'Redis is down: answers come from the read model until it is back')
    down = true
  })
  return redis
}
