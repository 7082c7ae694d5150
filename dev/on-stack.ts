import type { Processes } from './stack/processes.ts'
import { startStack } from './stack/start-stack.ts'
import type { Stack } from './stack/stack.ts'
import { temporaryDataDir } from './temporary.ts'

export interface StackRun {
  readonly stack: Stack
  readonly dataDir: string
  readonly processes: Processes
  /** Aborted when this process is asked to end. */
  readonly stop: AbortSignal
}

/**
 * Does work on a stack that lives as long as the work.
 *
 * @param prefix of the data folder's name, the same for all runs of a kind
 * @throws StackError when the stack does not come up
 */
export async function onDisposableStack<T>(prefix: string, work: (run: StackRun) => Promise<T>): Promise<T> {
  const { dataDir, processes, remove } = await temporaryDataDir(prefix)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopping.abort(signal))

  const starting = startStack({ dataDir, processes, log: line => console.log(`  ${line}`), disposable: true })
  // Interrupted while it starts, the stack fails to, since what it starts is ended.
  stopping.signal.addEventListener('abort', () => void processes.end({ hard: true }))
  try {
    const stack = await starting
    try {
      return await work({ stack, dataDir, processes, stop: stopping.signal })
    } finally {
      await stack.stop()
    }
  } finally {
    await remove()
  }
}
