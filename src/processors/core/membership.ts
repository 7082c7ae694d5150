/** Heartbeats, sent after the question was asked, that prove a member. One may have been under way already. */
const PROOF = 2

interface Question {
  heartbeats: number
  readonly answer: () => void
}

/**
 * Whether this process is still a member of its group. After a failed transaction an owner has to know before it
 * fences again: a zombie that fenced would throw out the rightful owner, and the two would take turns.
 */
export class Membership {
  #open: Question[] = []

  /** Resolves after proof that came later than this call. Never, when the process is no member any more. */
  confirmed(): Promise<void> {
    return new Promise(resolve => this.#open.push({ heartbeats: 0, answer: resolve }))
  }

  /** A heartbeat was answered. */
  heartbeat(): void {
    for (const question of this.#open) question.heartbeats++
    this.#answer(({ heartbeats }) => heartbeats >= PROOF)
  }

  /** The group was joined anew: whatever is assigned now is ours. */
  joined(): void {
    this.#answer(() => true)
  }

  #answer(proven: (question: Question) => boolean): void {
    const answered = this.#open.filter(proven)
    this.#open = this.#open.filter(question => !proven(question))
    for (const { answer } of answered) answer()
  }
}
