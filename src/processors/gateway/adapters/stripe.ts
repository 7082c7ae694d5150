import { outcomeWithout, type Access, type Adapter, type Gateway, type GatewayProfile } from '../spi.ts'
import { toStripe } from './stripe-amounts.ts'
import { openStripe } from './stripe-client.ts'
import { outcomeOfError } from './stripe-errors.ts'
import { lookUpAtStripe } from './stripe-look-up.ts'
import { stripeNotifications } from './stripe-notifications.ts'
import { requestOf } from './stripe-requests.ts'

/** Stripe, by its PaymentIntents. */
export const stripeAdapter: Adapter = { open, notifications: stripeNotifications }

/** A page of a hundred PaymentIntents has several hundred kilobytes. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024

/**
 * @param access without an API key no request is made
 * @throws TypeError when the profile's URL cannot be parsed.
 */
function open(profile: GatewayProfile, { connect, apiKey }: Access): Gateway {
  const connections = connect(profile.url, {
    maxConnections: profile.maxConnections,
    connectTimeoutMs: profile.callTimeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES
  })
  const stripe = apiKey === null ? null : openStripe(apiKey, connections)

  return {
    async perform(call) {
      if (stripe === null) return outcomeWithout('NOT_SENT', ...NO_KEY)
      const amount = toStripe(call.amount, call.currency)
      if (amount === null) {
        const message = `Stripe cannot be told ${call.amount} ${call.currency}`
        return outcomeWithout('NOT_SENT', 'gateway_amount_unsupported', message)
      }
      const request = requestOf(stripe, call, amount, profile.returnUrl)
      if (request === null) {
        return outcomeWithout('NOT_SENT', 'gateway_operation_unsupported', `there is no such ${call.kind}`)
      }
      try {
        return await request()
      } catch (error) {
        return outcomeOfError(call, error)
      }
    },

    lookUp(call) {
      if (stripe === null) return Promise.resolve(outcomeWithout('UNKNOWN', ...NO_KEY))
      return lookUpAtStripe(stripe, call, profile)
    },

    /** A page of what everybody with the key may list. */
    async probe() {
      if (stripe === null) return false
      const options = { timeout: profile.callTimeoutMs, maxNetworkRetries: 0 }
      try {
        const { lastResponse } = await stripe.paymentIntents.list({ limit: 1 }, options)
        return lastResponse.statusCode === 200
      } catch {
        return false
      }
    },

    close: () => connections.close()
  }
}

const NO_KEY = ['gateway_key_missing', 'AEGISPAY_GATEWAY_API_KEYS has no key of this gateway'] as const
