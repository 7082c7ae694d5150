import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { HookModules } from '../../../src/hooks/load.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aegispay-hooks-'))
})
afterAll(() => rm(folder, { recursive: true }))

let count = 0
async function written(code: string): Promise<string> {
  const path = join(folder, `module-${++count}.mjs`)
  await writeFile(path, code)
  return path
}

const load = (...paths: string[]) =>
  HookModules.load(paths, {
    memoryMb: 32,
    observe: { asked: () => undefined, restarted: () => undefined },
    log: pino({ level: 'silent' })
  })

const listener = (name: string, rest = '') =>
  `export default { listeners: { '${name}': { onEvents() {} ${rest} } } }`

test.each([
  ['export const hooks = {}', 'has no default export that defineHooks has made'],
  ['export default {}', 'has no hook in it'],
  [
    'export default { listener: {} }',
    'has listener, which is no kind of hook: gateways, listeners, fraudChecks, guards, routingSignals'
  ],
  ['export default { listeners: [] }', 'has no hook in it'],
  ['export default { listeners: 1 }', 'has listeners that are not given by name'],
  [listener('Mine'), 'has listeners.Mine, whose name does not match ^[a-z][a-z0-9-]{0,31}$'],
  ['export default { listeners: { mine: {} } }', 'has listeners.mine without the function onEvents'],
  [listener('mine', ", from: 'now'"), 'has listeners.mine with another from than end or beginning'],
  [
    'export default { gateways: { mine: { open() {} } } }',
    'has gateways.mine without the function notifications.isSigned'
  ],
  ['throw new Error("no")', 'cannot be loaded: Error: no'],
  ['process.exit(1)', 'cannot be loaded: it ended by itself']
])('a module that is no hook is refused with its path: %s', async (code, reason) => {
  const path = await written(code)
  await expect(load(path)).rejects.toThrow(`the hook module ${path} ${reason}`)
})

test('a module that is not there is refused with its path', async () => {
  const path = join(folder, 'nothing.mjs')
  await expect(load(path)).rejects.toThrow(`the hook module ${path} cannot be loaded: `)
})

test('two hooks of one kind with one name are refused', async () => {
  const [one, other] = [await written(listener('mine')), await written(listener('mine'))]
  await expect(load(one, other)).rejects.toThrow(`the hook module ${other} has listeners/mine, as ${one} has`)
})

test('a module finds the types package wherever it is kept, and sees no setting of ours', async () => {
  process.env['AEGISPAY_DEMO_KEY_SECRET'] = 'x'.repeat(16)
  const path = await written(`
    import { defineHooks } from 'aegispay/hooks'
    if (Object.keys(process.env).some(name => name.startsWith('AEGISPAY_'))) throw new Error('it does')
    export default defineHooks({ listeners: { mine: { onEvents() {}, from: 'beginning' } } })`)
  const modules = await load(path)
  expect(modules.entries('listeners')).toEqual([{ name: 'mine', from: 'beginning' }])
  delete process.env['AEGISPAY_DEMO_KEY_SECRET']
})
