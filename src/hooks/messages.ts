// What is said between a process and the threads of hooks. What comes back was made by foreign code, so it comes as text,
// bounded, and is held to a schema before anything is believed of it.

/** The kinds of hooks, as a module's export names them. */
export const hookKinds = ['gateways', 'listeners', 'fraudChecks', 'guards', 'routingSignals'] as const
export type HookKind = (typeof hookKinds)[number]

export interface HookId {
  readonly kind: HookKind
  readonly name: string
}

/** How a hook is called in logs and metrics. */
export const hookLabel = ({ kind, name }: HookId): string => `${kind}/${name}`

/** What a thread is started with. */
export interface ThreadData {
  /** Absolute path of the module. */
  readonly module: string
  /** The hook to run; null only has the module's contents told. */
  readonly hook: HookId | null
}

export interface Ask {
  readonly id: number
  readonly method: string
  readonly args: unknown
  /** Epoch milliseconds. What has not begun then never does, and what has not ended then is told to be late. */
  readonly until: number
}

export type Told =
  /** The module is loaded. Its manifest, as JSON, where no hook is run. */
  | { readonly type: 'ready'; readonly manifest: string | null }
  /** The module cannot be used. */
  | { readonly type: 'refused'; readonly reason: string }
  /** JSON. */
  | { readonly type: 'answer'; readonly id: number; readonly json: string }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string }

/** Characters of JSON that one answer may have. */
export const MAX_ANSWER_LENGTH = 1024 * 1024
