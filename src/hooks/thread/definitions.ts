// Reads what a module exports. It runs in the module's thread, for functions do not leave it.
import type { Hooks } from '../contract.ts'
import type { HookManifest } from '../manifest.ts'
import { hookKinds, type HookKind } from '../messages.ts'

const NAME = /^[a-z][a-z0-9-]{0,31}$/

type Entry = Readonly<Record<string, unknown>>

/** What is asked of the hooks of one kind. */
interface Shape {
  readonly functions: readonly string[]
  /** What each option may be; the first is what it is unless given. */
  readonly options: Readonly<Record<string, readonly unknown[]>>
}

const shapes: Readonly<Record<HookKind, Shape>> = {
  gateways: { functions: ['open'], options: { canProbe: [false, true] } },
  listeners: { functions: ['onEvents'], options: { from: ['end', 'beginning'] } },
  fraudChecks: { functions: ['check'], options: { whenMissing: ['allow', 'review'] } },
  guards: { functions: ['judge'], options: { whenMissing: ['review', 'allow'] } },
  routingSignals: { functions: ['rate'], options: {} }
}

const PROTOCOL = ['isSigned', 'judge', 'idOf', 'read']

/** A module that is no module of hooks. */
export class NoHooksError extends Error {
  override readonly name = 'NoHooksError'
}

/** @throws NoHooksError that says what is wrong with it */
export function hooksIn(module: object): Hooks {
  const hooks = 'default' in module ? module.default : undefined
  if (!isObject(hooks)) throw new NoHooksError('has no default export that defineHooks has made')
  for (const kind of Object.keys(hooks))
    if (!hookKinds.some(known => known === kind))
      throw new NoHooksError(`has ${kind}, which is no kind of hook: ${hookKinds.join(', ')}`)
  let count = 0
  for (const kind of hookKinds) {
    const entries = hooks[kind] ?? {}
    if (!isObject(entries)) throw new NoHooksError(`has ${kind} that are not given by name`)
    for (const [name, hook] of Object.entries(entries)) {
      check(kind, name, hook)
      count++
    }
  }
  if (count === 0) throw new NoHooksError('has no hook in it')
  return hooks
}

function check(kind: HookKind, name: string, hook: unknown): void {
  const called = `${kind}.${name}`
  if (!NAME.test(name)) throw new NoHooksError(`has ${called}, whose name does not match ${NAME.source}`)
  if (!isObject(hook)) throw new NoHooksError(`has ${called}, which is no object`)
  const { functions, options } = shapes[kind]
  const required = functions.map(key => [key, hook[key]] as const)
  const protocol = isObject(hook['notifications']) ? hook['notifications'] : {}
  const signed =
    kind === 'gateways' ? PROTOCOL.map(key => [`notifications.${key}`, protocol[key]] as const) : []
  for (const [key, value] of [...required, ...signed])
    if (typeof value !== 'function') throw new NoHooksError(`has ${called} without the function ${key}`)
  for (const [key, choices] of Object.entries(options))
    if (hook[key] !== undefined && !choices.includes(hook[key]))
      throw new NoHooksError(`has ${called} with another ${key} than ${choices.join(' or ')}`)
}

/** What the process has to know of the hooks. */
export function manifestOf(hooks: Hooks): HookManifest {
  const told = hookKinds.map(kind => {
    const entries = Object.entries((hooks[kind] ?? {}) as unknown as Record<string, Entry>)
    const options = Object.entries(shapes[kind].options)
    const withOptions = ([name, hook]: [string, Entry]) => ({
      name,
      ...Object.fromEntries(options.map(([key, [fallback]]) => [key, hook[key] ?? fallback]))
    })
    return [kind, entries.map(withOptions)]
  })
  return Object.fromEntries(told) as HookManifest
}

const isObject = (value: unknown): value is Entry => typeof value === 'object' && value !== null
