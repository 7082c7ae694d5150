import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Approvals, HALF_LIFE_MS, segmentsOf } from '../../../../src/domain/routing/approvals.ts'
import { featuresOf } from '../../../../src/domain/routing/features.ts'

const features = (changes: { amount?: number; country?: string } = {}) =>
  featuresOf(
    {
      ...{ amount: changes.amount ?? 1000, currency: 'EUR' },
      ...{ customer: { id: 'c', country: changes.country ?? 'DE' }, paymentMethod: { type: 'CARD' } }
    },
    'm',
    0
  )
const german = segmentsOf('alpha', features())
const french = segmentsOf('alpha', features({ country: 'FR' }))

function taught(approved: number, declined: number, segments = german, now = 0): Approvals {
  const approvals = new Approvals()
  for (let i = 0; i < approved; i++) approvals.learn(segments, 'approved', now)
  for (let i = 0; i < declined; i++) approvals.learn(segments, 'declined', now)
  return approvals
}

test('nothing known is a prior that says little', () => {
  const { mean, spread } = new Approvals().estimate(german, 0)
  expect(mean).toBeCloseTo(0.85)
  expect(spread).toBeGreaterThan(0.15)
})

test('what was seen often is believed', () => {
  const { mean, spread } = taught(600, 400).estimate(german, 0)
  expect(mean).toBeCloseTo(0.6, 2)
  expect(spread).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 1020), 3)
})

test('no outcome counts twice, though it is one of every coarser segment too', () => {
  const { mean, spread } = taught(150, 0).estimate(german, 0)
  const expected = (4 * 0.85 + 150) / 154
  expect(mean).toBeCloseTo(expected, 10)
  expect(spread).toBeCloseTo(Math.sqrt((expected * (1 - expected)) / 155), 10)
})

test('a segment that was never met is judged by what it is a part of, and less surely', () => {
  const approvals = taught(600, 400)
  const [known, unknown] = [approvals.estimate(german, 0), approvals.estimate(french, 0)]
  expect(unknown.mean).toBeCloseTo(0.6, 2)
  expect(unknown.spread).toBeGreaterThan(4 * known.spread)
  expect(approvals.estimate(segmentsOf('beta', features()), 0).mean).toBeCloseTo(0.85)
})

test('a segment that differs from the rest is believed over it', () => {
  const approvals = taught(900, 100)
  for (let i = 0; i < 200; i++) approvals.learn(french, 'declined', 0)
  expect(approvals.estimate(french, 0).mean).toBeLessThan(0.1)
  expect(approvals.estimate(german, 0).mean).toBeCloseTo(0.9, 1)
})

test('an outcome counts half after a half-life, and more uncertain is what was learnt long ago', () => {
  const approvals = taught(60, 40)
  expect(approvals.counts('alpha', HALF_LIFE_MS)).toEqual({ approved: 30, declined: 20 })
  approvals.learn(german, 'approved', HALF_LIFE_MS)
  expect(approvals.counts('alpha', HALF_LIFE_MS)).toEqual({ approved: 31, declined: 20 })
  expect(approvals.estimate(german, 20 * HALF_LIFE_MS).mean).toBeCloseTo(0.85, 2)
})

test('no more segments are kept than its cap, and the last that learnt nothing go first', () => {
  const approvals = new Approvals(3)
  for (const segment of ['a', 'b', 'c', 'a', 'd']) approvals.learn([segment], 'approved', 0)
  expect(approvals.size).toBe(3)
  expect(['a', 'b', 'c', 'd'].map(segment => approvals.counts(segment, 0).approved)).toEqual([2, 0, 1, 1])
})

describe('what several have learnt', () => {
  const outcome = fc.record({
    by: fc.nat(2),
    segment: fc.constantFrom('a', 'b', 'c'),
    result: fc.constantFrom('approved' as const, 'declined' as const),
    at: fc.integer({ min: 0, max: 3 * HALF_LIFE_MS })
  })

  test('adds up to what one would have learnt, in whatever order it is merged', () => {
    fc.assert(
      fc.property(fc.array(outcome), fc.constantFrom([0, 1, 2], [2, 0, 1]), (outcomes, order) => {
        const whole = new Approvals()
        const parts = [new Approvals(), new Approvals(), new Approvals()]
        for (const { by, segment, result, at } of outcomes) {
          whole.learn([segment], result, at)
          parts[by]!.learn([segment], result, at)
        }
        const end = 3 * HALF_LIFE_MS
        const merged = new Approvals()
        for (const i of order) merged.merge(parts[i]!.snapshot(end - i * 1000))
        for (const segment of ['a', 'b', 'c']) {
          const [sum, once] = [merged.counts(segment, end), whole.counts(segment, end)]
          // A snapshot as of a moment before its last outcome takes that outcome for one of that moment.
          expect(Math.abs(sum.approved - once.approved)).toBeLessThan(0.01)
          expect(Math.abs(sum.declined - once.declined)).toBeLessThan(0.01)
        }
      })
    )
  })

  test('can be taken away again when its owner tells more', () => {
    const first = taught(3, 2).snapshot(0)
    const merged = new Approvals()
    merged.merge(first)
    merged.merge(taught(5, 5).snapshot(0))
    const later = taught(4, 2, german, HALF_LIFE_MS).snapshot(HALF_LIFE_MS)
    merged.unmerge(first)
    merged.merge(later)
    const { approved, declined } = merged.counts('alpha', HALF_LIFE_MS)
    expect(approved).toBeCloseTo(2.5 + 4)
    expect(declined).toBeCloseTo(2.5 + 2)
  })
})
