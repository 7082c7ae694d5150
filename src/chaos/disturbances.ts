// The faults of a scenario over time. Each is taken back when its time is over, and all when the run ends, however it ends.
import { setTimeout as delay } from 'node:timers/promises'
import type { Sandbox } from './sandbox.ts'
import { isCut, type Cut, type GatewayFault } from './scenario.ts'
import type { Toxiproxy } from './toxiproxy.ts'

export interface Disturbed {
  readonly sandbox: Pick<Sandbox, 'disturb' | 'cure'>
  readonly toxiproxy: Pick<Toxiproxy, 'set'>
  /** Told of what begins and ends. */
  readonly tell: (text: string) => void
}

/**
 * Does the faults until all of them are over, or the run is.
 * @throws when the sandbox or Toxiproxy does not do what it is told; what was done is taken back before
 */
export async function disturb(
  faults: readonly (GatewayFault | Cut)[],
  { sandbox, toxiproxy, tell }: Disturbed,
  signal: AbortSignal
): Promise<void> {
  const failed = new AbortController()
  const until = AbortSignal.any([signal, failed.signal])
  const tasks = faults.map(async fault => {
    await pause(fault.fromMs, until)
    if (until.aborted) return
    const [name, end] = isCut(fault)
      ? [`the proxy ${fault.proxy} is cut`, () => toxiproxy.set(fault.proxy, true)]
      : [`${fault.gateway} has ${JSON.stringify(fault.fault)}`, () => sandbox.cure(fault.gateway)]
    try {
      tell(`${name} for ${fault.forMs} ms`)
      if (isCut(fault)) {
        await toxiproxy.set(fault.proxy, false)
        await pause(fault.forMs, until)
      } else await flap(fault, sandbox, until)
    } finally {
      await end()
    }
    tell(`over: ${name}`)
  })
  const ended = await Promise.allSettled(
    tasks.map(task =>
      task.catch((error: unknown) => {
        failed.abort()
        throw error
      })
    )
  )
  const fault = ended.find(one => one.status === 'rejected')
  if (fault !== undefined) throw fault.reason
}

async function flap(fault: GatewayFault, sandbox: Disturbed['sandbox'], signal: AbortSignal): Promise<void> {
  const { gateway, forMs, flapping } = fault
  const end = performance.now() + forMs
  for (let left = forMs; left > 0 && !signal.aborted; left = Math.ceil(end - performance.now())) {
    const onMs = Math.min(flapping?.onMs ?? forMs, left)
    await sandbox.disturb(gateway, fault.fault, onMs)
    await pause(onMs, signal)
    if (flapping !== undefined) await pause(Math.min(flapping.offMs, end - performance.now()), signal)
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(Math.max(0, ms), undefined, { signal }).catch(() => undefined)
