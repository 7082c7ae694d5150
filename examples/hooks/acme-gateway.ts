// A gateway of your own: an adapter for one that keeps operations by idempotency key and signs notifications as Standard
// Webhooks have it. It is run against the sandbox, whose protocol it speaks.
//
// What matters here is how much is known: what has provably not been sent, what the gateway has said for certain, and that
// everything else is unknown.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { defineHooks, type GatewayCall, type GatewayOutcome, type RequestHeaders } from 'aegispay/hooks'

/** Declines that another try, or another gateway, may change. All others hold. */
const SOFT = ['insufficient_funds', 'issuer_unavailable', 'do_not_honor']
/** What the gateway says about what is not there, or has been done with. */
const CONFLICTS = [
  'authorization_not_found',
  'already_captured',
  'already_voided',
  'amount_exceeds_authorized'
].concat(['amount_exceeds_captured', 'amount_mismatch', 'not_captured', 'currency_mismatch'])
const CLOCKS_DIFFER_S = 300

type Said = Readonly<Record<string, unknown>>

const nothing: Omit<GatewayOutcome, 'outcome'> = {
  ...{ reference: null, amount: null, currency: null, settled: false },
  ...{ declineType: null, code: null, message: null, redirectUrl: null }
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function parsed(body: string): Said {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Said) : {}
  } catch {
    return {}
  }
}

/** What an operation has come to, as the gateway states it; null when it states nothing. */
function stated({ id, status, amount, currency, settled, code, redirectUrl }: Said): GatewayOutcome | null {
  const known = {
    ...{ ...nothing, reference: text(id), amount: typeof amount === 'number' ? amount : null },
    ...{ currency: text(currency), code: text(code) ?? text(status) }
  }
  switch (status) {
    case 'approved':
      return { ...known, outcome: 'SUCCEEDED', settled: settled === true, code: null }
    case 'declined':
      return { ...known, outcome: 'DECLINED', declineType: SOFT.includes(known.code!) ? 'SOFT' : 'HARD' }
    case 'pending':
      return { ...known, outcome: 'PENDING' }
    case 'customer_action_required':
      return { ...known, outcome: 'NEEDS_CUSTOMER', redirectUrl: text(redirectUrl) }
    case 'settlement_failed':
      return { ...known, outcome: 'SETTLEMENT_FAILED' }
    default:
      return null
  }
}

/** What the answer to a call says. Only a refusal proves that nothing was done. */
function answered(status: number, body: string): GatewayOutcome {
  const said = parsed(body)
  const code = text(said['code']) ?? `gateway_status_${status}`
  if (status === 200)
    return stated(said) ?? { ...nothing, outcome: 'UNKNOWN', code: 'gateway_answer_unparsable' }
  if ((status === 404 || status === 409) && CONFLICTS.includes(code))
    return { ...nothing, outcome: 'DECLINED', declineType: 'HARD', code }
  if (status === 400) return { ...nothing, outcome: 'REFUSED', code }
  if (status === 401 || status === 429) return { ...nothing, outcome: 'REFUSED', code, isTurnedAway: true }
  return { ...nothing, outcome: 'UNKNOWN', code }
}

function pathOf({ kind, gatewayReference }: GatewayCall): string | null {
  if (kind === 'AUTHORIZE') return '/authorizations'
  if (kind === 'PURCHASE') return '/purchases'
  if (gatewayReference === null) return null
  const of = encodeURIComponent(gatewayReference)
  if (kind === 'CAPTURE') return `/authorizations/${of}/captures`
  if (kind === 'VOID') return `/authorizations/${of}/voids`
  return kind === 'REFUND' ? `/charges/${of}/refunds` : `/charges/${of}/settlements`
}

function signatureIn(headers: RequestHeaders) {
  const [id, at, signature] = ['id', 'timestamp', 'signature'].map(part => text(headers[`webhook-${part}`]))
  return id && at && signature ? { id, at, signature } : null
}

export default defineHooks({
  gateways: {
    acme: {
      canProbe: true,

      open(profile, { connect }) {
        const { url, maxConnections, callTimeoutMs } = profile
        const connections = connect(url, { maxConnections, connectTimeoutMs: callTimeoutMs })
        return {
          async perform(call) {
            const path = pathOf(call)
            if (path === null)
              return { ...nothing, outcome: 'NOT_SENT', code: 'gateway_operation_unsupported' }
            const { paymentId: payment, operationId: operation, amount, currency, token, timeoutMs } = call
            const exchange = await connections.exchange({
              ...{ method: 'POST', path, timeoutMs },
              headers: { 'content-type': 'application/json', 'idempotency-key': call.idempotencyKey },
              body: JSON.stringify({ payment, operation, amount, currency, ...(token !== null && { token }) })
            })
            if (exchange.ending === 'ANSWERED') return answered(exchange.status, exchange.body)
            const outcome = exchange.ending === 'NOT_SENT' ? 'NOT_SENT' : 'UNKNOWN'
            return { ...nothing, outcome, code: exchange.code, message: exchange.message }
          },

          async lookUp({ idempotencyKey }) {
            const path = `/operations/${encodeURIComponent(idempotencyKey)}`
            const exchange = await connections.exchange({
              ...{ method: 'GET', path, headers: {}, body: null, timeoutMs: callTimeoutMs }
            })
            if (exchange.ending !== 'ANSWERED') return { ...nothing, outcome: 'UNKNOWN', code: exchange.code }
            const { status, body } = exchange
            // Any proxy says 404; that there is no such key has to be said by the gateway.
            if (status === 404 && parsed(body)['code'] === 'not_found') return null
            return answered(status, body)
          },

          async probe() {
            const request = { method: 'GET', path: '/operations/probe', headers: {}, body: null } as const
            const exchange = await connections.exchange({ ...request, timeoutMs: callTimeoutMs })
            return exchange.ending === 'ANSWERED' && exchange.status === 404
          },

          close: () => connections.close()
        }
      },

      notifications: {
        isSigned: headers => signatureIn(headers) !== null,

        judge(body, headers, secrets) {
          const signed = signatureIn(headers)
          if (signed === null) return 'FORGED'
          if (Math.abs(Date.now() / 1000 - Number(signed.at)) > CLOCKS_DIFFER_S) return 'STALE'
          const given = signed.signature.split(' ').map(one => Buffer.from(one.replace(/^v1,/, ''), 'base64'))
          const isGenuine = secrets.some(secret => {
            const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
            const own = createHmac('sha256', key).update(`${signed.id}.${signed.at}.`).update(body).digest()
            return given.some(one => one.length === own.length && timingSafeEqual(one, own))
          })
          return isGenuine ? 'GENUINE' : 'FORGED'
        },

        idOf: (_body, headers) => signatureIn(headers)?.id ?? null,

        read(body) {
          const { type, data } = (body ?? {}) as Said
          if (typeof type !== 'string') return { about: 'nothing' }
          if (type !== 'operation.updated') return { about: 'other' }
          const said = (data ?? {}) as Said
          const [idempotencyKey, outcome] = [text(said['idempotencyKey']), stated(said)]
          if (idempotencyKey === null || outcome === null) return { about: 'nothing' }
          return { about: 'operation', idempotencyKey, paymentId: text(said['payment']), outcome }
        }
      }
    }
  }
})
