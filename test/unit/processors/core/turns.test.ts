import { expect, test } from '@jest/globals'
import { Turns } from '../../../../src/processors/core/turns.ts'

const FOREVER_MS = 1_000_000

/** Transactions that end when they are told to, and the order in which they began. */
function transactions(turns: Turns) {
  const began: string[] = []
  const begin = (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const result = turns.take(() => {
      began.push(name)
      return promise
    })
    return { commit: () => resolve(name), fail: () => reject(new Error(name)), result }
  }
  return { began, begin }
}

test('a transaction that finds none under way begins at once', () => {
  const { began, begin } = transactions(new Turns(FOREVER_MS))
  begin('alone')
  expect(began).toEqual(['alone'])
})

test('others begin one after the other, in the order in which they came', async () => {
  const { began, begin } = transactions(new Turns(FOREVER_MS))
  const [a, b, c] = [begin('a'), begin('b'), begin('c')]
  expect(began).toEqual(['a'])
  a.commit()
  expect(await a.result).toBe('a')
  expect(began).toEqual(['a', 'b'])
  b.commit()
  await b.result
  expect(began).toEqual(['a', 'b', 'c'])
  c.commit()
  await c.result
})

test('a transaction that fails passes its turn on, and its error', async () => {
  const { began, begin } = transactions(new Turns(FOREVER_MS))
  const [a] = [begin('a'), begin('b')]
  a.fail()
  await expect(a.result).rejects.toThrow('a')
  expect(began).toEqual(['a', 'b'])
})

test('one that is stuck holds up nobody for good, and its end lets one in as before', async () => {
  const { began, begin } = transactions(new Turns(1))
  const stuck = begin('stuck')
  const other = begin('other')
  other.commit()
  expect(await other.result).toBe('other')
  expect(began).toEqual(['stuck', 'other'])
  stuck.commit()
  await stuck.result
  begin('next')
  expect(began).toEqual(['stuck', 'other', 'next'])
})
