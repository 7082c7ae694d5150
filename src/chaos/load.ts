// The load of a scenario: payments at an even pace, as an open system sends them, however long they take.
import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from './scenario.ts'
import type { Asked, Service, Terms } from './service.ts'

/** Milliseconds between two looks at payments that have not come to their ends. */
const LOOK_MS = 250
const AT_ONCE = 16
/** In which nothing more happens to a payment that nobody asks anything of. */
const ENDS: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'])

export const termsOf = ({
  currency = 'EUR',
  amount = 1099,
  token = 'tok_visa'
}: Scenario['load']): Terms => ({
  ...{ currency, amount, token }
})

/** Begins the payments of the load; ends when all of them are answered, or with the signal. */
export async function payAll(
  { perSecond, forMs, ...terms }: Scenario['load'],
  service: Pick<Service, 'pay'>,
  keyOf: (nth: number) => string,
  signal: AbortSignal
): Promise<readonly Asked[]> {
  const began = performance.now()
  const total = Math.max(1, Math.round((perSecond * forMs) / 1000))
  const asked: Promise<Asked>[] = []
  for (let nth = 0; nth < total && !signal.aborted; nth++) {
    const wait = began + (nth * 1000) / perSecond - performance.now()
    if (wait > 0) await delay(wait, undefined, { signal }).catch(() => undefined)
    asked.push(service.pay(keyOf(nth), termsOf({ perSecond, forMs, ...terms })))
  }
  return Promise.all(asked)
}

/**
 * Waits until every payment has come to its end, or it is too late.
 * @returns the last status of each, by id; null of one that could not be read
 */
export async function settleAll(
  ids: readonly string[],
  service: Pick<Service, 'statusOf'>,
  withinMs: number,
  { at, signal }: { readonly at: (settled: number, of: number) => void; readonly signal: AbortSignal }
): Promise<ReadonlyMap<string, string | null>> {
  const deadline = performance.now() + withinMs
  const found = new Map<string, string | null>()
  let open = [...ids]
  for (;;) {
    const left = open.values()
    const look = async () => {
      for (const id of left) found.set(id, await service.statusOf(id))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, look))
    open = open.filter(id => !ENDS.has(found.get(id) ?? ''))
    at(ids.length - open.length, ids.length)
    if (open.length === 0 || performance.now() >= deadline || signal.aborted) return found
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}
