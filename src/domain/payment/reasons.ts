import type { GatewayResult } from './commands.ts'

/** For gateways that give no code of their own. */
const CODES: Partial<Record<GatewayResult['outcome'], string>> = {
  DECLINED: 'declined',
  REFUSED: 'gateway_refused',
  NOT_SENT: 'gateway_unreachable',
  NEEDS_CUSTOMER: 'customer_action_required',
  SETTLEMENT_FAILED: 'settlement_failed'
}

/** Why something did not happen: in the gateway's words, where it has any. */
export const reasonOf = (
  { outcome, code, message }: Pick<GatewayResult, 'outcome' | 'code' | 'message'>,
  otherCode: string,
  otherMessage: string
): { code: string; message: string } => ({
  code: code ?? CODES[outcome] ?? otherCode,
  message: message ?? otherMessage
})
