// How the hooks of each kind are called.
import type { Hooks } from '../contract.ts'
import type { HookId } from '../messages.ts'
import { adviserRunner } from './run-adviser.ts'
import type { Run } from './run.ts'

/** @throws when the module has no such hook: it was another when it was looked at */
export async function runnerOf(hooks: Hooks, { kind, name }: HookId): Promise<Run> {
  switch (kind) {
    case 'gateways': {
      // The HTTP client takes longer to load than all else, and is for gateways alone.
      const { gatewayRunner } = await import('./run-gateway.ts')
      return gatewayRunner(known(hooks.gateways?.[name]))
    }
    case 'listeners': {
      const listener = known(hooks.listeners?.[name])
      return async (_method, events) => {
        await listener.onEvents(events as Parameters<typeof listener.onEvents>[0])
      }
    }
    case 'fraudChecks': {
      const check = known(hooks.fraudChecks?.[name])
      return adviserRunner(payment => check.check(payment))
    }
    case 'guards': {
      const guard = known(hooks.guards?.[name])
      return adviserRunner(payment => guard.judge(payment))
    }
    case 'routingSignals': {
      const signal = known(hooks.routingSignals?.[name])
      return adviserRunner((payment, gateways) => signal.rate(payment, gateways))
    }
  }
}

function known<T>(hook: T | undefined): T {
  if (hook === undefined) throw new Error('the module has changed since it was loaded')
  return hook
}
