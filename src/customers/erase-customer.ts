import { setTimeout as delay } from 'node:timers/promises'
import { ApiError } from '../errors.ts'
import type { ContactKey } from './contact-key.ts'
import type { ContactWriter } from './contact-writer.ts'

/** What is asked of the read model; each fails with ApiError read_model_unavailable while the database is away. */
export interface HeldContacts {
  /** Whether it holds contact details of the customer. */
  readonly isHeld: (key: ContactKey) => Promise<boolean>
  /** Offset of the first record of each partition of `customers` that it has not applied. */
  readonly applied: () => Promise<ReadonlyMap<number, number>>
}

/** An erasure that Kafka has. */
export interface Erasure {
  /** Whether there was something to erase; null when the database is away. What was on its way is erased all the same. */
  readonly wasHeld: boolean | null
  /** Offset of the tombstone in each partition. */
  readonly tombstones: readonly number[]
}

const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 200

/**
 * Erases the contact details of a customer, whether or not the database is there to follow. Details that are written
 * after the tombstone stay: of an erasure and a payment at the same time, the one that Kafka has later wins everywhere.
 *
 * @param erasedBy who wants it
 * @throws ProducerUnavailableError when the tombstones are not confirmed: to be tried again
 */
export async function eraseCustomer(
  { isHeld, writer }: Pick<HeldContacts, 'isHeld'> & { readonly writer: Pick<ContactWriter, 'erase'> },
  key: ContactKey,
  erasedBy: string
): Promise<Erasure> {
  const wasHeld = await unlessAway(isHeld(key))
  return { wasHeld, tombstones: await writer.erase(key, erasedBy) }
}

/**
 * Waits until the read model shows the erasure. False when it does not in time; it follows as soon as the projector does.
 *
 * @param waitMs milliseconds
 */
export async function untilErased(
  { applied }: Pick<HeldContacts, 'applied'>,
  { tombstones }: Erasure,
  waitMs: number
): Promise<boolean> {
  const deadline = Date.now() + waitMs
  let pause = FIRST_PAUSE_MS
  for (;;) {
    const positions = await unlessAway(applied())
    if (tombstones.every((offset, partition) => (positions?.get(partition) ?? 0) > offset)) return true
    if (Date.now() + pause > deadline) return false
    await delay(pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}

async function unlessAway<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && error.code === 'read_model_unavailable') return null
    throw error
  }
}
