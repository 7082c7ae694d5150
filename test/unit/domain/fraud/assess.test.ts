import { describe, expect, test } from '@jest/globals'
import { assess, NO_FINDINGS, type Findings } from '../../../../src/domain/fraud/assess.ts'
import type { FraudRule, FraudRules } from '../../../../src/domain/fraud/rules.ts'
import { featuresOf } from '../../../../src/domain/routing/features.ts'

const features = featuresOf(
  {
    ...{ amount: 5000, currency: 'EUR' },
    customer: { id: 'cus_1', country: 'DE' },
    paymentMethod: { type: 'CARD' }
  },
  'demo',
  0
)
const busy: FraudRule = { name: 'busy', velocity: { by: 'token', within: '1h', over: 3 }, score: 60 }
const large: FraudRule = { name: 'large', when: { amount: { from: 5000 } }, score: 40 }

const judged = (
  rules: readonly FraudRule[],
  findings: Partial<Findings> = {},
  settings: Partial<FraudRules> = {}
) =>
  assess(
    features,
    { rules: { id: 'r', rules, reviewFrom: 50, blockFrom: 90, ...settings }, version: '7' },
    { ...NO_FINDINGS, ...findings }
  )!
const tokenCounted = (hour: number) => ({ velocity: { token: { '1m': 0, '1h': hour, '1d': hour } } })
const opinion = { check: 'mine', score: 0, message: 'Looks odd.', verdict: null }

describe('rules', () => {
  test('nothing is said where nobody judges payments', () => {
    expect(assess(features, null, NO_FINDINGS)).toBeNull()
  })

  test('a payment of which no rule holds goes on', () => {
    expect(judged([busy], tokenCounted(3))).toMatchObject({ outcome: 'ALLOW', score: 0, reasons: [] })
  })

  test('a rule that counts holds above its limit, and says so', () => {
    expect(judged([busy], tokenCounted(4))).toMatchObject({
      outcome: 'REVIEW',
      score: 60,
      reasons: [{ name: 'busy', score: 60, message: 'More than 3 payments by this token within 1h.' }],
      counts: { 'token.1h': 4 },
      rules: 'r',
      rulesVersion: '7'
    })
  })

  test('scores are added, and stay within 0 and 100', () => {
    expect(judged([busy, large], tokenCounted(4))).toMatchObject({ outcome: 'BLOCK', score: 100 })
    expect(judged([{ ...large, score: -40 }])).toMatchObject({ outcome: 'ALLOW', score: 0 })
  })

  test('what speaks for a payment makes up for what speaks against it', () => {
    const known: FraudRule = { name: 'known', when: { customers: ['cus_1'] }, score: -30 }
    expect(judged([busy, known], tokenCounted(4))).toMatchObject({ outcome: 'ALLOW', score: 30 })
  })

  test('a rule needs its condition and its count', () => {
    const both: FraudRule = { ...busy, when: { currencies: ['USD'] } }
    expect(judged([both], tokenCounted(9)).score).toBe(0)
  })

  test('a payment is held for as long as the rules say', () => {
    expect(judged([busy], tokenCounted(4), { holdForMs: 60_000 }).holdForMs).toBe(60_000)
    expect(judged([busy], tokenCounted(1), { holdForMs: 60_000 }).holdForMs).toBeNull()
  })
})

describe('what could not be found out', () => {
  const uncounted = { velocity: { token: null } }

  test('is recorded, and counts for nothing', () => {
    expect(judged([busy], uncounted)).toMatchObject({ outcome: 'ALLOW', missing: ['token'], counts: {} })
  })

  test('holds the payment where the rules want that', () => {
    expect(judged([busy], uncounted, { whenMissing: 'review' }).outcome).toBe('REVIEW')
  })

  test('is not missed by a rule whose condition does not hold', () => {
    const elsewhere: FraudRule = { ...busy, when: { currencies: ['USD'] } }
    expect(judged([elsewhere], uncounted, { whenMissing: 'review' })).toMatchObject({
      outcome: 'ALLOW',
      missing: []
    })
  })
})

describe('checks that are not ours', () => {
  test('add to the score', () => {
    expect(judged([large], { opinions: [{ ...opinion, score: 20 }] })).toMatchObject({
      outcome: 'REVIEW',
      score: 60,
      reasons: [{ name: 'large' }, { name: 'mine', score: 20, message: 'Looks odd.' }]
    })
  })

  test.each(['BLOCK', 'REVIEW'] as const)(
    'can %s whatever the score, also where there are no rules',
    verdict => {
      const findings = { ...NO_FINDINGS, opinions: [{ ...opinion, verdict }] }
      expect(assess(features, null, findings)).toMatchObject({ outcome: verdict, score: 0, rules: null })
    }
  )

  test.each(['ALLOW', 'REVIEW'] as const)('that were silent leave what they are set to: %s', otherwise => {
    const findings = { ...NO_FINDINGS, silent: [{ check: 'mine', otherwise }] }
    expect(assess(features, null, findings)).toMatchObject({ outcome: otherwise, missing: ['mine'] })
  })
})
