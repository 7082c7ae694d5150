import { expect, test } from '@jest/globals'
import { Approvals, HALF_LIFE_MS } from '../../../../src/domain/routing/approvals.ts'
import { variantSegment, VariantStops } from '../../../../src/processors/payments/variant-stops.ts'

const held = {
  version: 7,
  document: {
    id: 'p',
    variants: [{ name: 'v', share: 1, guardrail: { minApproval: 0.8, minPayments: 20 } }]
  }
}

/** With payments of the variant that were all declined. */
function declined(): Approvals {
  const approvals = new Approvals()
  const segment = variantSegment({ policy: held.document, version: '7' }, 'pay_1')!
  for (let i = 0; i < 30; i++) approvals.learn([segment], 'declined', 0)
  return approvals
}

test('a variant that was stopped stays so when its numbers have faded, until the policy has another version', () => {
  const stops = new VariantStops()
  const [due] = stops.due([held], declined(), 0)
  expect(due).toEqual({
    ...{ policyId: 'p', policyVersion: '7', variant: 'v' },
    reason: 'approval 0.0 % of 30 payments, below 80.0 %'
  })
  expect(stops.inForce(held).stopped?.has('v')).toBe(false)
  expect([stops.add(due!), stops.add(due!)]).toEqual([true, false])
  expect(stops.due([held], declined(), 10 * HALF_LIFE_MS)).toEqual([])
  expect(stops.inForce(held).stopped?.get('v')).toBe(due!.reason)
  expect(stops.inForce({ ...held, version: 8 }).stopped?.has('v')).toBe(false)
})

test('payments of a variant count under its policy, version and name, and once it is stopped as those in none', () => {
  const inForce = { policy: held.document, version: '7' }
  expect(variantSegment(inForce, 'pay_1')).toBe('p@7|v')
  expect(variantSegment({ ...inForce, stopped: new Map([['v', 'because']]) }, 'pay_1')).toBe('p@7|base')
  expect(variantSegment({ ...inForce, policy: { id: 'p' } }, 'pay_1')).toBeNull()
  expect(variantSegment(null, 'pay_1')).toBeNull()
})
