// The adapters that come with AegisPay, against the sandbox.
import Stripe from 'stripe'
import { notificationsOf, openGateway } from '../../../../../src/processors/gateway/adapters/index.ts'
import { describeAdapter } from '../../../../adapter-kit/conformance.ts'
import { profile, sandbox, sandboxNotifications, sandboxTokens } from '../../../../adapter-kit/sandbox.ts'

describeAdapter({
  name: 'the sandbox',
  start: () => sandbox('/gateways/sandbox-gamma'),
  open: url => openGateway(profile('sandbox', url)),
  tokens: sandboxTokens,
  notifications: {
    protocol: notificationsOf(profile('sandbox', 'http://127.0.0.1:9'))!,
    ...sandboxNotifications
  }
})

describeAdapter({
  name: 'Stripe',
  start: () => sandbox('/stripe'),
  open: url => openGateway(profile('stripe', url), { apiKey: 'sk_test_sandbox' }),
  tokens: {
    approved: 'pm_card_visa',
    hardDecline: ['pm_card_visa_chargeDeclinedStolenCard', 'stolen_card'],
    softDecline: ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    unknownDecline: ['pm_sandbox_declined_for_an_unheard_reason', 'phase_of_the_moon'],
    timeoutCharged: 'pm_sandbox_timeout_charged',
    timeoutNotCharged: 'pm_sandbox_timeout_not_charged',
    pending: 'pm_sandbox_processing',
    needsCustomer: 'pm_card_authenticationRequired'
  },
  notifications: {
    protocol: notificationsOf(profile('stripe', 'http://127.0.0.1:9'))!,
    secrets: ['whsec_0123456789abcdefghijklmnop', 'whsec_ponmlkjihgfedcba9876543210'],
    about: (key, payment) => ({
      id: 'evt_1',
      body: JSON.stringify({
        id: 'evt_1',
        type: 'payment_intent.succeeded',
        data: {
          object: {
            ...{ id: 'pi_1', object: 'payment_intent', status: 'succeeded', currency: 'eur' },
            ...{ amount: 1234, amount_received: 1234, capture_method: 'automatic' },
            metadata: { aegispay_key: key, aegispay_payment: payment }
          }
        }
      })
    }),
    sign: (secret, _id, at, payload) => ({
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({
        ...{ payload, secret, timestamp: Math.floor(at.getTime() / 1000) }
      })
    })
  }
})
