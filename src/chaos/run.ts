// One run of a scenario, from the check that it may be run at all to the verdict.
import { randomUUID } from 'node:crypto'
import { disturb } from './disturbances.ts'
import { payAll, settleAll } from './load.ts'
import { Sandbox, sandboxOf } from './sandbox.ts'
import { isCut, type Scenario } from './scenario.ts'
import type { Service } from './service.ts'
import type { Toxiproxy } from './toxiproxy.ts'
import { figuresOf, judge, type Check, type Figures } from './verdict.ts'

export type ChaosReport =
  | { readonly scenario: string; readonly verdict: 'skipped'; readonly reason: string }
  | {
      readonly scenario: string
      /** `interrupted`: it was ended before its time, and says nothing. */
      readonly verdict: 'holds' | 'fails' | 'interrupted'
      readonly checks: readonly Check[]
      readonly figures: Figures
    }

export interface Teller {
  readonly line: (text: string) => void
  readonly at: (done: number, of: number) => void
}

/**
 * Sends the load, does the faults meanwhile, waits until all has settled, and judges.
 * @param signal ends the run early; the faults are taken back all the same
 * @throws NotASandboxError before anything is done, where it would be done to something else
 */
export async function runScenario(
  scenario: Scenario,
  { service, toxiproxy }: { readonly service: Service; readonly toxiproxy: Toxiproxy },
  teller: Teller,
  signal: AbortSignal
): Promise<ChaosReport> {
  const { name, load, faults, hypothesis } = scenario
  const profiles = await service.profiles()
  const sandbox = new Sandbox(sandboxOf(profiles))
  for (const fault of faults) {
    if (!isCut(fault) && !profiles.some(({ id }) => id === fault.gateway))
      throw new Error(`the scenario ${name} disturbs ${fault.gateway}, of which there is no profile`)
    const reason = isCut(fault) ? await toxiproxy.obstacleTo(fault.proxy) : null
    if (reason !== null) return { scenario: name, verdict: 'skipped', reason }
  }
  const run = randomUUID()
  const disturbing = disturb(faults, { sandbox, toxiproxy, tell: teller.line }, signal)
  // The load is not worth anything without the faults.
  const failed = new AbortController()
  disturbing.catch(() => failed.abort())
  const until = AbortSignal.any([signal, failed.signal])
  const asked = await payAll(load, service, nth => `chaos-${run}-${nth}`, until).finally(() => disturbing)
  const ids = [...new Set(asked.flatMap(({ id }) => id ?? []))]
  teller.line(`${asked.length} payments sent, ${ids.length} accepted; waiting until they have settled`)
  const statuses = await settleAll(ids, service, hypothesis.settledWithinMs, { at: teller.at, signal })
  const ledger = new Map<string, Awaited<ReturnType<Sandbox['ledgerOf']>>>()
  for (const id of ids) ledger.set(id, await sandbox.ledgerOf(id))
  const observed = { asked, statuses, ledger }
  const checks = judge(hypothesis, observed)
  const verdict = signal.aborted ? 'interrupted' : checks.every(({ holds }) => holds) ? 'holds' : 'fails'
  return { scenario: name, verdict, checks, figures: figuresOf(observed) }
}
