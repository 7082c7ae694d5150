import type { GatewayResult } from './commands.ts'

/** What an executor says when the gateway does not know an operation at a time at which it would, had it ever been asked. */
export const NOT_AT_GATEWAY = 'not_at_gateway'

/**
 * Whether nothing was done and nothing will be: no call may start any more, and the gateway knows of none. That a call was
 * refused, or not sent, is no such proof: whoever is given the request next makes the call again.
 */
export const provesNothingDone = ({ outcome, code }: Pick<GatewayResult, 'outcome' | 'code'>): boolean =>
  outcome === 'NOT_SENT' && code === NOT_AT_GATEWAY
