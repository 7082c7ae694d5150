import { expect, test } from '@jest/globals'
import { Membership } from '../../../../src/processors/core/membership.ts'

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), Promise.resolve(false)])
}

test('one heartbeat proves nothing, since it may have been under way: the second one does', async () => {
  const membership = new Membership()
  membership.heartbeat()
  const confirmed = membership.confirmed()
  membership.heartbeat()
  expect(await isSettled(confirmed)).toBe(false)
  membership.heartbeat()
  await confirmed
})

test('a new join proves it at once', async () => {
  const membership = new Membership()
  const confirmed = membership.confirmed()
  membership.joined()
  await confirmed
})
