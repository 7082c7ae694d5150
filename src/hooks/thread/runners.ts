// How the hooks of each kind are called.
import type { Hooks } from '../contract.ts'
import type { HookId } from '../messages.ts'

/**
 * Calls the hook.
 * @param until epoch milliseconds after which nobody waits for the answer
 */
export type Run = (method: string, args: unknown, until: number) => unknown

/** @throws when the module has no such hook: it was another when it was looked at */
export function runnerOf(hooks: Hooks, { kind, name }: HookId): Promise<Run> {
  switch (kind) {
    case 'listeners': {
      const listener = known(hooks.listeners?.[name])
      return Promise.resolve(async (_method, events) => {
        await listener.onEvents(events as Parameters<typeof listener.onEvents>[0])
      })
    }
    default:
      throw new Error(`${kind} are not run yet`)
  }
}

function known<T>(hook: T | undefined): T {
  if (hook === undefined) throw new Error('the module has changed since it was loaded')
  return hook
}
