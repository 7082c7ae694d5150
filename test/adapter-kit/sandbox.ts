// The sandbox as a server for the tests of all adapters that speak its protocols, and what they need to know of it.
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { buildSandbox } from '../../sandbox/app.ts'
import type { GatewayProfile } from '../../src/processors/gateway/spi.ts'
import type { AdapterUnderTest, RunningGateway } from './conformance.ts'

/** The profile of a gateway to test. */
export const profile = (adapter: GatewayProfile['adapter'], url: string): GatewayProfile => ({
  ...{ id: 'under-test', adapter, url, returnUrl: 'https://shop.example/back', currencies: ['EUR'] },
  operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND'],
  ...{ maxConnections: 8, callTimeoutMs: 5_000, sendWithinMs: 30_000, settlingTimeMs: 1_000 },
  ...{ idempotencyWindowMs: 86_400_000, feeBasisPoints: 0, feeFixed: 0 }
})

interface Row {
  readonly idempotencyKey: string
}

/** @param path of the gateway that is asked */
export async function sandbox(path: string): Promise<RunningGateway> {
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

export const sandboxTokens: AdapterUnderTest['tokens'] = {
  approved: 'tok_visa',
  hardDecline: ['tok_declined', 'card_declined'],
  softDecline: ['tok_insufficient_funds', 'insufficient_funds'],
  unknownDecline: ['tok_declined_strangely', 'phase_of_the_moon'],
  timeoutCharged: 'tok_timeout_charged',
  timeoutNotCharged: 'tok_timeout_not_charged',
  pending: 'tok_pending',
  needsCustomer: 'tok_customer_action'
}

export const sandboxNotifications: Omit<AdapterUnderTest['notifications'], 'protocol'> = {
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
