/** What a card token does at every gateway of the sandbox. Tokens not listed leave it to the gateway's approval rate. */
export type TokenBehaviour =
  { readonly approves: true } | { readonly approves: false; readonly code: string; readonly message: string }

export const tokens: ReadonlyMap<string, TokenBehaviour> = new Map<string, TokenBehaviour>([
  ['tok_visa', { approves: true }],
  ['tok_declined', { approves: false, code: 'card_declined', message: 'The card was declined.' }]
])
