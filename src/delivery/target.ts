// Where webhooks may go. Merchants choose the URLs, and we stand in a network that they must not get into: so nothing is sent
// to an address that is not on the public internet, whichever way it is named. Names are judged by what they lead to at the
// moment of connecting, in the very look-up whose result is connected to: one that is looked up twice may change in between.
import ipaddr from 'ipaddr.js'
import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** The URL, or what its name leads to, is none that webhooks are sent to. The message is for the merchant. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError'
}

export interface TargetRules {
  /** Loopback is allowed, and plain HTTP there. */
  readonly allowLoopback: boolean
}

/** Everything on the public internet, which IANA gives out here alone. Addresses that hold others are no part of it. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

/** @param address IPv4 or IPv6, without brackets */
export function isAllowedAddress(address: string, { allowLoopback }: TargetRules): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (range === 'loopback') return allowLoopback
  if (range !== 'unicast') return false
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST)
}

/**
 * What can be said of a URL without looking its name up.
 * @throws TargetRefusedError
 */
export function checkTarget(text: string, rules: TargetRules): URL {
  const url = URL.parse(text)
  if (url === null) throw new TargetRefusedError('It is no URL.')
  const { protocol, username, password, hash } = url
  if (username !== '' || password !== '') throw new TargetRefusedError('It has a user or password in it.')
  if (hash !== '') throw new TargetRefusedError('It has a fragment, which is never sent.')
  const literal = literalIn(url)
  if (literal !== null && !isAllowedAddress(literal, rules))
    throw new TargetRefusedError('Its address is not on the public internet.')
  const isLocal = rules.allowLoopback && leadsToLoopback(url)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    throw new TargetRefusedError('It does not begin with https://.')
  if (isLocalName(url.hostname) && !isLocal)
    throw new TargetRefusedError('Its name is not one of the public internet.')
  return url
}

/** An address that stands in the URL itself, which is never looked up; the URL has brought it into its usual form. */
function literalIn({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return ipaddr.isValid(bare) ? bare : null
}

const leadsToLoopback = (url: URL): boolean => {
  const literal = literalIn(url)
  return literal === null ? isLocalName(url.hostname) : ipaddr.parse(literal).range() === 'loopback'
}

/** RFC 6761. */
const isLocalName = (hostname: string): boolean => /^(.*\.)?localhost\.?$/.test(hostname)

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void
) => void

/** The look-up of a connection. It fails when any of the addresses is none to send to. */
export const guardedLookup =
  (rules: TargetRules, resolve: Resolve = systemLookup): LookupFunction =>
  (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const all = addresses ?? []
      const [first] = all
      if (error !== null) done(error, '', 0)
      else if (first === undefined || all.some(({ address }) => !isAllowedAddress(address, rules)))
        done(
          new TargetRefusedError('Its name leads to an address that is not on the public internet.'),
          '',
          0
        )
      else if (options.all === true) done(null, all)
      else done(null, first.address, first.family)
    })
  }
