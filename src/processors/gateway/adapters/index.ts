import { openConnections, type Connect } from './http-exchange.ts'
import type { Adapter, AdapterKind, Gateway, GatewayProfile, NotificationContent } from '../spi.ts'
import { sandboxAdapter } from './sandbox.ts'

/** Every adapter by kind; a new gateway protocol is one entry here and its kind in the SPI. */
const adapters: Readonly<Record<AdapterKind, Adapter>> = {
  sandbox: sandboxAdapter
}

/**
 * Opens the gateway that a profile describes. Connects lazily, so an unreachable gateway is found out by its first call.
 *
 * @throws TypeError when the profile's URL cannot be parsed.
 */
export function openGateway(profile: GatewayProfile, connect: Connect = openConnections): Gateway {
  return adapters[profile.adapter].open(profile, connect)
}

/**
 * What a notification of the gateway says.
 *
 * @param body JSON, parsed, from the gateway beyond doubt
 */
export function readNotification({ adapter }: GatewayProfile, body: unknown): NotificationContent {
  return adapters[adapter].readNotification(body)
}
