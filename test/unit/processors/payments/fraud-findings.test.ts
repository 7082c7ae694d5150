import { expect, test } from '@jest/globals'
import {
  findOut,
  nothingFoundOut,
  type Advice,
  type Advisers,
  type Beginning
} from '../../../../src/processors/payments/fraud-findings.ts'

const payment = (paymentId: string): Beginning => ({
  ...{ paymentId, merchantId: 'demo', amount: 1099, currency: 'EUR', capture: 'AUTOMATIC' },
  ...{ customer: { id: 'cus_1', country: null }, metadata: {}, addressDigest: null },
  paymentMethod: { type: 'CARD', network: null, token: 'tok_visa' }
})
const advice: Advice = {
  opinions: [{ check: 'guards/mine', score: 0, message: 'no', verdict: 'BLOCK' }],
  silent: [],
  preferences: new Map([['one', { mine: 1 }]])
}
const unasked: Advice = {
  ...{ opinions: [], preferences: new Map() },
  silent: [{ check: 'guards/mine', otherwise: 'REVIEW' }]
}
const advisers: Advisers = { unasked, ask: () => Promise.resolve(new Map([['pay_1', advice]])) }
const velocity = { count: () => Promise.resolve([]) }
const rulesOf = () => undefined

test('advisers are asked where there are no fraud rules, too, and who is left out by them counts as not asked', async () => {
  const found = await findOut(
    [payment('pay_1'), payment('pay_2')],
    { rulesOf, velocity, advisers },
    ['one'],
    0
  )
  expect(found.get('pay_1')).toEqual({
    findings: { velocity: {}, opinions: advice.opinions, silent: [] },
    preferences: advice.preferences
  })
  expect(found.get('pay_2')).toEqual(nothingFoundOut(advisers))
})

test('a payment that was not seen to begin is judged as if every guard were silent, not as if there were none', () => {
  expect(nothingFoundOut(advisers).findings.silent).toEqual(unasked.silent)
  expect(nothingFoundOut(null).findings.silent).toEqual([])
})
