import type { AdapterKind, Gateway, GatewayProfile } from '../spi.ts'
import { openSandboxGateway } from './sandbox.ts'

/** Every adapter by kind; a new gateway protocol is one entry here and its kind in the SPI. */
const adapters: Readonly<Record<AdapterKind, (profile: GatewayProfile) => Gateway>> = {
  sandbox: openSandboxGateway
}

/**
 * Opens the gateway that a profile describes. Connects lazily, so an unreachable gateway is found out by its first call.
 *
 * @throws TypeError when the profile's URL cannot be parsed.
 */
export function openGateway(profile: GatewayProfile): Gateway {
  return adapters[profile.adapter](profile)
}
