import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Reply } from '../replies.ts'

/**
 * Subscribes to an instance's replies, again after every loss of the connection.
 * @param take called for each reply, in order
 */
export function followReplies(
  subscriber: Redis,
  channel: string,
  take: (reply: Reply) => void,
  log: Logger
): void {
  const subscribe = () => {
    subscriber
      .subscribe(channel)
      .catch((error: unknown) => log.warn({ error }, 'the reply channel could not be subscribed to'))
  }
  subscriber.on('ready', subscribe)
  if (subscriber.status === 'ready') subscribe()
  subscriber.on('message', (from: string, message: string) => {
    if (from !== channel) return
    try {
      take(JSON.parse(message) as Reply)
    } catch (error) {
      log.warn({ error }, 'a reply is not what it should be')
    }
  })
}
