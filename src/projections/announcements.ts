// What projectors tell whoever keeps, or waits for, something of the read models: over Redis, after each commit. A
// message is a hint that makes things fast. It may be lost, and who hears it looks at the positions in Postgres besides.
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { invalidate } from './shared-payments.ts'
import type { Share } from './shared-transactions.ts'
import type { StoredEvent, ViewName } from './view.ts'

/** A transaction of a view has been committed. */
export interface Announcement {
  readonly view: ViewName
  /** By partition, the position before and behind: one that does not begin where the last ended says that some were lost. */
  readonly moves: readonly (readonly [partition: number, from: number, to: number])[]
  /** Whose rows have changed; null where they are too many to be named. */
  readonly payments: readonly (readonly [merchantId: string, paymentId: string])[] | null
}

/** More than a transaction has unless the view catches up. */
const MAX_NAMED = 1000

const channelOf = (prefix: string): string => `${prefix}projected`

export function announcementOf(view: ViewName, shares: readonly Share[]): Announcement {
  const payments = new Map<string, readonly [string, string]>()
  for (const { said } of shares) {
    for (const { value } of said as readonly StoredEvent[]) {
      const { merchantId, paymentId, sequence } = value
      // A refusal changes nothing, and may stand under another merchant than the payment's.
      if (merchantId === null || paymentId === null || sequence === null) continue
      payments.set(paymentId, [merchantId, paymentId])
    }
  }
  return {
    view,
    moves: shares.map(({ partition, from, to }) => [partition, from, to]),
    payments: payments.size > MAX_NAMED ? null : [...payments.values()]
  }
}

/** Sends it, unless Redis is away. Payments that have changed are out of Redis by the time that anybody hears of it. */
export function announce(redis: Redis, prefix: string, announcement: Announcement): void {
  const [channel, message] = [channelOf(prefix), JSON.stringify(announcement)]
  const sent =
    announcement.view === 'payments'
      ? invalidate(redis, prefix, announcement, { channel, message })
      : redis.publish(channel, message)
  sent.catch(() => undefined)
}

export interface AnnouncementListener {
  heard(announcement: Announcement): void
  /** Whether everything that is announced from now on will be heard. */
  isListening(isIt: boolean): void
}

/** Subscribes to what projectors announce, again after every loss of the connection. */
export function followAnnouncements(
  subscriber: Redis,
  prefix: string,
  listeners: readonly AnnouncementListener[],
  log: Logger
): void {
  const channel = channelOf(prefix)
  const tell = (isIt: boolean) => listeners.forEach(listener => listener.isListening(isIt))
  const subscribe = () => {
    subscriber.subscribe(channel).then(
      () => tell(subscriber.status === 'ready'),
      (error: unknown) => log.warn({ error }, 'what projectors announce could not be subscribed to')
    )
  }
  subscriber.on('ready', subscribe)
  subscriber.on('close', () => tell(false))
  if (subscriber.status === 'ready') subscribe()
  subscriber.on('message', (from: string, message: string) => {
    if (from !== channel) return
    try {
      const announcement = JSON.parse(message) as Announcement
      listeners.forEach(listener => listener.heard(announcement))
    } catch (error) {
      log.warn({ error }, 'what a projector announced cannot be read')
    }
  })
}
