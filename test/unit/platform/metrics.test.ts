import { expect, test } from '@jest/globals'
import { Metrics, metricsTable } from '../../../src/platform/metrics.ts'

test('every metric of the table is exposed, and says why it is there', async () => {
  const { text, contentType } = await new Metrics().render()
  expect(contentType).toContain('text/plain')
  for (const [name, { type, why }] of Object.entries(metricsTable)) {
    expect(text).toContain(`# TYPE ${name} ${type}`)
    expect(text).toContain(`# HELP ${name} ${why}`)
  }
})

test('a name says the unit, and counters end in total', () => {
  for (const [name, { type, unit }] of Object.entries(metricsTable)) {
    expect(name.endsWith('_total')).toBe(type === 'counter')
    if (unit === 'seconds') expect(name).toMatch(/_seconds$/)
  }
})

test('a name that is not in the table does not compile', () => {
  const metrics = new Metrics()
  // @ts-expect-error: it is a histogram
  metrics.counter('aegispay_http_request_seconds')
  // @ts-expect-error: it is not in the table
  expect(() => metrics.counter('aegispay_unknown_total')).toThrow('other roles')
  metrics.counter('aegispay_answers_total').inc({ way: 'reply' })
  // @ts-expect-error: it has no such label
  expect(() => metrics.counter('aegispay_answers_total').inc({ colour: 'red' })).toThrow()
})

test('a process has the metrics of its roles and no others', async () => {
  const { text } = await new Metrics(['query']).render()
  expect(text).toContain('aegispay_http_request_seconds')
  expect(text).not.toContain('aegispay_gateway_calls_total')
  expect(() => new Metrics(['query']).counter('aegispay_gateway_calls_total')).toThrow('other roles')
})
