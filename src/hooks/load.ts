// Which hooks an installation has, and starting them.
import { resolve } from 'node:path'
import type { Logger } from 'pino'
import { systemClock } from '../platform/clock.ts'
import { HookHost, type HookObserver } from './hook-host.ts'
import { HookThread } from './hook-thread.ts'
import { readManifest, type HookManifest } from './manifest.ts'
import { hookKinds, hookLabel, type HookId, type HookKind } from './messages.ts'

/** A module that cannot be used. The message names it and says why. */
export class HookModuleError extends Error {
  override readonly name = 'HookModuleError'

  constructor(path: string, reason: string) {
    super(`the hook module ${path} ${reason}`)
  }
}

/** Milliseconds that a module may take to load. */
const LOAD_MS = 10_000

type Entry<K extends HookKind> = HookManifest[K][number]

/** A hook that runs, with what its module says of it. */
export type RunningHook<K extends HookKind> = Entry<K> & { readonly host: HookHost }

interface LoadedModule {
  readonly path: string
  readonly manifest: HookManifest
}

export interface HookOptions {
  /** Megabytes that the heap of each hook may take, and its buffers. */
  readonly memoryMb: number
  readonly observe: HookObserver
  readonly log: Logger
}

/** The hooks of an installation. */
export class HookModules {
  readonly #modules: readonly LoadedModule[]
  readonly #options: HookOptions
  readonly #running: HookHost[] = []

  private constructor(modules: readonly LoadedModule[], options: HookOptions) {
    this.#modules = modules
    this.#options = options
  }

  /**
   * Looks at each module, in a thread of its own that ends with that.
   *
   * @param paths relative ones are those of the working directory
   * @throws HookModuleError about the first that cannot be used
   */
  static async load(paths: readonly string[], options: HookOptions): Promise<HookModules> {
    const modules: LoadedModule[] = []
    const owners = new Map<string, string>()
    for (const path of paths) {
      const manifest = await manifestOf(path, options)
      for (const id of idsIn(manifest)) {
        const owner = owners.get(hookLabel(id))
        if (owner !== undefined) throw new HookModuleError(path, `has ${hookLabel(id)}, as ${owner} has`)
        owners.set(hookLabel(id), path)
      }
      modules.push({ path, manifest })
    }
    return new HookModules(modules, options)
  }

  /** What there is of a kind. */
  entries<K extends HookKind>(kind: K): readonly Entry<K>[] {
    return this.#modules.flatMap(({ manifest }) => manifest[kind] as readonly Entry<K>[])
  }

  /**
   * Starts every hook of a kind, each in a thread of its own.
   * @throws HookModuleError when one does not load any more
   */
  async start<K extends HookKind>(kind: K): Promise<RunningHook<K>[]> {
    const starts = this.#modules.flatMap(({ path, manifest }) =>
      (manifest[kind] as readonly Entry<K>[]).map(async entry => {
        const id = { kind, name: entry.name }
        const module = resolve(path)
        const host = await HookHost.start({ ...{ id, module }, ...this.#options }).catch((error: unknown) => {
          throw new HookModuleError(path, (error as Error).message)
        })
        this.#running.push(host)
        return { ...entry, host }
      })
    )
    return Promise.all(starts)
  }

  /** Ends the threads. */
  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(host => host.stop()))
  }
}

function manifestOf(path: string, { memoryMb, log }: HookOptions): Promise<HookManifest> {
  return new Promise((fulfil, reject) => {
    const refuse = (reason: string) => reject(new HookModuleError(path, reason))
    const thread = new HookThread(
      { module: resolve(path), hook: null },
      memoryMb,
      {
        told: told => {
          if (told.type === 'refused') refuse(told.reason)
          if (told.type === 'ready') {
            try {
              fulfil(readManifest(told.manifest ?? ''))
            } catch (error) {
              refuse((error as Error).message)
            }
          }
          void thread.end('looked at')
        },
        ended: reason => {
          tooLate()
          refuse(`cannot be loaded: ${reason}`)
        }
      },
      log
    )
    const tooLate = systemClock.after(LOAD_MS, () => {
      refuse(`cannot be loaded: it takes longer than ${LOAD_MS} ms`)
      void thread.end('too slow')
    })
  })
}

const idsIn = (manifest: HookManifest): HookId[] =>
  hookKinds.flatMap(kind => manifest[kind].map(({ name }) => ({ kind, name })))
