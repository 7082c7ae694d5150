import { expect, test } from '@jest/globals'
import type { PaymentView } from '../../../src/domain/payment/view.ts'
import { eventually } from '../app.ts'
import { authorized, fakeService, payment, starting } from './service.ts'

const read = { url: `/v1/payments/${payment.id}`, headers: authorized }

test('writes are refused while too many wait for Kafka, reads have room left, and health is always told', async () => {
  const taken = Promise.withResolvers<{ offset: number }>()
  const found = Promise.withResolvers<PaymentView>()
  let sending = 0
  let reading = 0
  const service = await fakeService({
    answerWaitMs: 0,
    load: { maxRequests: 8 },
    send: () => (sending++, taken.promise),
    model: { findPayment: () => (reading++, found.promise) }
  })
  const { app } = service
  const writes = Array.from({ length: 6 }, () => app.inject(starting()))
  await eventually(async () => expect(await Promise.resolve(sending)).toBe(6))

  const refused = await app.inject(starting())
  expect([refused.statusCode, refused.json()]).toEqual([503, expect.objectContaining({ code: 'overloaded' })])
  expect(refused.headers['retry-after']).toBe('1')
  expect(sending).toBe(6)

  // The share of the reads is used up by reads only.
  const reads = Array.from({ length: 2 }, () => app.inject(read))
  await eventually(async () => expect(await Promise.resolve(reading)).toBe(2))
  expect((await app.inject(read)).json()).toMatchObject({ code: 'overloaded' })
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  const { text } = await service.metrics.render()
  expect(text).toContain('aegispay_http_shed_total{kind="write",reason="backlog"} 1')
  expect(text).toContain('aegispay_http_shed_total{kind="read",reason="backlog"} 1')
  expect(text).toContain('aegispay_http_requests_under_way 8')

  taken.resolve({ offset: 1 })
  found.resolve(payment)
  expect((await Promise.all(writes)).map(({ statusCode }) => statusCode)).toEqual(writes.map(() => 202))
  expect((await Promise.all(reads)).map(({ statusCode }) => statusCode)).toEqual([200, 200])
  expect((await app.inject(starting())).statusCode).toBe(202)
  expect((await service.metrics.render()).text).toContain('aegispay_http_requests_under_way 0')
  await app.close()
})

test('writes are refused while the event loop is late, reads only when it is much later', async () => {
  const service = await fakeService({ answerWaitMs: 0, load: { maxDelayMs: 50 } })
  const { app } = service
  const block = (milliseconds: number) => {
    const end = performance.now() + milliseconds
    while (performance.now() < end);
  }
  /** Keeps the loop late until a request is refused; false when none is. */
  const refusedUnder = async (request: object, blockMs: number): Promise<boolean> => {
    for (let i = 0; i < 40; i++) {
      block(blockMs)
      if ((await app.inject(request)).statusCode === 503) return true
      await new Promise(resolve => setTimeout(resolve))
    }
    return false
  }
  expect((await app.inject(starting())).statusCode).toBe(202)
  expect(await refusedUnder(starting(), 110)).toBe(true)
  expect((await app.inject(read)).statusCode).toBe(200)
  expect(await refusedUnder(read, 350)).toBe(true)
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  expect((await service.metrics.render()).text).toMatch(
    /aegispay_http_shed_total\{kind="write",reason="delay"\} [1-9]/
  )

  // It passes by itself.
  await eventually(async () => expect((await app.inject(starting())).statusCode).toBe(202))
  await app.close()
})
