import { describe, expect, jest, test } from '@jest/globals'
import { timingSafeEqual } from 'node:crypto'
import {
  drawKeyId,
  drawSecret,
  formatApiKey,
  hashSecret,
  MAX_SECRETS,
  parseApiKey,
  secretWorks
} from '../../src/api-key.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const secretHash = hashSecret('new')
const rotated = {
  secretHash,
  retiring: [{ secretHash: hashSecret('old'), validUntil: '2026-03-01T12:00:01Z' }]
}

test('a key that was drawn is read back', () => {
  const parts = { id: drawKeyId(), secret: drawSecret() }
  expect(parseApiKey(formatApiKey(parts))).toEqual(parts)
  expect(parts.secret).toHaveLength(64)
  expect(drawSecret()).not.toBe(parts.secret)
})

test.each(['', 'ak_', 'ak_id_', 'ak__secret', 'sk_id_secret', 'ak_id_secret!', 'ak_i d_secret'])(
  '"%s" is no key',
  text => expect(parseApiKey(text)).toBeNull()
)

describe('after a rotation', () => {
  test('the new secret works', () => {
    expect(secretWorks(rotated, 'new', now)).toBe(true)
  })

  test('the old one works until its time, and not in the moment of it', () => {
    expect(secretWorks(rotated, 'old', now)).toBe(true)
    expect(secretWorks(rotated, 'old', now + 999)).toBe(true)
    expect(secretWorks(rotated, 'old', now + 1000)).toBe(false)
    expect(secretWorks(rotated, 'new', now + 1000)).toBe(true)
  })

  test('another one never works', () => {
    expect(secretWorks(rotated, 'other', now)).toBe(false)
    expect(secretWorks(undefined, 'new', now)).toBe(false)
  })
})

test.each([
  ['a key that there is not', undefined, 'new'],
  ['a wrong secret', { secretHash }, 'other'],
  ['the only secret, shown for the first time,', { secretHash }, 'new'],
  ['the first of several', { ...rotated }, 'new'],
  ['a retiring secret', { ...rotated }, 'old']
])('%s takes the same number of comparisons, of the same length', (_, kept, secret) => {
  const equal = jest.fn((a: Buffer, b: Buffer) => timingSafeEqual(a, b))
  secretWorks(kept, secret, now, equal)
  expect(equal.mock.calls.map(([a, b]) => [a.length, b.length])).toEqual(
    Array.from({ length: MAX_SECRETS }, () => [32, 32])
  )
})

describe('a secret that has worked', () => {
  const equal = jest.fn((a: Buffer, b: Buffer) => timingSafeEqual(a, b))
  const shown = (kept: typeof rotated) => {
    expect(secretWorks(kept, 'old', now, equal)).toBe(true)
    equal.mockClear()
    return kept
  }

  test('is known again', () => {
    expect(secretWorks(shown({ ...rotated }), 'old', now, equal)).toBe(true)
    expect(equal).not.toHaveBeenCalled()
  })

  test('stops working at its time all the same', () => {
    expect(secretWorks(shown({ ...rotated }), 'old', now + 1000, equal)).toBe(false)
  })

  test('works on where it is the last one as well as one that stops', () => {
    const twice = { secretHash: hashSecret('old'), retiring: rotated.retiring }
    expect(secretWorks(shown(twice), 'old', now + 1000, equal)).toBe(true)
  })

  test('is nothing to what replaces the key, nor to another key', () => {
    shown({ ...rotated })
    expect(secretWorks({ secretHash }, 'old', now, equal)).toBe(false)
    expect(secretWorks(undefined, 'old', now, equal)).toBe(false)
  })

  test('is known of no other secret', () => {
    expect(secretWorks(shown({ ...rotated }), 'other', now, equal)).toBe(false)
    expect(secretWorks({ ...rotated }, 'old', now, equal)).toBe(true)
  })
})
