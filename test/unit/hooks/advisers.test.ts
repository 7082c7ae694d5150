// What is made of what fraud checks, guards and signals of the user's own say, and of their silence.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { pino } from 'pino'
import { startAdvisers, type HookAdvisers } from '../../../src/hooks/advisers.ts'
import { HookModules } from '../../../src/hooks/load.ts'

/** Far more than the answers take on a machine that is busy; what is to be late never comes. */
const LIMIT_MS = 2000

let modules: HookModules
let advisers: HookAdvisers

beforeEach(async () => {
  modules = await HookModules.load([join(import.meta.dirname, 'modules', 'moody-advisers.ts')], {
    memoryMb: 32,
    observe: { asked: () => undefined, restarted: () => undefined },
    log: pino({ level: 'silent' })
  })
  advisers = (await startAdvisers(modules, LIMIT_MS))!
})
afterEach(() => modules.stop())

const payment = (paymentId: string, metadata: Readonly<Record<string, string>> = {}) => ({
  ...{ paymentId, merchantId: 'demo', amount: 1099, currency: 'EUR', capture: 'AUTOMATIC' as const },
  ...{
    customer: { id: 'cus_1', country: null },
    paymentMethod: { type: 'CARD', network: null, token: 'tok_visa' }
  },
  ...{ metadata, addressDigest: null }
})

const advice = async (metadata: Readonly<Record<string, string>> = {}) =>
  (await advisers.ask([payment('pay_1', metadata)], ['one', 'two'])).get('pay_1')!

test('hands on what each of them says', async () => {
  const said = await advice({
    check: '{"score":-20,"message":"a friend"}',
    guard: '{"allow":false,"message":"no"}',
    lax: '{"allow":false,"review":true,"message":"who knows"}'
  })
  expect(said.opinions).toEqual([
    { check: 'fraudChecks/moody', score: -20, message: 'a friend', verdict: null },
    { check: 'fraudChecks/strict', score: 10, message: 'always', verdict: null },
    { check: 'guards/moody', score: 0, message: 'no', verdict: 'BLOCK' },
    { check: 'guards/lax', score: 0, message: 'who knows', verdict: 'REVIEW' }
  ])
  expect(said.silent).toEqual([])
  expect(Object.fromEntries(said.preferences)).toEqual({
    one: { moody: 0.5, steady: -1 },
    two: { steady: -1 }
  })
})

test.each([
  ['check', 'fraudChecks/moody', 'ALLOW'],
  ['guard', 'guards/moody', 'REVIEW'],
  ['lax', 'guards/lax', 'ALLOW']
])('what is silent is told with what that means: %s', async (name, check, otherwise) => {
  for (const how of [
    'throw',
    'hang',
    '1',
    '{}',
    '{"score":101,"message":"x"}',
    '{"allow":false}',
    '{"allow":"yes"}'
  ])
    expect((await advice({ [name]: how })).silent).toEqual([{ check, otherwise }])
})

test('a signal that is silent, or rates by what is no number from -1 to 1, says nothing', async () => {
  for (const how of [
    'throw',
    'hang',
    'null',
    '{"one":2}',
    '{"one":"1"}',
    '{"one":null}',
    '[1]',
    '{"three":1}'
  ]) {
    const { preferences, silent } = await advice({ signal: how })
    expect([how, preferences.get('one'), preferences.size]).toEqual([how, { steady: -1 }, 2])
    expect(silent).toEqual([])
  }
})

test('of a batch only those payments are without an answer whose own are missing', async () => {
  const batch = Array.from({ length: 1200 }, (_, i) =>
    payment(`pay_${i}`, i === 7 ? { guard: 'hang' } : i === 8 ? { guard: 'throw' } : {})
  )
  const all = await advisers.ask(batch, ['one'])
  expect(all.size).toBe(1200)
  const silent = [...all].filter(([, said]) => said.silent.length > 0).map(([id]) => id)
  expect(silent).toEqual(['pay_7', 'pay_8'])
})

test('one in an endless loop is silent, delays nobody beyond the limit, and takes nothing from the others', async () => {
  const began = performance.now()
  const said = await advice({ check: 'loop' })
  expect(said.silent).toEqual([{ check: 'fraudChecks/moody', otherwise: 'ALLOW' }])
  expect(said.opinions.map(({ check }) => check)).toEqual([
    'fraudChecks/strict',
    'guards/moody',
    'guards/lax'
  ])
  // It is stuck: it is not waited for again.
  for (let i = 0; i < 3; i++) expect((await advice()).silent).toHaveLength(1)
  expect(performance.now() - began).toBeLessThan(2 * LIMIT_MS)
})

test('of a payment that nobody was asked about all are silent', () => {
  expect(advisers.unasked.silent.map(({ check, otherwise }) => `${check} ${otherwise}`)).toEqual([
    'fraudChecks/moody ALLOW',
    'fraudChecks/strict REVIEW',
    'guards/moody REVIEW',
    'guards/lax ALLOW'
  ])
})
