// What a module has, as its thread tells it.
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

const WhenMissing = Type.Enum(['allow', 'review'])
const named = <P extends Parameters<typeof Type.Object>[0]>(options: P) =>
  Type.Array(Type.Object({ name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }), ...options }))

const Manifest = Type.Object({
  gateways: named({ canProbe: Type.Boolean() }),
  listeners: named({ from: Type.Enum(['beginning', 'end']) }),
  fraudChecks: named({ whenMissing: WhenMissing }),
  guards: named({ whenMissing: WhenMissing }),
  routingSignals: named({})
})

export type HookManifest = Static<typeof Manifest>

/** @throws when it is not what our own code in the thread would have told */
export function readManifest(json: string): HookManifest {
  const told: unknown = JSON.parse(json)
  if (!Value.Check(Manifest, told)) throw new Error('its thread told something else than what it has')
  return told
}
