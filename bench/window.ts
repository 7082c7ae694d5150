// What a process that is under test did between two moments.
import { setTimeout as delay } from 'node:timers/promises'
import { cpuTimesBetween, mapCpuTimes, type CpuTimes } from './cpu-time.ts'

export interface Moment {
  /** Dealt with, for good. */
  readonly commands: number
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  /** Of the process under test, as `service`, and of `kafka`. */
  readonly cpu: CpuTimes
}

export interface Window {
  readonly commands: number
  readonly seconds: number
  readonly commandsPerSecond: number
  readonly cpuSeconds: CpuTimes
  readonly cpuMicrosecondsPerCommand: CpuTimes
}

/** How often the process is looked at, in milliseconds: each look costs it about one. */
const LOOK_MS = 100
/** Milliseconds without anything done after which it is taken to be stuck. */
const STUCK_MS = 60_000

export function windowBetween(from: Moment, to: Moment): Window {
  const seconds = (to.at - from.at) / 1000
  const commands = to.commands - from.commands
  const { service = null, kafka = null } = cpuTimesBetween(from.cpu, to.cpu)
  const cpuSeconds = { service, kafka }
  return {
    ...{ commands, seconds, commandsPerSecond: commands / seconds, cpuSeconds },
    cpuMicrosecondsPerCommand: mapCpuTimes(cpuSeconds, cpu_s => (1e6 * cpu_s) / commands)
  }
}

/** Follows a process until it has dealt with all commands. */
export const watch = <M extends Moment>(look: () => Promise<M>, commands: number): Promise<Followed<M>> =>
  follow(look, ({ commands }) => commands, commands)

export interface Followed<M> {
  /** When it had dealt with a tenth, before which comes what a start takes. */
  readonly tenth: M
  /** When it had dealt with all. */
  readonly last: M
}

/**
 * Looks at a process until it has dealt with everything.
 *
 * @param done how much it had dealt with at a moment, of `total`
 */
export async function follow<M extends Pick<Moment, 'at'>>(
  look: () => Promise<M>,
  done: (moment: M) => number,
  total: number
): Promise<Followed<M>> {
  let tenth: M | undefined
  let progressed = { done: 0, at: performance.now() }
  for (;;) {
    const moment = await look()
    const { at } = moment
    const now = done(moment)
    if (now >= total / 10) tenth ??= moment
    if (now >= total) return { tenth: tenth!, last: moment }
    if (now > progressed.done) progressed = { done: now, at }
    if (at - progressed.at > STUCK_MS) throw new Error(`the process is stuck after ${now} of ${total}`)
    await delay(LOOK_MS)
  }
}
