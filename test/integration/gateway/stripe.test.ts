// Payments by way of Stripe's SDK, from the request to the read model, at the gateway of the sandbox that is like Stripe.
// Whatever it does, answers and notifies, or leaves undone: no payment says otherwise than its ledger.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { paymentMethods } from '../../../sandbox/stripe/payment-methods.ts'
import { STRIPE_GATEWAY } from '../../../sandbox/stripe/webhook-signature.ts'
import { App, eventually, NOTIFICATION_SECRET, payment, type Worker } from '../app.ts'

const API_KEY = 'sk_test_of_the_sandbox'
const CALL_TIMEOUT_MS = 1_500

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'stripe',
    profile: () => ({ currencies: [] }),
    settings: {
      AEGISPAY_GATEWAY_API_KEYS: `${STRIPE_GATEWAY}=${API_KEY}`,
      AEGISPAY_GATEWAY_NOTIFICATION_SECRETS: `${STRIPE_GATEWAY}=${NOTIFICATION_SECRET}`
    }
  })
  await app.putProfile({
    ...{ id: STRIPE_GATEWAY, adapter: 'stripe', url: `${app.sandboxUrl}/stripe`, priority: 1 },
    ...{ returnUrl: 'https://shop.example/back', currencies: ['EUR', 'ISK'], methods: ['CARD'] },
    operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND'],
    ...{ callTimeoutMs: CALL_TIMEOUT_MS, sendWithinMs: 3_000, maxConnections: 32 },
    // Most of what is tried here fails for good reasons; the breaker is tested elsewhere.
    breaker: { failuresInARow: 1_000, failureShare: 1 },
    // Half of what the sandbox may take until it does what it does later.
    ...{ settlingTimeMs: 1_000, idempotencyWindowMs: 86_400_000, feeBasisPoints: 0, feeFixed: 0 }
  })
  worker = await app.start()
}, 120_000)

interface Shown {
  readonly id: string
  readonly status: string
  readonly gateway: string
  readonly failure?: { readonly code: string; readonly declineType?: string }
  readonly operation?: { readonly status: string; readonly redirectUrl?: string }
}

const paying = (token: string, changes: object = {}) => ({
  paymentMethod: { type: 'card', token },
  ...changes
})
const read = async (id: string) =>
  (await app.request(worker, 'GET', `/v1/payments/${id}`)).body as unknown as Shown
const reaches = (id: string, status: string) =>
  eventually(async () => {
    const shown = await read(id)
    expect(shown).toMatchObject({ status })
    return shown
  })
const ask = (id: string, what: string, key: string, body: object = {}) =>
  app.request(worker, 'POST', `/v1/payments/${id}/${what}`, { key, body })

async function movements(id: string): Promise<string[]> {
  const rows = await app.ledger(id)
  expect(rows.filter(({ gateway }) => gateway !== STRIPE_GATEWAY)).toEqual([])
  return rows.map(({ kind, amount }) => `${kind} ${amount}`)
}

describe('a payment', () => {
  test('is purchased at once, and given back', async () => {
    const id = await app.pay(worker, 'purchase', paying('pm_card_visa'))
    expect(await reaches(id, 'COMPLETED')).toMatchObject({ gateway: STRIPE_GATEWAY })
    expect(await movements(id)).toEqual(['PURCHASE 1099'])
    expect((await ask(id, 'refunds', 'refund-a', { amount: 99 })).status).toBeLessThan(300)
    await reaches(id, 'PARTIALLY_REFUNDED')
    expect((await ask(id, 'refunds', 'refund-b', {})).status).toBeLessThan(300)
    await reaches(id, 'REFUNDED')
    expect(await movements(id)).toEqual(['PURCHASE 1099', 'REFUND 99', 'REFUND 1000'])
  })

  test('is authorized, and captured in part', async () => {
    const id = await app.pay(worker, 'capture', paying('pm_card_visa', { capture: 'manual' }))
    await reaches(id, 'AUTHORIZED')
    expect((await ask(id, 'capture', 'capture-1', { amount: 1000 })).status).toBeLessThan(300)
    await reaches(id, 'COMPLETED')
    expect(await movements(id)).toEqual(['AUTHORIZE 1099', 'CAPTURE 1000'])
  })

  test('is authorized, and released', async () => {
    const id = await app.pay(worker, 'void', paying('pm_card_visa', { capture: 'manual' }))
    await reaches(id, 'AUTHORIZED')
    expect((await ask(id, 'cancel', 'cancel-1')).status).toBeLessThan(300)
    await reaches(id, 'CANCELLED')
    expect(await movements(id)).toEqual(['AUTHORIZE 1099', 'VOID 1099'])
  })

  test('in a currency that Stripe counts otherwise is of the sum that was asked for', async () => {
    const id = await app.pay(worker, 'isk', paying('pm_card_visa', { amount: 500, currency: 'ISK' }))
    await reaches(id, 'COMPLETED')
    // The ledger of this gateway counts as Stripe does.
    expect(await movements(id)).toEqual(['PURCHASE 50000'])
  })

  test.each([
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'stolen_card'],
    ['pm_sandbox_declined_for_an_unheard_reason', 'phase_of_the_moon']
  ])('with %s fails', async (token, code) => {
    const id = await app.pay(worker, token, paying(token))
    expect((await reaches(id, 'FAILED')).failure?.code).toBe(code)
    expect(await movements(id)).toEqual([])
  })

  test.each([
    ['approve', 'COMPLETED', ['PURCHASE 1099']],
    ['decline', 'FAILED', []]
  ])('that the customer has to confirm waits for it: %s', async (choice, status, moved) => {
    const id = await app.pay(worker, `confirm-${choice}`, paying('pm_card_authenticationRequired'))
    const { operation } = await eventually(async () => {
      const shown = await read(id)
      expect(shown.operation).toMatchObject({ status: 'needs-customer' })
      return shown
    })
    expect(await movements(id)).toEqual([])
    await fetch(`${operation!.redirectUrl!}/${choice}`, { method: 'POST' })
    await reaches(id, status)
    expect(await movements(id)).toEqual(moved)
  })

  test.each([
    ['pm_sandbox_processing', 'COMPLETED', ['PURCHASE 1099']],
    ['pm_sandbox_processing_fails', 'FAILED', []],
    ['pm_sandbox_timeout_charged', 'COMPLETED', ['PURCHASE 1099']],
    ['pm_sandbox_late_success', 'COMPLETED', ['PURCHASE 1099']],
    ['pm_sandbox_500_charged', 'COMPLETED', ['PURCHASE 1099']],
    ['pm_sandbox_slow', 'COMPLETED', ['PURCHASE 1099']],
    ['pm_sandbox_timeout_not_charged', 'FAILED', []],
    ['pm_sandbox_500', 'FAILED', []],
    ['pm_sandbox_rate_limited', 'FAILED', []],
    ['pm_not_there', 'FAILED', []]
  ])('with %s comes to %s in the end', async (token, status, moved) => {
    const id = await app.pay(worker, token, paying(token))
    await reaches(id, status)
    expect(await movements(id)).toEqual(moved)
  })

  test('whose capture is not answered is captured once', async () => {
    const changes = paying('pm_sandbox_capture_timeout', { capture: 'manual' })
    const id = await app.pay(worker, 'capture-timeout', changes)
    await reaches(id, 'AUTHORIZED')
    await ask(id, 'capture', 'capture-timeout-1')
    await reaches(id, 'COMPLETED')
    expect(await movements(id)).toEqual(['AUTHORIZE 1099', 'CAPTURE 1099'])
  })

  test.each(['pm_sandbox_refund_timeout', 'pm_sandbox_refund_pending'])(
    'with %s is given back once',
    async token => {
      const id = await app.pay(worker, token, paying(token))
      await reaches(id, 'COMPLETED')
      await ask(id, 'refunds', `${token}-1`)
      await reaches(id, 'REFUNDED')
      expect(await movements(id)).toEqual(['PURCHASE 1099', 'REFUND 1099'])
    }
  )
})

test('many payments of every kind at once are charged once or not at all, as they say', async () => {
  const kinds = [...paymentMethods.keys()].filter(token => token !== 'pm_card_authenticationRequired')
  const started = await Promise.all(
    kinds.flatMap(token =>
      Array.from({ length: 5 }, (_, i) => {
        // A 503 says that nobody knows whether it was taken; the same key takes it once.
        return eventually(async () => {
          const { status, body } = await app.request(worker, 'POST', '/v1/payments', {
            ...{ key: `many-${token}-${i}`, body: payment(paying(token)) },
            headers: { prefer: 'respond-async' }
          })
          expect([200, 201, 202]).toContain(status)
          return body['id'] as string
        })
      })
    )
  )
  for (const id of started) {
    const { status } = await eventually(async () => {
      const shown = await read(id)
      expect(['COMPLETED', 'FAILED']).toContain(shown.status)
      return shown
    }, 60_000)
    expect([id, status, await movements(id)]).toEqual([
      ...[id, status],
      status === 'COMPLETED' ? ['PURCHASE 1099'] : []
    ])
  }
}, 90_000)

test('a code that nobody has heard of is counted', async () => {
  const text = await (await fetch(`${worker.url}/metrics`)).text()
  expect(text).toMatch(
    new RegExp(
      `^aegispay_gateway_unknown_codes_total\\{.*gateway="${STRIPE_GATEWAY}".*code="phase_of_the_moon".*\\}`,
      'm'
    )
  )
})

test('the API key is told to nobody', async () => {
  expect(worker.log.join('\n')).not.toContain(API_KEY)
  expect(await (await fetch(`${worker.url}/metrics`)).text()).not.toContain(API_KEY)
})
