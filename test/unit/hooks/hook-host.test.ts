import { afterAll, expect, jest, test } from '@jest/globals'
import { join } from 'node:path'
import { pino } from 'pino'
import { HookModules } from '../../../src/hooks/load.ts'

jest.setTimeout(60_000)

const behaving = join(import.meta.dirname, 'modules', 'behaving.ts')
const cleanups: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const clean of cleanups) await clean()
})

async function start(memoryMb = 32) {
  const lines: string[] = []
  let restarts = 0
  let wake: () => void = () => undefined
  const modules = await HookModules.load([behaving], {
    memoryMb,
    observe: { asked: () => undefined, restarted: () => ++restarts },
    log: pino(
      {},
      {
        write: line => {
          lines.push(line)
          wake()
        }
      }
    )
  })
  cleanups.push(() => modules.stop())
  const [hook] = await modules.start('listeners')
  const ask = (type: string, limitMs = 10_000) => hook!.host.ask('onEvents', [{ type }], limitMs)
  return {
    ask,
    restarts: () => restarts,
    /** Until it answers again. */
    back: async () => {
      while ((await ask('fine')).missing !== null) await new Promise(resolve => setImmediate(resolve))
    },
    logged: async (text: string) => {
      while (!lines.join('').includes(text)) await new Promise<void>(resolve => (wake = resolve))
      return lines.join('')
    }
  }
}

const ANSWERED = { answer: null, missing: null }
const missing = (reason: string) => ({ answer: null, missing: reason })

test('a hook in an endless loop costs its limit once, and is started again', async () => {
  const { ask, back, restarts } = await start()
  const began = performance.now()
  expect(await ask('loop', 50)).toEqual(missing('late'))
  for (let i = 0; i < 100; i++) expect(await ask('fine', 50)).toEqual(missing('not-asked'))
  // A hundred limits would be five seconds; the thread was not given up yet.
  expect(performance.now() - began).toBeLessThan(1000)
  await back()
  expect(restarts()).toBe(1)
})

test('a hook that never answers one question costs its limit, and goes on with others', async () => {
  const { ask, restarts } = await start()
  expect(await ask('hang', 50)).toEqual(missing('late'))
  expect(await ask('fine')).toEqual(ANSWERED)
  expect(restarts()).toBe(0)
})

test('a hook that throws goes on, and its message, which may quote a payment, is not logged', async () => {
  const { ask, logged, restarts } = await start()
  expect(await ask('throw')).toEqual(missing('failed'))
  const log = await logged('behaving.ts:')
  expect(log).not.toContain('tok_secret')
  expect(await ask('fine')).toEqual(ANSWERED)
  expect(restarts()).toBe(0)
})

test.each(['exit', 'later'])('a hook whose thread ends is started again: %s', async how => {
  const { ask, back, logged, restarts } = await start()
  await ask(how, 200)
  await logged('is started anew')
  await back()
  expect(restarts()).toBe(1)
})

test('a hook that leaks is ended before its process is, and is started again', async () => {
  const { ask, back, restarts } = await start()
  expect(await ask('heap')).toEqual(missing('died'))
  await back()
  expect(restarts()).toBe(1)
})

test('a hook that leaks buffers, which are on no heap, is ended too', async () => {
  const { ask, logged, back } = await start()
  expect(await ask('buffers')).toEqual(ANSWERED)
  await logged('its buffers take too much memory')
  await back()
})

test('what a hook prints is in the log', async () => {
  const { ask, logged } = await start()
  await ask('print:hello')
  expect(await logged('hello')).toContain('"printed":"hello"')
})
