/** A gateway's no to a charge. */
export interface Decline {
  readonly code: string
  readonly message: string
}

/** What a card token does at every gateway of the sandbox. Tokens not listed leave it to the gateway's approval rate. */
export interface TokenBehaviour {
  /**
   * What is done, and remembered under the idempotency key, before anything is answered. `ACCEPT` and `ASK_CUSTOMER` move
   * no money yet; with `NOTHING` the gateway does not even know the key afterwards.
   */
  readonly does: 'APPROVE' | 'ACCEPT' | 'ASK_CUSTOMER' | 'NOTHING' | Decline
  /** How the answer comes, if not in the gateway's usual time. */
  readonly answers?: 'SLOWLY' | 'NEVER' | 'WITH_500' | 'WITH_429'
  /** What the gateway does, and notifies, some time after its answer. A decline takes nothing back. */
  readonly later?: 'APPROVE' | Decline
}

const cardDeclined: Decline = { code: 'card_declined', message: 'The card was declined.' }

export const tokens: ReadonlyMap<string, TokenBehaviour> = new Map<string, TokenBehaviour>([
  ['tok_visa', { does: 'APPROVE' }],
  ['tok_declined', { does: cardDeclined }],
  [
    'tok_insufficient_funds',
    { does: { code: 'insufficient_funds', message: 'The account does not cover it.' } }
  ],
  ['tok_error', { does: 'NOTHING', answers: 'WITH_500' }],
  ['tok_rate_limited', { does: 'NOTHING', answers: 'WITH_429' }],
  ['tok_slow', { does: 'APPROVE', answers: 'SLOWLY' }],
  ['tok_timeout_charged', { does: 'APPROVE', answers: 'NEVER' }],
  ['tok_timeout_not_charged', { does: 'NOTHING', answers: 'NEVER' }],
  ['tok_pending', { does: 'ACCEPT', later: 'APPROVE' }],
  ['tok_customer_action', { does: 'ASK_CUSTOMER' }],
  // The two that no honest gateway shows: it says one thing, and later the opposite.
  ['tok_contradictory', { does: cardDeclined, later: 'APPROVE' }],
  ['tok_contradictory_decline', { does: 'APPROVE', later: cardDeclined }]
])
