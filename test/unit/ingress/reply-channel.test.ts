import { EventEmitter } from 'node:events'
import { expect, jest, test } from '@jest/globals'
import type { Redis } from 'ioredis'
import pino from 'pino'
import { followReplies } from '../../../src/ingress/reply-channel.ts'
import type { Reply } from '../../../src/replies.ts'

const log = pino({ level: 'silent' })

function fakeRedis(status: string) {
  const subscribe = jest.fn((_channel: string) => Promise.resolve(1))
  const redis = Object.assign(new EventEmitter(), { status, subscribe })
  return { redis, subscribe, asRedis: redis as unknown as Redis }
}

test('subscribes whenever the connection comes up', () => {
  const { redis, subscribe, asRedis } = fakeRedis('connecting')
  followReplies(asRedis, 'mine', () => undefined, log)
  expect(subscribe).not.toHaveBeenCalled()
  redis.emit('ready')
  redis.emit('ready')
  expect(subscribe.mock.calls).toEqual([['mine'], ['mine']])
})

test('subscribes at once on a connection that is up', () => {
  const { subscribe, asRedis } = fakeRedis('ready')
  followReplies(asRedis, 'mine', () => undefined, log)
  expect(subscribe).toHaveBeenCalledTimes(1)
})

test('takes replies on its channel, and survives what is none', () => {
  const { redis, asRedis } = fakeRedis('ready')
  const taken: Reply[] = []
  followReplies(asRedis, 'mine', reply => taken.push(reply), log)
  const reply = { replyId: 'a', answer: { kind: 'rejected', code: 'c', message: 'm' } }
  redis.emit('message', 'mine', 'no JSON')
  redis.emit('message', 'other', JSON.stringify(reply))
  redis.emit('message', 'mine', JSON.stringify(reply))
  expect(taken).toEqual([reply])
})
