import { createHmac } from 'node:crypto'
import ipaddr from 'ipaddr.js'

/** What stands for the network address of a merchant's customer; null where no key is set. */
export type AddressDigest = (merchantId: string, address: string) => string | null

/** Bytes of IPv6 that name a network: the rest is drawn anew by most devices. */
const NETWORK_BYTES = 8

/**
 * Addresses are personal data, and few enough that a plain digest could be turned back. Of IPv6 the network of 64 bits
 * counts; one that stands for an address of IPv4 is that.
 */
export function addressDigest(key: string | null): AddressDigest {
  if (key === null) return () => null
  return (merchantId, address) =>
    createHmac('sha256', key)
      .update(`${merchantId}/${networkOf(address)}`)
      .digest('base64url')
      .slice(0, 22)
}

function networkOf(address: string): string {
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return Buffer.from(parsed.toByteArray().slice(0, NETWORK_BYTES)).toString('hex')
}
