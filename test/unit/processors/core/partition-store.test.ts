import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalStore, LocalStoreError } from '../../../../src/processors/core/local-store.ts'
import { PartitionStore } from '../../../../src/processors/core/partition-store.ts'
import { jsonChangelog } from '../../../json-changelog.ts'

interface State {
  readonly is: 'waiting' | 'done'
}

const changelog = jsonChangelog<State>('states')

let folder: string
let local: LocalStore
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegispay-partition-store-'))
  local = await LocalStore.open(join(folder, '0'))
})
afterEach(async () => {
  await local.close()
  rmSync(folder, { recursive: true })
})

/** Counts what waits, as an owner's logic does. */
class Counting {
  waiting = 0
  isActive({ is }: State): boolean {
    return is === 'waiting'
  }
  replaced(previous: State | undefined, next: State): void {
    this.waiting += Number(this.isActive(next)) - Number(previous !== undefined && this.isActive(previous))
  }
}

const mark = { changelogId: 'this', position: 1 }

async function commit(store: PartitionStore<State>, states: Record<string, State['is']>): Promise<void> {
  await store.load(Object.keys(states))
  for (const [key, is] of Object.entries(states)) store.set(key, { is })
  store.encode()
  store.merge(mark)
}

test('what an owner counts of its partition is the same after it was taken over', async () => {
  const before = new Counting()
  const store = new PartitionStore(local, changelog, before)
  await commit(store, { a: 'waiting', b: 'waiting', c: 'done' })
  await commit(store, { b: 'done', d: 'waiting' })
  expect(before.waiting).toBe(2)

  const after = new Counting()
  await new PartitionStore(local, changelog, after).tellActive()
  expect(after.waiting).toBe(2)
})

test('thousands of active states are all told of', async () => {
  const keys = Array.from({ length: 1234 }, (_, i) => String(i))
  await commit(
    new PartitionStore(local, changelog, new Counting()),
    Object.fromEntries(keys.map(key => [key, 'waiting']))
  )
  const after = new Counting()
  await new PartitionStore(local, changelog, after).tellActive()
  expect(after.waiting).toBe(keys.length)
})

test('a state that was not loaded is an error, not a state that there is not', async () => {
  const store = new PartitionStore(local, changelog, new Counting())
  await commit(store, { a: 'done' })
  await store.load(['b'])
  expect(store.get('b')).toBeUndefined()
  expect(() => store.get('a')).toThrow('the state of a was not loaded')
})

test('what is staged shows at once, and is gone when it was not merged', async () => {
  const store = new PartitionStore(local, changelog, new Counting())
  await commit(store, { a: 'waiting' })
  await store.load(['a'])
  store.set('a', { is: 'done' })
  expect(store.get('a')).toEqual({ is: 'done' })
  const rebuilt = new PartitionStore(local, changelog, new Counting())
  await rebuilt.load(['a'])
  expect(rebuilt.get('a')).toEqual({ is: 'waiting' })
})

test('a state that comes back from the disk otherwise than it was written is the disk’s failure', async () => {
  local.write([{ key: 'a', value: Buffer.from('{"type":"sta'), active: false, dueAt: null }], mark)
  local.write(
    [{ key: 'b', value: changelog.encodeFence('another', 0).value, active: false, dueAt: null }],
    mark
  )
  const store = new PartitionStore(local, changelog, new Counting())
  await expect(store.load(['a'])).rejects.toThrow(LocalStoreError)
  await expect(store.load(['b'])).rejects.toThrow(LocalStoreError)
})
