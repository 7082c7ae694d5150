import { declineReasonOf } from '../../../domain/declines/codes.ts'
import { declineReasons } from '../../../domain/declines/reasons.ts'
import { nothingStated, outcomeWithout } from '../spi.ts'
import type {
  Access,
  Adapter,
  Gateway,
  GatewayCall,
  GatewayOutcome,
  GatewayProfile,
  NotificationContent
} from '../spi.ts'
import type { Exchange } from './http-exchange.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { compared, isObject, isWebAddress } from './statements.ts'

type Answered = Extract<Exchange, { ending: 'ANSWERED' }>

/** The sandbox gateway's protocol. */
export const sandboxAdapter: Adapter = {
  open: openSandboxGateway,
  notifications: { ...standardWebhooks, read: readNotification }
}

/**
 * Speaks the sandbox gateway's protocol.
 *
 * @throws TypeError when the profile's URL cannot be parsed.
 */
function openSandboxGateway(profile: GatewayProfile, { connect }: Access): Gateway {
  const connections = connect(profile.url, {
    maxConnections: profile.maxConnections,
    connectTimeoutMs: profile.callTimeoutMs
  })

  return {
    async perform(call) {
      const path = pathOf(call)
      if (path === null) {
        return outcomeWithout(
          'NOT_SENT',
          'gateway_operation_unsupported',
          `${call.kind} needs the authorization or purchase that it is about`
        )
      }
      const exchange = await connections.exchange({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', 'idempotency-key': call.idempotencyKey },
        body: bodyOf(call),
        timeoutMs: call.timeoutMs
      })
      return outcomeOfCall(call, exchange)
    },

    async lookUp(call) {
      const exchange = await connections.exchange({
        method: 'GET',
        path: `/operations/${encodeURIComponent(call.idempotencyKey)}`,
        headers: {},
        body: null,
        timeoutMs: profile.callTimeoutMs
      })
      return outcomeOfLookUp(call, exchange)
    },

    /** A key that no payment has is never found; that the gateway says so shows that it is there. */
    async probe() {
      const exchange = await connections.exchange({
        ...{ method: 'GET', path: '/operations/probe', headers: {}, body: null },
        timeoutMs: profile.callTimeoutMs
      })
      return exchange.ending === 'ANSWERED' && exchange.status === 404
    },

    close: () => connections.close()
  }
}

/** Null where the call lacks the authorization or purchase that it is about. */
function pathOf({ kind, gatewayReference }: GatewayCall): string | null {
  if (kind === 'AUTHORIZE') return '/authorizations'
  if (kind === 'PURCHASE') return '/purchases'
  if (gatewayReference === null) return null
  const reference = encodeURIComponent(gatewayReference)
  switch (kind) {
    case 'CAPTURE':
      return `/authorizations/${reference}/captures`
    case 'VOID':
      return `/authorizations/${reference}/voids`
    case 'REFUND':
      return `/charges/${reference}/refunds`
    case 'SETTLE':
      return `/charges/${reference}/settlements`
  }
}

function bodyOf(call: GatewayCall): string {
  const charges = call.kind === 'AUTHORIZE' || call.kind === 'PURCHASE'
  return JSON.stringify({
    payment: call.paymentId,
    operation: call.operationId,
    amount: call.amount,
    currency: call.currency,
    ...(charges ? { token: call.token } : {})
  })
}

function outcomeOfCall(call: GatewayCall, exchange: Exchange): GatewayOutcome {
  if (exchange.ending === 'NOT_SENT') return outcomeWithout('NOT_SENT', exchange.code, exchange.message)
  if (exchange.ending === 'LOST') return outcomeWithout('UNKNOWN', exchange.code, exchange.message)

  const stated = outcomeStated(exchange.status, exchange.body)
  return stated === null ? outcomeUnstated(exchange) : compared(call, stated)
}

/**
 * A look-up is answered as the operation itself was. Everything that would class a call as refused or not sent is about
 * the look-up here, so it leaves the operation unknown; and only the gateway's own `not_found` says that it has no such
 * key, a 404 of some proxy does not.
 */
function outcomeOfLookUp(call: GatewayCall, exchange: Exchange): GatewayOutcome | null {
  if (exchange.ending !== 'ANSWERED') return outcomeWithout('UNKNOWN', exchange.code, exchange.message)

  const stated = outcomeStated(exchange.status, exchange.body)
  if (stated !== null) return compared(call, stated)
  if (exchange.status === 200) return outcomeUnstated(exchange)
  const { code, message } = errorIn(exchange.body, exchange.status)
  return exchange.status === 404 && code === 'not_found' ? null : outcomeWithout('UNKNOWN', code, message)
}

/** What the gateway says about the operation in so many words; null when it says nothing definite. */
function outcomeStated(status: number, body: string): GatewayOutcome | null {
  if (status === 404 || status === 409) {
    const { code, message } = errorIn(body, status)
    return declineReasonOf('sandbox', code) === 'conflict'
      ? { ...outcomeWithout('DECLINED', code, message), declineType: 'HARD' }
      : null
  }
  if (status !== 200) return null

  const answer = parsedObject(body)
  return answer === null ? null : operationStated(answer)
}

/** What became of an operation, in an answer or a notification; null when it is not said as the protocol has it. */
function operationStated(answer: Readonly<Record<string, unknown>>): GatewayOutcome | null {
  const { id, status: verdict, amount, currency, settled, redirectUrl } = answer
  if (typeof id !== 'string' || id === '' || !Number.isSafeInteger(amount) || typeof currency !== 'string')
    return null
  const operation = { ...nothingStated, reference: id, amount: amount as number, currency }
  if (verdict === 'approved') {
    return typeof settled === 'boolean' ? { ...operation, outcome: 'SUCCEEDED', settled } : null
  }
  if (verdict === 'pending') return { ...operation, outcome: 'PENDING', code: 'pending' }
  if (verdict === 'customer_action_required' && isWebAddress(redirectUrl)) {
    return { ...operation, outcome: 'NEEDS_CUSTOMER', code: verdict, redirectUrl }
  }
  if (verdict === 'settlement_failed') {
    const { code, message } = errorStated(answer, verdict, 'the captured money is not paid out')
    return { ...operation, outcome: 'SETTLEMENT_FAILED', code, message }
  }
  if (verdict === 'declined') {
    const { code, message } = errorStated(answer, 'declined', 'the gateway declined')
    return {
      ...operation,
      outcome: 'DECLINED',
      declineType: declineReasons[declineReasonOf('sandbox', code)].declineType,
      code,
      message
    }
  }
  return null
}

/** It says what the look-up would say, and which operation it is about. */
function readNotification(body: unknown): NotificationContent {
  if (!isObject(body) || typeof body['type'] !== 'string') return { about: 'nothing' }
  if (body['type'] !== 'operation.updated') return { about: 'other' }
  const { data } = body
  if (!isObject(data)) return { about: 'nothing' }
  const { idempotencyKey, payment: paymentId = null } = data
  if (typeof idempotencyKey !== 'string') return { about: 'nothing' }
  if (paymentId !== null && typeof paymentId !== 'string') return { about: 'nothing' }
  const outcome = operationStated(data)
  return outcome === null ? { about: 'nothing' } : { about: 'operation', idempotencyKey, paymentId, outcome }
}

function outcomeUnstated({ status, body, retryAfterMs }: Answered): GatewayOutcome {
  const { code, message } = errorIn(body, status)
  const rest = retryAfterMs === undefined ? {} : { retryAfterMs }
  switch (status) {
    case 200:
      return outcomeWithout('UNKNOWN', 'gateway_answer_unparsable', 'the answer does not follow the protocol')
    case 400:
      return outcomeWithout('REFUSED', code, message)
    case 401:
      return { ...outcomeWithout('REFUSED', code, message), isTurnedAway: true }
    case 429:
      return { ...outcomeWithout('REFUSED', code, message), isTurnedAway: true, ...rest }
    case 503:
      return { ...outcomeWithout('UNKNOWN', code, message), ...rest }
    default:
      // Among them 422 idempotency_key_reused: the key has been used for something, so another gateway must not be tried.
      return outcomeWithout('UNKNOWN', code, message)
  }
}

function errorIn(body: string, status: number): { readonly code: string; readonly message: string } {
  return errorStated(parsedObject(body) ?? {}, `gateway_status_${status}`, `the gateway answered ${status}`)
}

const errorStated = (
  { code, message }: Readonly<Record<string, unknown>>,
  otherCode: string,
  otherMessage: string
): { readonly code: string; readonly message: string } => ({
  code: typeof code === 'string' ? code.slice(0, 64) : otherCode,
  message: typeof message === 'string' ? message.slice(0, 256) : otherMessage
})

function parsedObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
