// What adapters have in common: how to look at what a gateway states before it is believed.
import { outcomeWithout, type GatewayCall, type GatewayOutcome } from '../spi.ts'

/** An answer about another sum than the one asked for is no evidence of anything. */
export function compared(
  call: Pick<GatewayCall, 'amount' | 'currency'>,
  stated: GatewayOutcome
): GatewayOutcome {
  if (stated.amount !== null && (stated.amount !== call.amount || stated.currency !== call.currency)) {
    const answered = `${stated.amount} ${stated.currency ?? ''}`
    return outcomeWithout(
      'UNKNOWN',
      'gateway_answer_mismatch',
      `asked ${call.amount} ${call.currency}, answered ${answered}`
    )
  }
  return stated
}

const MAX_URL_LENGTH = 2048

/** A customer is sent there, so it is an address of the web or nothing. */
export const isWebAddress = (url: unknown): url is string =>
  typeof url === 'string' && url.length <= MAX_URL_LENGTH && /^https?:\/\//.test(url) && URL.canParse(url)

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The header's value; null where it is absent, empty or there more than once. */
export const oneOf = (header: string | readonly string[] | undefined): string | null =>
  typeof header === 'string' && header !== '' ? header : null
