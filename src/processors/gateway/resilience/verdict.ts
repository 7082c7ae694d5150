import type { GatewayOutcome } from '../spi.ts'
import type { Verdict } from './breaker.ts'

/** What became of a call that never left us because the way to the gateway is broken; any other reason is our own. */
const UNREACHABLE: ReadonlySet<string | null> = new Set(['gateway_unreachable', 'gateway_no_connection'])

/**
 * What the outcome of a call says of the gateway's health, which is not whether the payment went well: a gateway that declines
 * does its work.
 */
export function verdictOf({ outcome, code, isTurnedAway }: GatewayOutcome): Verdict {
  switch (outcome) {
    case 'SUCCEEDED':
    case 'DECLINED':
    case 'PENDING':
    case 'NEEDS_CUSTOMER':
    case 'SETTLEMENT_FAILED':
      return 'SUCCESS'
    case 'REFUSED':
      return isTurnedAway === true ? 'FAILURE' : 'SUCCESS'
    case 'NOT_SENT':
      return UNREACHABLE.has(code) ? 'FAILURE' : 'NEITHER'
    case 'UNKNOWN':
      return code === 'gateway_closing' ? 'NEITHER' : 'FAILURE'
  }
}
