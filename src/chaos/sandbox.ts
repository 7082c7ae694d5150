// The sandbox, as chaos sees it: what it is told to do wrong, and what its ledger says in the end.
import type { GatewayFault } from './scenario.ts'

/** A row of the ledger, of which sandboxes tell more. */
export interface LedgerRow {
  readonly sequence: number
  readonly payment: string
  readonly operation: string
  readonly kind: string
  readonly gateway: string
}

/** What chaos would be done to is no sandbox on this machine. */
export class NotASandboxError extends Error {
  override readonly name = 'NotASandboxError'
}

/** What of a gateway's profile tells whether it may be disturbed. */
export interface DisturbedProfile {
  readonly id: string
  readonly adapter: string
  readonly url?: string
}

const PAGE = 1000
const ANSWER_MS = 5_000

/**
 * The sandbox behind the gateways: there must be one, on this machine, and nothing else. What it serves in another way, as its
 * gateway that is like Stripe, is a part of it.
 * @throws NotASandboxError that names the profile that is another thing
 */
export function sandboxOf(profiles: readonly DisturbedProfile[]): string {
  const roots = new Set<string>()
  for (const { id, adapter, url } of profiles) {
    if (adapter !== 'sandbox' || url === undefined) continue
    if (!isLoopback(url))
      throw new NotASandboxError(`${id} is at ${new URL(url).host}: chaos is done on this machine alone`)
    roots.add(new URL(url).origin)
  }
  for (const { id, adapter, url } of profiles)
    if (url === undefined || !roots.has(new URL(url).origin))
      throw new NotASandboxError(`${id} has the adapter ${adapter}: chaos is done to sandboxes alone`)
  const [root, ...others] = roots
  if (root === undefined) throw new NotASandboxError('no gateway has a profile: run `aegispay seed --demo`')
  if (others.length > 0)
    throw new NotASandboxError(`the gateways are at several sandboxes: ${[root, ...others].join(', ')}`)
  return root
}

/** Names may lead anywhere, but for the one that everybody keeps for it. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

export class Sandbox {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** @param forMs after which the sandbox forgets the fault by itself, should nobody be left to take it back */
  async disturb(gateway: string, fault: GatewayFault['fault'], forMs: number): Promise<void> {
    await this.#ask(`/gateways/${gateway}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...fault, forMs })
    })
  }

  async cure(gateway: string): Promise<void> {
    await this.#ask(`/gateways/${gateway}/faults`, { method: 'DELETE' })
  }

  async ledgerOf(payment: string): Promise<readonly LedgerRow[]> {
    return (await this.#ask(`/ledger?payment=${payment}&limit=${PAGE}`)).json() as Promise<LedgerRow[]>
  }

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_MS) })
    if (response.ok) return response
    throw new Error(`the sandbox answered ${response.status} to ${path}: ${await response.text()}`)
  }
}
