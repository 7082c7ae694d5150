import type { GatewayProfile } from '../routing/route.ts'
import type { MerchantRules } from './merchant-rules.ts'

/** What of the world a decision may depend on. */
export interface WorldContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly gateways: readonly GatewayProfile[]
  /** Of the payment's merchant; what holds by default where it is not known. */
  readonly rules: MerchantRules
}
