import type { FollowUpKind } from './gateways.ts'

/** A gateway's no. */
export interface Decline {
  readonly code: string
  readonly message: string
}

/** What an operation on what was charged comes to. */
export interface FollowUpBehaviour {
  readonly does: 'APPROVE' | Decline
  /** The first of its kind that is done is never answered, however often it is asked for. */
  readonly answers?: 'NEVER'
}

/** What a card token does at every gateway of the sandbox. Tokens not listed leave it to the gateway's approval rate. */
export interface TokenBehaviour {
  /**
   * What is done, and remembered under the idempotency key, before anything is answered. `ACCEPT` and `ASK_CUSTOMER` move
   * no money yet; with `NOTHING` the gateway does not even know the key, unless and until it does something later.
   */
  readonly does: 'APPROVE' | 'ACCEPT' | 'ASK_CUSTOMER' | 'NOTHING' | Decline
  /** How the answer comes, if not in the gateway's usual time. */
  readonly answers?: 'SLOWLY' | 'NEVER' | 'WITH_500' | 'WITH_429'
  /** What the gateway does, and notifies, some time after its answer. A decline takes nothing back. */
  readonly later?: 'APPROVE' | Decline
  /** What becomes of captured money some time after the capture; without it, it is settled at once. */
  readonly settlement?: 'LATER' | 'FAILS'
  /** What is asked for about the charge afterwards; approved where it is not listed. */
  readonly then?: Partial<Readonly<Record<FollowUpKind, FollowUpBehaviour>>>
}

const onceCharged = (kind: FollowUpKind, behaviour: FollowUpBehaviour): TokenBehaviour => ({
  does: 'APPROVE',
  then: { [kind]: behaviour }
})
const declined = (what: string): Decline => ({
  code: `${what}_declined`,
  message: `The ${what} was declined.`
})
const cardDeclined: Decline = { code: 'card_declined', message: 'The card was declined.' }

export const tokens: ReadonlyMap<string, TokenBehaviour> = new Map<string, TokenBehaviour>([
  ['tok_visa', { does: 'APPROVE' }],
  ['tok_declined', { does: cardDeclined }],
  [
    'tok_insufficient_funds',
    { does: { code: 'insufficient_funds', message: 'The account does not cover it.' } }
  ],
  ['tok_declined_strangely', { does: { code: 'phase_of_the_moon', message: 'The moon is full.' } }],
  ['tok_error', { does: 'NOTHING', answers: 'WITH_500' }],
  ['tok_rate_limited', { does: 'NOTHING', answers: 'WITH_429' }],
  ['tok_slow', { does: 'APPROVE', answers: 'SLOWLY' }],
  ['tok_timeout_charged', { does: 'APPROVE', answers: 'NEVER' }],
  ['tok_timeout_not_charged', { does: 'NOTHING', answers: 'NEVER' }],
  ['tok_pending', { does: 'ACCEPT', later: 'APPROVE' }],
  ['tok_late_success', { does: 'NOTHING', answers: 'NEVER', later: 'APPROVE' }],
  ['tok_customer_action', { does: 'ASK_CUSTOMER' }],
  ['tok_settles_later', { does: 'APPROVE', settlement: 'LATER' }],
  ['tok_settlement_fails', { does: 'APPROVE', settlement: 'FAILS' }],
  ['tok_capture_declined', onceCharged('CAPTURE', { does: declined('capture') })],
  ['tok_capture_timeout_charged', onceCharged('CAPTURE', { does: 'APPROVE', answers: 'NEVER' })],
  ['tok_void_declined', onceCharged('VOID', { does: declined('void') })],
  ['tok_refund_declined', onceCharged('REFUND', { does: declined('refund') })],
  ['tok_refund_timeout_charged', onceCharged('REFUND', { does: 'APPROVE', answers: 'NEVER' })],
  // The two that no honest gateway shows: it says one thing, and later the opposite.
  ['tok_contradictory', { does: cardDeclined, later: 'APPROVE' }],
  ['tok_contradictory_decline', { does: 'APPROVE', later: cardDeclined }]
])
