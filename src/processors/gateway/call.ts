// From a request record to the outcome that is reported: at most one call, and only while it may still be made; or a
// question what became of one.
import { NOT_AT_GATEWAY } from '../../domain/payment/proof.ts'
import { outcomeWithout, type Gateway, type GatewayCall, type GatewayOutcome } from './spi.ts'

/** What became of a call? */
export interface Question {
  readonly call: GatewayCall
  /**
   * Epoch milliseconds after which nobody starts the call. Were it asked for again under the same key until later, then
   * what is proven by this time would be proven too early.
   */
  readonly sendBy: number
  /** Milliseconds after which an operation that the gateway does not know was never done. */
  readonly settlingTimeMs: number
  /** Milliseconds after `sendBy` from which the gateway may have forgotten a call that was made as early as can be. */
  readonly memoryMs: number
}

export interface Delivery extends Question {
  /**
   * False for a request that another executor may have got too, such as one that stood on the topic when this one got
   * the partition: it may have made the call, so "not sent" and "refused" by this one prove nothing. Asked again after
   * the call, for the partition may have been lost meanwhile.
   */
  readonly isFirst: () => boolean
  /** Another executor was seen to call, and may have been answered: the gateway is asked what it knows before it is called. */
  readonly wasContested: boolean
}

/**
 * Makes the call, or looks it up when its time is over.
 * @param gateway null when no profile has the request's gateway
 */
export async function deliver(
  delivery: Delivery,
  gateway: Gateway | null,
  now: () => number
): Promise<GatewayOutcome> {
  const { call, sendBy, isFirst, wasContested } = delivery
  if (gateway === null) {
    return isFirst()
      ? outcomeWithout('NOT_SENT', 'gateway_unknown', 'no profile has this gateway')
      : outcomeWithout(
          'UNKNOWN',
          'gateway_unknown',
          'an earlier executor may have called a gateway that has no profile now'
        )
  }
  if (wasContested && now() <= sendBy) {
    const known = await gateway.lookUp(call)
    if (known !== null && known.outcome !== 'UNKNOWN') return known
  }
  if (now() <= sendBy) {
    // A gateway gives one key one effect, so a call that an earlier executor made is only asked for its answer again.
    const outcome = await gateway.perform(call)
    if (isFirst() || (outcome.outcome !== 'NOT_SENT' && outcome.outcome !== 'REFUSED')) return outcome
    return { ...outcome, outcome: 'UNKNOWN' }
  }
  if (isFirst())
    return outcomeWithout('NOT_SENT', 'send_by_passed', 'the time to send the request had passed')
  return lookUp(delivery, gateway, now)
}

/**
 * Asks what became of a call, whoever made it. Nothing is done at the gateway, so that it is harmless at any time, however
 * often. "Not sent" only where that is proven.
 * @param gateway null when no profile has the request's gateway
 */
export async function lookUp(
  { call, sendBy, settlingTimeMs, memoryMs }: Question,
  gateway: Gateway | null,
  now: () => number
): Promise<GatewayOutcome> {
  if (gateway === null)
    return outcomeWithout('UNKNOWN', 'gateway_unknown', 'no profile has this gateway, so it cannot be asked')
  // From before the look-up: what it says is as old as that, however late it is answered.
  const isSettled = now() > sendBy + call.timeoutMs + settlingTimeMs
  const found = await gateway.lookUp(call)
  if (found !== null) return found
  if (now() < sendBy + memoryMs) return absent(isSettled)
  return outcomeWithout('UNKNOWN', 'gateway_may_have_forgotten', 'the gateway may have forgotten the request')
}

/** "Not found" proves something only once the gateway has had its time to settle what it was sent. */
const absent = (isProof: boolean): GatewayOutcome =>
  isProof
    ? outcomeWithout('NOT_SENT', NOT_AT_GATEWAY, 'the gateway never saw the request')
    : outcomeWithout('UNKNOWN', 'not_at_gateway_yet', 'the gateway does not know the request yet')
