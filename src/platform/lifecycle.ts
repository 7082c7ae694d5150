import type { Logger } from 'pino'

/** What runs until it is told to stop or cannot go on. */
export interface Stoppable {
  /** Resolves with the reason when it cannot go on. */
  readonly failed: Promise<Error>
  stop(): Promise<void>
}

/** Milliseconds after which a stop that hangs is cut short: orchestrators kill after 10 s or more. */
const STOP_LIMIT_MS = 9_500

/**
 * Runs until SIGTERM, SIGINT or a failure, then stops in an orderly way. A second signal ends the process at once.
 *
 * @returns the exit code: 0 after a signal, 1 after a failure
 */
export async function runUntilSignal(start: () => Promise<Stoppable>, log: Logger): Promise<0 | 1> {
  const signalled = Promise.withResolvers<NodeJS.Signals>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => signalled.resolve(signal))
  process.once('uncaughtException', (error: Error) => {
    log.fatal({ error }, 'a fault of the program')
    process.exit(1)
  })

  const running = await start()
  const end = await Promise.race([signalled.promise, running.failed])
  const failed = end instanceof Error
  if (failed) log.fatal({ error: end }, end.message)
  else log.info({ signal: end }, 'stopping')

  // It fires only if something still keeps the process alive by then.
  setTimeout(() => {
    log.fatal('the stop took too long and is cut short')
    process.exit(1)
  }, STOP_LIMIT_MS).unref()
  try {
    await running.stop()
  } catch (error) {
    log.error({ error }, 'the stop was not orderly')
    return 1
  }
  log.info('stopped')
  return failed ? 1 : 0
}
