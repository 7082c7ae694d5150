import { setTimeout as delay } from 'node:timers/promises'
import type { ContactKey } from './contact-key.ts'
import type { ContactWriter } from './contact-writer.ts'

export interface ErasurePorts {
  readonly writer: Pick<ContactWriter, 'erase'>
  /** Whether the read model holds contact details of the customer. */
  readonly isHeld: (key: ContactKey) => Promise<boolean>
  /** Offset of the first record of each partition of `customers` that the read model has not applied. */
  readonly applied: () => Promise<ReadonlyMap<number, number>>
}

export interface Erasure {
  /** Whether there was something to erase. What was on its way is erased all the same. */
  readonly wasHeld: boolean
  /** Whether the read model is known to have none left. Where false, it follows as soon as the projector does. */
  readonly isApplied: boolean
}

const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 200

/**
 * Erases the contact details of a customer, and waits until the read model holds none. Details that are written after
 * the tombstone stay: of an erasure and a payment at the same time, the one that Kafka has later wins everywhere.
 *
 * @param waitMs milliseconds
 * @throws ProducerUnavailableError when the tombstone is not confirmed: to be tried again
 */
export async function eraseCustomer(
  { writer, isHeld, applied }: ErasurePorts,
  key: ContactKey,
  waitMs: number
): Promise<Erasure> {
  const deadline = Date.now() + waitMs
  const wasHeld = await isHeld(key)
  const tombstones = await writer.erase(key)
  let pause = FIRST_PAUSE_MS
  for (;;) {
    const positions = await applied()
    if (tombstones.every((offset, partition) => (positions.get(partition) ?? 0) > offset))
      return { wasHeld, isApplied: true }
    if (Date.now() + pause > deadline) return { wasHeld, isApplied: false }
    await delay(pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}
