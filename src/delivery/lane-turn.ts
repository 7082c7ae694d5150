// One turn at a lane, whatever it sends: the oldest first, and the next only when that has had its last attempt.

/** What is next in a lane. */
interface Head {
  /** Null for at once. */
  readonly next_attempt_at: Date | null
  readonly is_due: boolean
}

export interface LaneTurn<H extends Head> {
  /** Null when nothing is to be sent. */
  next(): Promise<H | null>
  /**
   * Makes an attempt and records it.
   * @returns when to look again, where there could be none yet; null when it is recorded
   */
  attempt(head: H): Promise<Date | null>
  /** Puts the lane back into the queue. */
  putBack(at?: Date): Promise<void>
}

/** Milliseconds after which a lane is put back: its job must be done before it counts as abandoned. */
const TURN_MS = 8_000

/** @throws what the turn throws: to be tried again */
export async function takeTurn<H extends Head>(turn: LaneTurn<H>, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  for (;;) {
    const head = await turn.next()
    if (head === null) return
    const isOver = signal.aborted || performance.now() - began > TURN_MS
    if (!head.is_due || isOver) return turn.putBack(head.next_attempt_at ?? undefined)
    const later = await turn.attempt(head)
    if (later !== null) return turn.putBack(later)
  }
}
