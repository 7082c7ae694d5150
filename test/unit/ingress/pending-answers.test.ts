import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import pino from 'pino'
import { PendingAnswers } from '../../../src/ingress/pending-answers.ts'
import type { SettledAnswer } from '../../../src/replies.ts'

const settled: SettledAnswer = {
  answer: { kind: 'rejected', code: 'status_conflict', message: 'No.' },
  position: { input: 'commands', partition: 0, offset: 1 }
}
// Made before the timers are faked: it sets one of its own.
const log = pino({ level: 'silent' })
let pending: PendingAnswers

beforeEach(() => {
  jest.useFakeTimers()
  pending = new PendingAnswers(log)
})
afterEach(() => {
  jest.useRealTimers()
})

const nothing = () => Promise.resolve(null)

test('hands a reply to the request that waits for it alone', async () => {
  const mine = pending.open('mine').wait(10_000, nothing)
  const other = pending.open('other').wait(1_000, nothing)
  pending.take({ replyId: 'mine', ...settled })
  expect(await mine).toEqual({ ...settled, way: 'reply' })
  await jest.advanceTimersByTimeAsync(1_000)
  expect(await other).toBeNull()
})

test('keeps a reply that overtakes the confirmation of its command', async () => {
  const opened = pending.open('early')
  pending.take({ replyId: 'early', ...settled })
  expect(await opened.wait(10_000, nothing)).toEqual({ ...settled, way: 'reply' })
  expect(jest.getTimerCount()).toBe(0)
})

test('drops replies that nobody waits for', () => {
  expect(() => pending.take({ replyId: 'gone', ...settled })).not.toThrow()
})

test('does not ask the read model while a reply may still come', async () => {
  const find = jest.fn(nothing)
  const waited = pending.open('a').wait(10_000, find)
  await jest.advanceTimersByTimeAsync(249)
  expect(find).not.toHaveBeenCalled()
  pending.take({ replyId: 'a', ...settled })
  await waited
  expect(jest.getTimerCount()).toBe(0)
})

test('asks the read model with growing pauses, then gives up just in time', async () => {
  const began = Date.now()
  const asked: number[] = []
  const waited = pending.open('a').wait(10_000, () => {
    asked.push(Date.now() - began)
    return Promise.resolve(null)
  })
  await jest.advanceTimersByTimeAsync(10_000)
  expect(await waited).toBeNull()
  expect(Date.now() - began).toBe(10_000)
  expect(asked).toEqual([250, 750, 1_750, 3_750, 5_750, 7_750, 9_750])
})

test('takes a reply that comes while the read model is being asked', async () => {
  const waited = pending.open('a').wait(10_000, () => new Promise(() => undefined))
  await jest.advanceTimersByTimeAsync(300)
  pending.take({ replyId: 'a', ...settled })
  expect(await waited).toEqual({ ...settled, way: 'reply' })
  expect(jest.getTimerCount()).toBe(0)
})

test('ends every wait when the process stops, also those that begin later', async () => {
  const before = pending.open('before').wait(10_000, nothing)
  pending.stop()
  expect(await before).toBeNull()
  expect(await pending.open('after').wait(10_000, nothing)).toBeNull()
  expect(jest.getTimerCount()).toBe(0)
})
