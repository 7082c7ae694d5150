import type { ChildProcess } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** Has a process, and those that it starts, leave the processors to whatever else runs. */
export function giveWay({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
}
