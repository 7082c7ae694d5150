// Calls an adapter of the user's own, in its thread.
import { openConnections } from '../../processors/gateway/adapters/http-exchange.ts'
import {
  outcomeWithout,
  type Gateway,
  type GatewayCall,
  type GatewayProfile,
  type RequestHeaders
} from '../../processors/gateway/spi.ts'
import type { GatewayHook } from '../contract.ts'
import type { Run } from './run.ts'

interface Session {
  readonly session: number
  readonly profile: GatewayProfile
  readonly apiKey: string | null
}

interface AskedOfGateway extends Session {
  readonly call: GatewayCall
  /** Epoch milliseconds at which the time of the call is over, whenever it has come here. */
  readonly until: number
}

interface Notified {
  readonly body: Uint8Array
  readonly headers: RequestHeaders
  readonly secrets: readonly string[]
}

export function gatewayRunner(adapter: GatewayHook): Run {
  const { notifications } = adapter
  const gateways = new Map<number, Gateway>()
  const gatewayOf = ({ session, profile, apiKey }: Session): Gateway => {
    const opened = gateways.get(session) ?? adapter.open(profile, { connect: openConnections, apiKey })
    gateways.set(session, opened)
    return opened
  }
  return async (method, args) => {
    const { body, headers, secrets } = args as Notified
    const asked = args as AskedOfGateway
    switch (method) {
      case 'perform': {
        const timeoutMs = asked.until - Date.now()
        // What is sent later than others count on could be charged behind their backs.
        if (timeoutMs <= 0)
          return outcomeWithout('NOT_SENT', 'gateway_too_late', 'the time of the call was over')
        return gatewayOf(asked).perform({ ...asked.call, timeoutMs })
      }
      case 'lookUp': {
        const found = await gatewayOf(asked).lookUp(asked.call)
        // One that forgets to return something has not said that there is nothing.
        return found === null ? 'NOT_FOUND' : found
      }
      case 'probe':
        return gatewayOf(asked).probe?.()
      case 'close':
        await gateways.get(asked.session)?.close()
        return gateways.delete(asked.session)
      case 'isSigned':
        return notifications.isSigned(headers)
      case 'judge':
        return notifications.judge(Buffer.from(body), headers, secrets)
      case 'idOf':
        return notifications.idOf(body, headers)
      case 'read':
        return notifications.read(body)
      default:
        throw new Error(`gateways are not asked ${method}`)
    }
  }
}
