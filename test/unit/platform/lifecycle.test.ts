import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import pino from 'pino'
import { runUntilSignal, type Stoppable } from '../../../src/platform/lifecycle.ts'

const log = pino({ level: 'silent' })
const never = new Promise<never>(() => undefined)

// The limit of a stop stays set after it, and would end this process.
beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

function stoppable(failed: Promise<Error>, stop = () => Promise.resolve()) {
  let stops = 0
  const running: Stoppable = {
    failed,
    stop: () => {
      stops++
      return stop()
    }
  }
  return { start: () => Promise.resolve(running), stops: () => stops }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'stops in an orderly way and ends with 0 after %s',
  async signal => {
    const { start, stops } = stoppable(never)
    const code = runUntilSignal(start, log)
    process.emit(signal, signal)
    expect(await code).toBe(0)
    expect(stops()).toBe(1)
  }
)

test('stops the rest and ends with 1 when something fails', async () => {
  const { start, stops } = stoppable(Promise.resolve(new Error('the role processor failed')))
  expect(await runUntilSignal(start, log)).toBe(1)
  expect(stops()).toBe(1)
})

test('ends with 1 when the stop itself fails', async () => {
  const { start } = stoppable(never, () => Promise.reject(new Error('stuck')))
  const code = runUntilSignal(start, log)
  process.emit('SIGTERM', 'SIGTERM')
  expect(await code).toBe(1)
})
