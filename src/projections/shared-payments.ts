// Payments as they were read, kept in Redis for all processes that answer readers, and what projectors do to them there.
// docs/decisions/0020-cached-reads.md says why nothing old is ever read.
import type { Redis } from 'ioredis'

/** A payment, ready to be sent. */
export interface KeptPayment {
  readonly version: number
  /** JSON. */
  readonly body: string
}

/** What an entry is kept for at most, milliseconds: it bounds the memory, and nothing is right by it. */
const TTL_MS = 3_600_000

const entryOf = (prefix: string, merchantId: string, paymentId: string) =>
  `${prefix}payment/${merchantId}/${paymentId}`
/** How far invalidations have come in a partition, and the position from which on what was read counts. */
const placeOf = (prefix: string, partition: number) => `${prefix}payments-at/${partition}`

/**
 * A transaction moved partitions from one position to another and changed the payments named. One that does not follow on
 * the last says that some were lost: then nothing counts any more that was read before it. One that comes late is behind
 * one that did not follow on.
 */
const INVALIDATE = `
  local moves = tonumber(ARGV[3])
  for i = 1, moves do
    local from, to = ARGV[2 * i + 3], ARGV[2 * i + 4]
    local at, floor = string.match(redis.call('get', KEYS[i]) or '', '^(%d+) (%d+)$')
    if not at or tonumber(at) < tonumber(to) then
      if at ~= from or ARGV[4] == 'any' then floor = to end
      redis.call('set', KEYS[i], to .. ' ' .. floor)
    end
  end
  for i = moves + 1, #KEYS do redis.call('unlink', KEYS[i]) end
  redis.call('publish', ARGV[1], ARGV[2])`

/** What was read at a position is kept only while invalidations have come no further. */
const KEEP = `
  local at, floor = string.match(redis.call('get', KEYS[2]) or '', '^(%d+) (%d+)$')
  local read = tonumber(ARGV[1])
  if at and tonumber(at) <= read and tonumber(floor) <= read then
    redis.call('set', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'px', ARGV[3])
  end`

interface Changes {
  readonly moves: readonly (readonly [partition: number, from: number, to: number])[]
  /** Null for any. */
  readonly payments: readonly (readonly [merchantId: string, paymentId: string])[] | null
}

/** Takes the payments out and says so on the channel, in one step. */
export async function invalidate(
  redis: Redis,
  prefix: string,
  { moves, payments }: Changes,
  { channel, message }: { readonly channel: string; readonly message: string }
): Promise<void> {
  const keys = [
    ...moves.map(([partition]) => placeOf(prefix, partition)),
    ...(payments ?? []).map(([merchantId, paymentId]) => entryOf(prefix, merchantId, paymentId))
  ]
  const positions = moves.flatMap(([, from, to]) => [from, to])
  const which = payments === null ? 'any' : 'named'
  await redis.eval(INVALIDATE, keys.length, ...keys, channel, message, moves.length, which, ...positions)
}

const ENTRY = /^(\d+) (\d+) (\d+) /

export class SharedPayments {
  readonly #redis: Redis
  readonly #prefix: string

  /** @param prefix of keys in Redis */
  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  /**
   * What is kept of a payment; null when nothing is that counts.
   * @param partition of the payment
   * @param needed the position up to which invalidations must have come for the answer to count
   * @param table that the payment must have been read from
   */
  async find(
    merchantId: string,
    paymentId: string,
    partition: number,
    needed: number,
    table: number
  ): Promise<KeptPayment | null> {
    const [entry, place] = await this.#redis.mget(
      entryOf(this.#prefix, merchantId, paymentId),
      placeOf(this.#prefix, partition)
    )
    const [whole, readAt, readFrom, version] = ENTRY.exec(entry ?? '') ?? []
    const [at, floor] = (place ?? '').split(' ').map(Number)
    if (whole === undefined || at === undefined || floor === undefined) return null
    if (at < needed || Number(readAt) < floor || Number(readFrom) !== table) return null
    return { version: Number(version), body: entry!.slice(whole.length) }
  }

  /**
   * @param readAt position of the view in the partition when the payment was read
   * @param readFrom the table
   */
  async keep(
    merchantId: string,
    paymentId: string,
    partition: number,
    { readAt, table: readFrom }: { readonly readAt: number; readonly table: number },
    { version, body }: KeptPayment
  ): Promise<void> {
    const keys = [entryOf(this.#prefix, merchantId, paymentId), placeOf(this.#prefix, partition)]
    await this.#redis.eval(KEEP, keys.length, ...keys, readAt, `${readFrom} ${version} ${body}`, TTL_MS)
  }
}
