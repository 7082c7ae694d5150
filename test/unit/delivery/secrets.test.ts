import { expect, test } from '@jest/globals'
import { drawWebhookSecret, KeyMissingError, SecretBox } from '../../../src/delivery/secrets.ts'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const secret = drawWebhookSecret()

test('what was sealed opens again, and shows nothing of the secret', () => {
  const sealed = new SecretBox([key(1)]).seal(secret, 'we_1')
  expect(new SecretBox([key(1)]).open(sealed, 'we_1')).toBe(secret)
  expect(sealed.includes(Buffer.from(secret))).toBe(false)
  expect(new SecretBox([key(1)]).seal(secret, 'we_1').equals(sealed)).toBe(false)
})

test('an earlier key opens what it sealed, and the first one seals', () => {
  const sealed = new SecretBox([key(1)]).seal(secret, 'we_1')
  const box = new SecretBox([key(2), key(1)])
  expect(box.open(sealed, 'we_1')).toBe(secret)
  expect(new SecretBox([key(2)]).open(box.seal(secret, 'we_1'), 'we_1')).toBe(secret)
})

test('without its key it is told so', () => {
  const sealed = new SecretBox([key(1)]).seal(secret, 'we_1')
  expect(() => new SecretBox([key(2)]).open(sealed, 'we_1')).toThrow(KeyMissingError)
})

test('another endpoint’s place, or a changed bit, opens nothing', () => {
  const box = new SecretBox([key(1)])
  const sealed = box.seal(secret, 'we_1')
  expect(() => box.open(sealed, 'we_2')).toThrow()
  sealed[sealed.length - 1]! ^= 1
  expect(() => box.open(sealed, 'we_1')).toThrow()
})
