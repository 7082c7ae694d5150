import { afterEach, describe, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { LocalStore, LocalStoreError, provideFolder } from '../../../../src/processors/core/local-store.ts'

const root = mkdtempSync(join(tmpdir(), 'aegispay-local-store-'))
let folders = 0
const open: LocalStore[] = []

afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  rmSync(root, { recursive: true, force: true })
})

const folder = (): string => join(root, String(folders++))

async function openStore(at: string): Promise<LocalStore> {
  const store = await LocalStore.open(at)
  open.push(store)
  return store
}

async function reopened(store: LocalStore, at: string): Promise<LocalStore> {
  await store.close()
  open.splice(open.indexOf(store), 1)
  return openStore(at)
}

const state = (key: string, value: string, active = false, dueAt: number | null = null) => ({
  key,
  value: Buffer.from(value),
  active,
  dueAt
})
const mark = (position: number, changelogId = 'this') => ({ changelogId, position })

async function valuesIn(store: LocalStore, ...keys: string[]): Promise<(string | undefined)[]> {
  return (await store.getMany(keys)).map(value => value?.toString())
}

async function activeIn(store: LocalStore): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.activeKeys()) keys.push(key)
  return keys
}

test('a state is found whether or not it has reached the disk, always the last one', async () => {
  const store = await openStore(folder())
  store.write([state('a', 'one'), state('b', 'two')], mark(1))
  expect(await valuesIn(store, 'b', 'a', 'c')).toEqual(['two', 'one', undefined])
  await store.flush()
  expect(await valuesIn(store, 'b', 'a', 'c')).toEqual(['two', 'one', undefined])
  store.write([state('a', 'three')], mark(2))
  const flushing = store.flush()
  store.write([state('b', 'four')], mark(3))
  expect(await valuesIn(store, 'a', 'b')).toEqual(['three', 'four'])
  await flushing
  expect(await valuesIn(store, 'a', 'b')).toEqual(['three', 'four'])
})

test('states and mark outlast an orderly end', async () => {
  const at = folder()
  const store = await openStore(at)
  store.write([], null)
  store.write([state('a', 'one')], mark(7))
  const again = await reopened(store, at)
  expect(again.mark).toEqual(mark(7))
  expect(await valuesIn(again, 'a')).toEqual(['one'])
})

test('only states that are active are looked at again', async () => {
  const at = folder()
  const store = await openStore(at)
  store.write([state('a', '1', true), state('b', '1'), state('c', '1', true)], mark(1))
  expect(await activeIn(store)).toEqual(['a', 'c'])
  store.write([state('a', '2'), state('b', '2', true)], mark(2))
  expect(await activeIn(await reopened(store, at))).toEqual(['b', 'c'])
})

test('what is without a mark is of no use, and is wiped', async () => {
  const at = folder()
  const store = await openStore(at)
  store.write([state('a', 'half a restore')], null)
  const again = await reopened(store, at)
  expect(again.mark).toBeNull()
  expect(await valuesIn(again, 'a')).toEqual([undefined])
})

test('a store that was wiped begins with nothing, and can be written', async () => {
  const at = folder()
  const store = await openStore(at)
  store.write([state('a', 'one', true)], mark(1))
  await store.wipe()
  expect(store.mark).toBeNull()
  expect(await valuesIn(store, 'a')).toEqual([undefined])
  expect(await activeIn(store)).toEqual([])
  store.write([state('b', 'two')], mark(2, 'other'))
  const again = await reopened(store, at)
  expect([again.mark, await valuesIn(again, 'a', 'b')]).toEqual([mark(2, 'other'), [undefined, 'two']])
})

test('a damaged store is begun anew', async () => {
  const at = folder()
  const store = await openStore(at)
  store.write([state('a', 'one')], mark(1))
  await store.close()
  open.splice(0)
  const files = readdirSync(`${at}.0`).filter(name => name.startsWith('MANIFEST'))
  expect(files).not.toEqual([])
  for (const name of files) writeFileSync(join(`${at}.0`, name), 'no manifest')
  const again = await openStore(at)
  expect([again.mark, await valuesIn(again, 'a')]).toEqual([null, [undefined]])
})

test('a folder that cannot be written is told by name', async () => {
  const at = folder()
  rmSync(root, { recursive: true, force: true })
  writeFileSync(root, 'a file where the folder should be')
  await expect(LocalStore.open(at)).rejects.toThrow(LocalStoreError)
  await expect(LocalStore.open(at)).rejects.toThrow(`${at}.0 cannot be used`)
  await expect(provideFolder(join(root, 'state'))).rejects.toThrow(`${join(root, 'state')} cannot be used`)
})

test('nobody but its user may look into the folder', async () => {
  const at = join(folder(), 'topic', '0')
  await openStore(at)
  expect(statSync(dirname(at)).mode & 0o777).toBe(0o700)
})

test('whoever finds the store in use takes a copy of its own', async () => {
  const at = folder()
  const first = await openStore(at)
  const second = await openStore(at)
  first.write([state('a', 'first')], mark(1))
  second.write([state('a', 'second')], mark(2))
  expect([await valuesIn(first, 'a'), await valuesIn(second, 'a')]).toEqual([['first'], ['second']])
})

/** States of one batch, large enough that the disk is at work most of the time. */
const BATCH = 500

const WRITER = `
  import { LocalStore } from ${JSON.stringify(join(import.meta.dirname, '../../../../src/processors/core/local-store.ts'))}
  const store = await LocalStore.open(process.argv[1])
  for (let position = (store.mark?.position ?? 0) + 1; ; position++) {
    const value = Buffer.alloc(4000, String(position).padStart(8))
    store.write([{ key: String(position), value, active: true }], { changelogId: 'this', position })
    if (position % ${BATCH} === 0) {
      await store.flush()
      console.log(position)
    }
  }`

test('a process that is killed leaves all that its mark says, and nothing beyond', async () => {
  const at = folder()
  const options = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', WRITER, '--', at]
  for (let kill = 0; kill < 4; kill++) {
    const writer = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
    let batches = 0
    let told = 0
    for await (const line of createInterface(writer.stdout)) {
      told = Number(line)
      if (++batches === 5) setTimeout(() => writer.kill('SIGKILL'), 3 * kill)
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'close')
    const store = await LocalStore.open(at)
    const { position } = store.mark!
    expect(position).toBeGreaterThanOrEqual(told)
    const keys = Array.from({ length: position + BATCH }, (_, i) => String(i + 1))
    const values = (await store.getMany(keys)).map(value => value?.toString('latin1', 0, 8).trim())
    expect(values).toEqual(keys.map(key => (Number(key) <= position ? key : undefined)))
    expect((await activeIn(store)).map(Number).sort((a, b) => a - b)).toEqual(
      keys.slice(0, position).map(Number)
    )
    await store.close()
  }
}, 60_000)

describe('what states do by themselves', () => {
  const due = (key: string, at: number) => state(key, 'value', false, at)

  test('is found when its time has come, earliest first, until it is seen to', async () => {
    const store = await openStore(folder())
    store.write([due('late', 3000), due('b', 2000), due('a', 1000), state('never', 'value')], mark(1))
    expect(store.nextDue).toBe(1000)
    expect(await store.findDue(2000, 10)).toEqual([
      { key: 'a', at: 1000 },
      { key: 'b', at: 2000 }
    ])
    expect(store.nextDue).toBe(3000)
    const [first] = await store.findDue(2000, 1)
    expect(store.nextDue).toBe(2000)
    store.seenTo([first!])
    expect(await store.findDue(2000, 10)).toEqual([{ key: 'b', at: 2000 }])
  })

  test('is known again after a restart', async () => {
    const place = folder()
    const store = await openStore(place)
    store.write([due('a', 1000)], mark(1))
    await store.close()
    const reopened = await openStore(place)
    await reopened.findDue(0, 0)
    expect(reopened.nextDue).toBe(1000)
  })

  test('stays when the state is due again at the time that was seen to', async () => {
    const store = await openStore(folder())
    store.write([due('a', 1000)], mark(1))
    const [timer] = await store.findDue(1000, 10)
    store.write([due('a', 1000)], mark(2))
    store.seenTo([timer!])
    expect(await store.findDue(1000, 10)).toEqual([timer])
  })

  test('is gone with everything else when the store is wiped', async () => {
    const store = await openStore(folder())
    store.write([due('a', 1000)], mark(1))
    await store.wipe()
    expect(await store.findDue(1000, 10)).toEqual([])
    expect(store.nextDue).toBe(Infinity)
  })
})
