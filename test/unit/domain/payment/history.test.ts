import { describe, expect, test } from '@jest/globals'
import { evolve } from '../../../../src/domain/payment/evolve.ts'
import { CorruptHistoryError, statusAfter } from '../../../../src/domain/payment/statuses.ts'
import { authorized } from './scenario.ts'

describe('a corrupt history is seen', () => {
  const { events, state } = authorized()

  test('a gap in the sequence', () => {
    expect(() => evolve(state, { ...events[0]!, sequence: 6 })).toThrow(CorruptHistoryError)
  })

  test('an event twice', () => {
    expect(() => evolve(state, events.at(-1)!)).toThrow(CorruptHistoryError)
  })

  test('a move that the table does not have', () => {
    expect(() => statusAfter('CANCELLED', 'PaymentCaptured')).toThrow(CorruptHistoryError)
  })
})
