// An adapter that does what the token of the call says.
import { defineHooks, type GatewayOutcome } from 'aegispay/hooks'

const succeeded: GatewayOutcome = {
  ...{ outcome: 'SUCCEEDED', reference: 'ref_1', amount: 1234, currency: 'EUR', settled: true },
  ...{ declineType: null, code: null, message: null, redirectUrl: null }
}

async function behave(token: string | null, timeoutMs: number): Promise<unknown> {
  switch (token) {
    case 'exit':
      return process.exit(0)
    case 'throw':
      throw new Error('no')
    case 'hang':
      return new Promise(() => undefined)
    case 'loop':
      for (;;);
    case 'block': {
      const until = Date.now() + 2 * timeoutMs
      while (Date.now() < until);
      return succeeded
    }
    case 'nothing':
      return undefined
    case 'cheaper':
      return { ...succeeded, amount: 1 }
    case 'no-reference':
      return { ...succeeded, reference: null }
    case 'declined-somehow':
      return { ...succeeded, outcome: 'DECLINED', code: 'no' }
    case 'unheard-of':
      return { ...succeeded, outcome: 'MAYBE' }
    case 'nowhere-to-go':
      return { ...succeeded, outcome: 'NEEDS_CUSTOMER', code: 'go', redirectUrl: 'javascript:alert(1)' }
    case 'long':
      return { ...succeeded, outcome: 'UNKNOWN', code: 'x', message: 'x'.repeat(5000) }
    case 'huge':
      return { ...succeeded, message: 'x'.repeat(2_000_000) }
    default:
      return succeeded
  }
}

export default defineHooks({
  gateways: {
    failing: {
      open: () => ({
        perform: ({ token, timeoutMs }) => behave(token, timeoutMs) as Promise<GatewayOutcome>,
        lookUp: ({ token, timeoutMs }) => behave(token, timeoutMs) as Promise<GatewayOutcome>,
        close: () => Promise.resolve()
      }),
      notifications: {
        isSigned: () => true,
        judge: () => {
          throw new Error('no')
        },
        idOf: () => null,
        read: () => ({ about: 'other' })
      }
    }
  }
})
