import { afterAll, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { OpenTelemetry } from '../../../../src/platform/tracing/open-telemetry.ts'
import { idsOf } from '../../../../src/platform/tracing/traceparent.ts'
import type { Tracing } from '../../../../src/platform/tracing/tracing.ts'

let tracing: Tracing | undefined
afterAll(() => tracing?.stop())

test('no span has an id that the screen refuses', () => {
  const refuseTwoZeros = (id: string) => {
    if (id.includes('00')) throw new Error('refused')
  }
  tracing = OpenTelemetry.start({
    ...{ serviceName: 'ids', screen: refuseTwoZeros, version: '0', log: pino({ level: 'silent' }) }
  })
  const ids = Array.from({ length: 200 }, () =>
    idsOf(tracing!.start('s', { kind: 'server', parent: undefined, attributes: {} }).traceparent)
  ).flat()
  expect(new Set(ids).size).toBe(400)
  expect(ids.filter(id => id.includes('00'))).toEqual([])
})
