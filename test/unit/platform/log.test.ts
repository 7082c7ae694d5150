import { Writable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { createLog } from '../../../src/platform/log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let lines = ''
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines += chunk.toString()
      done()
    }
  })
  write(createLog({ level: 'info' }, sink))
  return lines
}

test.each(['authorization', 'idempotency-key', 'idempotencyKey', 'password', 'email'])(
  'censors %s',
  field => {
    const lines = logged(log => {
      log.info({ [field]: 'swordfish', headers: { [field]: 'swordfish' } })
    })
    expect(lines).not.toContain('swordfish')
    expect(lines).toContain('[secret]')
  }
)

test('censors what a log writes with each of its lines', () => {
  const lines = logged(log => {
    log.child({ password: 'swordfish' }).info('asked')
  })
  expect(lines).not.toContain('swordfish')
})

test('leaves what it is given as it was, and all else of it in the line', () => {
  const given = { secret: 'swordfish', gateway: { id: 'one', apiKey: 'swordfish' }, tried: [1, null] }
  const before = structuredClone(given)
  const line = JSON.parse(logged(log => log.info(given))) as object
  expect(given).toEqual(before)
  expect(line).toMatchObject({ ...given, secret: '[secret]', gateway: { id: 'one', apiKey: '[secret]' } })
})

test('writes of an error no more than what it is', () => {
  const error = Object.assign(new Error('broken', { cause: new Error('socket') }), {
    code: 'E1',
    parameters: ['swordfish']
  })
  const line = JSON.parse(logged(log => log.warn({ error }))) as { error: object }
  expect(line.error).toMatchObject({
    name: 'Error',
    message: 'broken',
    code: 'E1',
    cause: { message: 'socket' }
  })
  expect(line.error).not.toHaveProperty('parameters')
})

test('writes a reason that is a text as it is', () => {
  expect(JSON.parse(logged(log => log.warn({ error: 'refused' })))).toMatchObject({
    level: 'warn',
    error: 'refused'
  })
})
