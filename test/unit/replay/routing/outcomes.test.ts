import { expect, test } from '@jest/globals'
import type { StoredEvent } from '../../../../src/projections/view.ts'
import { Outcomes } from '../../../../src/replay/routing/outcomes.ts'

const event = (type: StoredEvent['type'], paymentId: string, gateway = 'a', occurredAt = 0): StoredEvent =>
  ({ type, value: { paymentId, gateway, occurredAt } }) as unknown as StoredEvent

function concluded(...events: StoredEvent[]): unknown[] {
  const seen: unknown[] = []
  const outcomes = new Outcomes(({ gateway }, approved, at) => seen.push([gateway, approved, at]))
  for (const one of events) outcomes.take(one)
  outcomes.end()
  return seen
}

test('a choice comes to what the next answer says', () => {
  expect(concluded(event('GatewaySelected', 'p', 'a', 7), event('PaymentAuthorized', 'p'))).toEqual([
    ['a', true, 7]
  ])
  expect(concluded(event('GatewaySelected', 'p'), event('PaymentFailed', 'p'))).toEqual([['a', false, 0]])
})

test('a choice after which another was made came to nothing', () => {
  const events = [event('GatewaySelected', 'p', 'a'), event('GatewaySelected', 'p', 'b')]
  expect(concluded(...events, event('PaymentAuthorized', 'p'))).toEqual([
    ['a', false, 0],
    ['b', true, 0]
  ])
})

test('a failure after it was authorized is none of the choice', () => {
  const events = [event('GatewaySelected', 'p'), event('PaymentAuthorized', 'p'), event('PaymentFailed', 'p')]
  expect(concluded(...events)).toEqual([['a', true, 0]])
})

test('of other payments nothing follows, and what is open at the end is told as such', () => {
  expect(concluded(event('GatewaySelected', 'p'), event('PaymentAuthorized', 'q'))).toEqual([['a', null, 0]])
})
