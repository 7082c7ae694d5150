import type { Access, Adapter, AdapterKind, Gateway, GatewayProfile, NotificationProtocol } from '../spi.ts'
import { openConnections } from './http-exchange.ts'
import { sandboxAdapter } from './sandbox.ts'
import { stripeAdapter } from './stripe.ts'

/** Every adapter by kind; a new gateway protocol is one entry here and its kind in the SPI. */
const adapters: Readonly<Record<AdapterKind, Adapter>> = {
  sandbox: sandboxAdapter,
  stripe: stripeAdapter
}

/**
 * Opens the gateway that a profile describes. Connects lazily, so an unreachable gateway is found out by its first call.
 *
 * @throws TypeError when the profile's URL cannot be parsed.
 */
export function openGateway(
  profile: GatewayProfile,
  { connect = openConnections, apiKey = null }: Partial<Access> = {}
): Gateway {
  return adapters[profile.adapter].open(profile, { connect, apiKey })
}

/** How the gateway of a profile notifies. */
export const notificationsOf = ({ adapter }: GatewayProfile): NotificationProtocol =>
  adapters[adapter].notifications

/** Whether any gateway could have signed a request. */
export const isSignedByAny = (headers: Parameters<NotificationProtocol['isSigned']>[0]): boolean =>
  Object.values(adapters).some(({ notifications }) => notifications.isSigned(headers))
