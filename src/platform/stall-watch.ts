import { systemClock, type Clock } from './clock.ts'
import { repeat } from './repeat.ts'

/** Something that a process has taken on and that it alone can bring further: a partition that it was given. */
export interface Duty {
  readonly name: string
  /** Anything that has changed when the duty has got on. Compared by identity. */
  readonly progress: unknown
  /** False when there is nothing to do, or it waits for something that another process would wait for just as long. */
  readonly isDue: boolean
}

/** A process has work that it can do, and does not do it. Another one, or this one started anew, may. */
export class StalledError extends Error {
  override readonly name = 'StalledError'
}

/** Looks at a duty before it is given up. A process that was frozen made none meanwhile, and is not judged for it. */
const LOOKS = 12

export interface StallWatchOptions {
  /** Milliseconds without progress after which a duty is stalled, give or take a twelfth. */
  readonly limitMs: number
  /** @throws when it cannot be told, as while Kafka does not answer: then nothing is held against anybody. */
  readonly look: () => Promise<readonly Duty[]>
  /** Called once at most. */
  readonly stalled: (error: StalledError) => void
  /** That of the system unless given. */
  readonly clock?: Clock
}

/**
 * Looks at what a process has taken on until one of its duties stalls.
 *
 * @returns ends it
 */
export function watchForStalls({
  limitMs,
  look,
  stalled,
  clock = systemClock
}: StallWatchOptions): () => void {
  let seen = new Map<string, { progress: unknown; looks: number }>()
  let isOver = false
  const end = repeat(
    limitMs / LOOKS,
    async () => {
      const duties = await look()
      if (isOver) return
      const before = seen
      seen = new Map()
      for (const { name, progress, isDue } of duties) {
        const last = before.get(name)
        const isSame = isDue && last !== undefined && last.progress === progress
        const looks = isSame ? last.looks + 1 : 0
        seen.set(name, { progress, looks })
        if (looks < LOOKS) continue
        isOver = true
        stalled(new StalledError(`${name} has work and has made no progress for ${limitMs} ms`))
        return
      }
    },
    () => {
      seen = new Map()
    },
    clock
  )
  return () => {
    isOver = true
    end()
  }
}
