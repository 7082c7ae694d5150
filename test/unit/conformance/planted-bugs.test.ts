import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { plantedBugs } from '../../conformance/planted-bugs.ts'
import { simulatedBugs } from '../../conformance/simulated-bugs.ts'
import { edited } from '../../conformance/source-copy.ts'

test.each(plantedBugs)('the bug $name has its place in the source, and a test to catch it', bug => {
  expect(edited(bug.edits).size).toBeGreaterThan(0)
  for (const { file, test: name } of bug.caughtBy) {
    const source = readFileSync(file, 'utf8').replaceAll('${COUNT}', '300')
    // A name may be that of its group, or made from a table, and then its own.
    const parts = name.split(' ')
    const ends = parts.map((_, i) => parts.slice(i).join(' '))
    expect(ends.some(end => source.includes(`'${end}'`) || source.includes(`\`${end}\``))).toBe(true)
  }
})

test.each(simulatedBugs)('the bug $name, for the simulation, has its place in the source', ({ edits }) => {
  expect(edited(edits).size).toBeGreaterThan(0)
})

test('no two bugs have the same name', () => {
  const names = [...plantedBugs, ...simulatedBugs].map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
})
