// The adapters that come with AegisPay, against the sandbox.
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { buildSandbox } from '../../../../../sandbox/app.ts'
import { notificationsOf, openGateway } from '../../../../../src/processors/gateway/adapters/index.ts'
import type { AdapterKind, GatewayProfile } from '../../../../../src/processors/gateway/spi.ts'
import { describeAdapter, type RunningGateway } from '../../../../adapter-kit/conformance.ts'

const profile = (adapter: AdapterKind, url: string): GatewayProfile => ({
  ...{ id: 'under-test', adapter, url, returnUrl: 'https://shop.example/back', currencies: ['EUR'] },
  operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND'],
  ...{ maxConnections: 8, callTimeoutMs: 5_000, sendWithinMs: 30_000, settlingTimeMs: 1_000 },
  ...{ idempotencyWindowMs: 86_400_000, feeBasisPoints: 0, feeFixed: 0 }
})

interface Row {
  readonly idempotencyKey: string
}

async function sandbox(path: string): Promise<RunningGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aegispay-conformance-'))
  // The search must find nothing, so that what is found does not depend on it.
  const app = buildSandbox({ dataDir, latencyMs: 0, laterMs: 50, slowMs: 50, searchLagMs: 3_600_000 })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return {
    url: `${base}${path}`,
    effects: async key => {
      const rows = (await (await fetch(`${base}/ledger?limit=1000`)).json()) as Row[]
      return rows.filter(({ idempotencyKey }) => idempotencyKey === key).length
    },
    close: async () => {
      await app.close()
      await rm(dataDir, { recursive: true })
    }
  }
}

describeAdapter({
  name: 'the sandbox',
  start: () => sandbox('/gateways/sandbox-gamma'),
  open: url => openGateway(profile('sandbox', url)),
  tokens: {
    approved: 'tok_visa',
    hardDecline: ['tok_declined', 'card_declined'],
    softDecline: ['tok_insufficient_funds', 'insufficient_funds'],
    unknownDecline: ['tok_declined_strangely', 'phase_of_the_moon'],
    timeoutCharged: 'tok_timeout_charged',
    timeoutNotCharged: 'tok_timeout_not_charged',
    pending: 'tok_pending',
    needsCustomer: 'tok_customer_action'
  },
  notifications: {
    protocol: notificationsOf(profile('sandbox', 'http://127.0.0.1:9')),
    secrets: [`whsec_${'b3du'.repeat(8)}`, `whsec_${'b3Ro'.repeat(8)}`],
    about: (idempotencyKey, payment) => ({
      id: 'msg_1',
      body: JSON.stringify({
        type: 'operation.updated',
        data: {
          ...{ payment, idempotencyKey, id: 'ref_1', status: 'approved', amount: 1234, currency: 'EUR' },
          settled: true
        }
      })
    }),
    sign: (secret, id, at, body) => ({
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body)
    })
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
    protocol: notificationsOf(profile('stripe', 'http://127.0.0.1:9')),
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
