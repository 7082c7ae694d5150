import { expect, test } from '@jest/globals'
import { setImmediate as afterTicks } from 'node:timers/promises'
import { keptTick } from '../../../src/platform/next-tick.ts'

test('the object of a tick is held, which keeps the shape that ticks have', async () => {
  await afterTicks()

  expect(keptTick).toHaveProperty('callback', expect.any(Function))
})
