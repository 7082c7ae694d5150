import { afterEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { AegisPayError, PaymentService, type StreamOptions } from '../../../client/src/index.ts'
import { follow } from '../../../client/src/stream.ts'
import { exchange } from '../../../client/src/transport.ts'
import { problem, ScriptedService, type Scripted } from './scripted-service.ts'

/** So that who comes again does so at once. */
const begin = 'retry: 1\nid: at-0\n\n'
const event = (place: number) => `id: at-${place}\ndata: {"paymentId":"pay_1","sequence":${place}}\n\n`
const stopping = 'event: end\ndata: {"code":"stopping","detail":"Come again."}\n\n'

/** Far beyond what an answer takes here. */
const SILENCE_MS = 500

type Then = (response: ServerResponse) => unknown
const staysOpen: Then = () => undefined
const ends: Then = response => response.end()
const breaks: Then = response => response.destroy()

/** An answer with the text, and what happens to the connection then. */
const stream =
  (text: string, then: Then = staysOpen): Scripted =>
  response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(text, () => then(response))
  }

let service: ScriptedService | undefined
afterEach(() => service?.close())

async function start(...script: Scripted[]): Promise<PaymentService> {
  service = await ScriptedService.start(script)
  return new PaymentService({ url: service.url, apiKey: 'ak_demo_secret' })
}

/** The places of so many events; those that are there where the stream ends before. */
async function told(payments: PaymentService, count: number, options: StreamOptions = {}): Promise<number[]> {
  const places: number[] = []
  for await (const { sequence } of payments.stream({}, options)) {
    places.push(sequence)
    if (places.length === count) break
  }
  return places
}

const placesAsked = () => service!.asked.map(({ headers }) => headers['last-event-id'])

test('an event comes with the place behind it, and only those are asked for that are wanted', async () => {
  const payments = await start(stream(begin + event(1)))
  const filter = { payment: 'pay_1', type: ['PaymentCaptured', 'PaymentFailed'], from: 'beginning' } as const
  const following = payments.stream(filter)
  const { value } = await following.next()
  expect(value).toEqual({ paymentId: 'pay_1', sequence: 1, lastEventId: 'at-1' })
  await following.return()
  const [{ path, headers }] = service!.asked as [ScriptedService['asked'][number]]
  expect(path).toBe('/v1/stream?payment=pay_1&type=PaymentCaptured%2CPaymentFailed&from=beginning')
  expect(headers).toMatchObject({ authorization: 'Bearer ak_demo_secret', accept: 'text/event-stream' })
  expect(headers).not.toHaveProperty('last-event-id')
})

test('who has a place goes on behind it', async () => {
  expect(await told(await start(stream(event(8))), 1, { lastEventId: 'at-7' })).toEqual([8])
  expect(placesAsked()).toEqual(['at-7'])
})

describe('it comes again behind the last event, with the same filter,', () => {
  const twice = begin + event(1) + event(2)
  test.each<[string, Scripted]>([
    ['when the service ends the stream', stream(twice + stopping, ends)],
    ['when the connection is closed', stream(twice, ends)],
    ['when the connection breaks', stream(twice, breaks)],
    ['when it breaks in the middle of an event', stream(twice + event(3).slice(0, -9), breaks)]
  ])('%s', async (_when, first) => {
    expect(await told(await start(first, stream(event(3))), 3)).toEqual([1, 2, 3])
    expect(placesAsked()).toEqual([undefined, 'at-2'])
    expect(new Set(service!.asked.map(({ path }) => path)).size).toBe(1)
  })

  test.each<[string, Scripted]>([
    ['nobody answers', null],
    ['the process has too many', problem(503, 'streams_exhausted')],
    ['the key has too many', problem(429, 'too_many_streams')],
    ['a proxy answers for the service', { status: 502, body: '<html>' }]
  ])('also after %s', async (_when, refusal) => {
    const script = [stream(begin + event(1), ends), refusal, refusal, stream(event(2))]
    expect(await told(await start(...script), 2)).toEqual([1, 2])
    expect(placesAsked()).toEqual([undefined, 'at-1', 'at-1', 'at-1'])
  })

  test('or behind what it has been told without an event', async () => {
    const beat = ': beat\nid: at-5\n\n'
    expect(await told(await start(stream(begin + event(1) + beat, ends), stream(event(6))), 2)).toEqual([
      1, 6
    ])
    expect(placesAsked()).toEqual([undefined, 'at-5'])
  })

  test('when nothing has been heard for long', async () => {
    await start(stream(begin + event(1)), stream(event(2)))
    const following = follow(exchange({ url: service!.url, apiKey: 'k' }), {}, {}, SILENCE_MS)
    const places = [await following.next(), await following.next()]
    await following.return()
    expect(places.map(({ value }) => value!.lastEventId)).toEqual(['at-1', 'at-2'])
    expect(placesAsked()).toEqual([undefined, 'at-1'])
  })
})

test('who takes long over an event does not lose the connection by that', async () => {
  const open = Promise.withResolvers<ServerResponse>()
  await start(stream(begin + event(1), open.resolve))
  const following = follow(exchange({ url: service!.url, apiKey: 'k' }), {}, {}, SILENCE_MS)
  await following.next()
  ;(await open.promise).write(event(2))
  await delay(SILENCE_MS * 1.5)
  expect((await following.next()).value).toMatchObject({ sequence: 2 })
  await following.return()
  expect(service!.asked).toHaveLength(1)
})

test('it waits as long as the service asks it to', async () => {
  const busy = problem(429, 'too_many_streams', { 'retry-after': '1' })
  const payments = await start(stream(begin + event(1), ends), busy, stream(event(2)))
  const began = performance.now()
  await told(payments, 2)
  expect(performance.now() - began).toBeGreaterThan(950)
})

describe('it fails', () => {
  test.each([
    [400, 'stream_position_unknown'],
    [401, 'api_key_invalid'],
    [403, 'scope_missing'],
    [404, 'not_found']
  ])('at once with what does not pass: %i %s', async (status, code) => {
    const payments = await start(problem(status, code))
    await expect(told(payments, 1)).rejects.toMatchObject({ code, status, retryable: false })
    expect(service!.asked).toHaveLength(1)
  })

  test('with the reason for which the service has ended it, where that does not pass', async () => {
    const revoked = 'event: end\ndata: {"code":"api_key_invalid","detail":"Revoked."}\n\n'
    const payments = await start(stream(begin + revoked, ends), problem(401, 'api_key_invalid'))
    await expect(told(payments, 1)).rejects.toBeInstanceOf(AegisPayError)
    expect(service!.asked).toHaveLength(2)
  })

  test('when an event is none, after those before it', async () => {
    const following = (await start(stream(`${begin}${event(1)}id: at-2\ndata: {"paymentId":\n\n`))).stream()
    expect((await following.next()).value).toMatchObject({ sequence: 1 })
    await expect(following.next()).rejects.toMatchObject({ code: 'answer_malformed', retryable: false })
    expect(service!.asked).toHaveLength(1)
  })

  test('when something else is answered than a stream', async () => {
    const payments = await start({ status: 200, body: {} })
    await expect(told(payments, 1)).rejects.toMatchObject({ code: 'answer_malformed', retryable: false })
  })
})

describe('the signal ends it, without an error,', () => {
  test('while it listens, and closes the connection', async () => {
    const open = Promise.withResolvers<ServerResponse>()
    const payments = await start(stream(begin + event(1), open.resolve))
    const ending = new AbortController()
    const following = payments.stream({}, { signal: ending.signal })
    await following.next()
    const next = following.next()
    const closed = once(await open.promise, 'close')
    ending.abort()
    expect(await next).toEqual({ done: true, value: undefined })
    await closed
  })

  test('while it waits to come again', async () => {
    const payments = await start(problem(503, 'not_ready', { 'retry-after': '60' }))
    const ending = new AbortController()
    const next = payments.stream({}, { signal: ending.signal }).next()
    setTimeout(() => ending.abort(), 50)
    expect((await next).done).toBe(true)
  })

  test('while an event is dealt with, though more have come', async () => {
    const payments = await start(stream(begin + event(1) + event(2)))
    const ending = new AbortController()
    const places = []
    for await (const { sequence } of payments.stream({}, { signal: ending.signal })) {
      places.push(sequence)
      ending.abort()
    }
    expect(places).toEqual([1])
  })

  test('before anything is sent', async () => {
    expect(await told(await start(stream(event(1))), 1, { signal: AbortSignal.abort() })).toEqual([])
    expect(service!.asked).toEqual([])
  })
})

test('leaving the loop closes the connection', async () => {
  const open = Promise.withResolvers<ServerResponse>()
  const payments = await start(stream(begin + event(1), open.resolve))
  const closed = open.promise.then(response => once(response, 'close'))
  await told(payments, 1)
  await closed
})
