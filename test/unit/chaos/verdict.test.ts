import { expect, test } from '@jest/globals'
import { isLoopback, NotASandboxError, sandboxOf } from '../../../src/chaos/sandbox.ts'
import { judge, type Observed } from '../../../src/chaos/verdict.ts'

const row = (gateway: string, kind = 'PURCHASE', operation = 'purchase-1') => ({
  ...{ sequence: 1, payment: 'p', operation, kind, gateway }
})

/** One payment that was accepted, with its status and its rows of the ledger. */
const observed = (status: string, rows: readonly ReturnType<typeof row>[]): Observed => ({
  asked: [{ status: 202, id: 'p', tookMs: 40 }],
  statuses: new Map([['p', status]]),
  ledger: new Map([['p', rows]])
})

const failed = (...[status, rows]: Parameters<typeof observed>): string[] =>
  judge({ settledWithinMs: 1 }, observed(status, rows))
    .filter(({ holds }) => !holds)
    .map(({ what }) => what)

test('a payment that is charged once holds', () => {
  expect(failed('COMPLETED', [row('alpha')])).toEqual([])
})

test('two charges are never right, at one gateway or at two', () => {
  expect(failed('COMPLETED', [row('alpha'), row('beta')])).toEqual(['charged twice'])
  expect(failed('COMPLETED', [row('alpha'), row('alpha')])).toEqual(['charged twice'])
})

test('a charge that was given back counts for nothing', () => {
  const undone = row('alpha', 'REFUND', 'compensate-3')
  expect(failed('COMPLETED', [row('alpha'), row('beta'), undone])).toEqual([])
  expect(failed('FAILED', [row('alpha'), undone])).toEqual([])
})

test('the ledger has to agree with how the payment ended', () => {
  expect(failed('FAILED', [row('alpha')])).toEqual(['ledger disagrees'])
  expect(failed('COMPLETED', [])).toEqual(['ledger disagrees'])
})

test('a payment that has not come to its end is told as open', () => {
  expect(failed('PROCESSING', [row('alpha')])).toEqual(['open 1 ms after the load'])
})

test('what the scenario wants is judged by all that was sent', () => {
  const two = { ...observed('COMPLETED', [row('alpha')]) }
  const asked = [...two.asked, { status: 503, id: null, tookMs: 900 }]
  const checks = judge({ settledWithinMs: 1, approvalShare: 0.6, p95Ms: 500 }, { ...two, asked })
  expect(checks.filter(({ holds }) => !holds).map(({ found }) => found)).toEqual(['0.500', '900 ms'])
})

test.each([
  ['http://127.0.0.1:1', true],
  ['http://localhost:1', true],
  ['http://[::1]:1', true],
  ['http://127.0.0.1.example', false],
  ['http://10.0.0.1', false],
  ['https://localhost.example', false]
])('%s is on this machine: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected)
})

const sandbox = { id: 'alpha', adapter: 'sandbox', url: 'http://127.0.0.1:1/gateways/alpha' }

test('a gateway that the sandbox serves in another way is a part of it', () => {
  const stripe = { id: 's', adapter: 'stripe', url: 'http://127.0.0.1:1/stripe' }
  expect(sandboxOf([stripe, sandbox])).toBe('http://127.0.0.1:1')
})

test.each([
  [[{ id: 's', adapter: 'stripe', url: 'http://127.0.0.1:1' }], 'adapter stripe'],
  [[sandbox, { id: 's', adapter: 'stripe', url: 'http://127.0.0.1:2/stripe' }], 'adapter stripe'],
  [[sandbox, { id: 's', adapter: 'hook:acme' }], 'adapter hook:acme'],
  [[{ id: 's', adapter: 'sandbox', url: 'https://gateway.example/g' }], 'gateway.example'],
  [[], 'no gateway']
])('chaos is refused for %j', (profiles, reason) => {
  expect(() => sandboxOf(profiles)).toThrow(NotASandboxError)
  expect(() => sandboxOf(profiles)).toThrow(reason)
})
