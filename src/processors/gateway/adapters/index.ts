import {
  outcomeWithout,
  type Access,
  type Adapter,
  type AdapterKind,
  type Gateway,
  type GatewayProfile,
  type NotificationProtocol,
  type OwnAdapterKind
} from '../spi.ts'
import { openConnections } from './http-exchange.ts'
import { sandboxAdapter } from './sandbox.ts'
import { stripeAdapter } from './stripe.ts'

/** Every adapter by kind; a new gateway protocol is one entry here and its kind in the SPI. */
const adapters: Readonly<Record<OwnAdapterKind, Adapter>> = {
  sandbox: sandboxAdapter,
  stripe: stripeAdapter
}

/** The user's own, by `hook:<name>`. */
export type HookAdapters = ReadonlyMap<string, Adapter>

/** Null for a hook that is not loaded here. */
const adapterOf = (kind: AdapterKind, hooks: HookAdapters): Adapter | null =>
  kind in adapters ? adapters[kind as OwnAdapterKind] : (hooks.get(kind) ?? null)

/**
 * Opens the gateway that a profile describes. Connects lazily, so an unreachable gateway is found out by its first call.
 *
 * @throws TypeError when the profile's URL cannot be parsed.
 */
export function openGateway(
  profile: GatewayProfile,
  { connect = openConnections, apiKey = null }: Partial<Access> = {},
  hooks: HookAdapters = new Map()
): Gateway {
  return (
    adapterOf(profile.adapter, hooks)?.open(profile, { connect, apiKey }) ?? gatewayWithoutAdapter(profile)
  )
}

/** How the gateway of a profile notifies; null where its adapter is a hook that is not loaded here. */
export const notificationsOf = (
  { adapter }: GatewayProfile,
  hooks: HookAdapters = new Map()
): NotificationProtocol | null => adapterOf(adapter, hooks)?.notifications ?? null

/** Whether any gateway could have signed a request, of those whose adapters come with us. */
export async function isSignedByAny(
  headers: Parameters<NotificationProtocol['isSigned']>[0]
): Promise<boolean> {
  for (const { notifications } of Object.values(adapters))
    if (await notifications.isSigned(headers)) return true
  return false
}

/** Nothing is sent by it; of what others have sent it knows nothing. */
function gatewayWithoutAdapter({ adapter }: GatewayProfile): Gateway {
  const message = `${adapter} is not loaded here`
  return {
    perform: () => Promise.resolve(outcomeWithout('NOT_SENT', 'gateway_adapter_missing', message)),
    lookUp: () => Promise.resolve(outcomeWithout('UNKNOWN', 'gateway_adapter_missing', message)),
    close: () => Promise.resolve()
  }
}
