import { join } from 'node:path'
import { runJest, type JestResults } from '../../dev/jest.ts'
import type { StackRun } from '../../dev/on-stack.ts'
import { StackError } from '../../dev/stack/stack-error.ts'
import { textTable } from '../../src/text-table.ts'
import { plantedBugs, type Catcher, type PlantedBug } from './planted-bugs.ts'
import { SourceCopy } from './source-copy.ts'

type Outcome = 'caught' | 'SURVIVED' | 'NO RESULT'

/**
 * Plants one bug after the other in a copy of the source, and runs the test that has to catch it. Before that the same
 * tests must pass without any, else they would catch everything.
 *
 * @param names of the bugs; all when empty
 * @returns whether every one was caught
 * @throws StackError when a name is unknown or the tests do not pass by themselves
 */
export async function catchPlantedBugs(run: StackRun, names: readonly string[]): Promise<boolean> {
  const unknown = names.filter(name => !plantedBugs.some(bug => bug.name === name))
  if (unknown.length > 0) throw new StackError(`no bug is named ${unknown.join(', ')}`)
  const bugs = names.length === 0 ? plantedBugs : plantedBugs.filter(({ name }) => names.includes(name))
  const copy = SourceCopy.make(join(run.dataDir, 'copy'))
  await expectToPass(run, copy, bugs)
  const rows: string[][] = []
  for (const bug of bugs) {
    const began = performance.now()
    const outcomes = await plant(run, copy, bug)
    const seconds = Math.round((performance.now() - began) / 1_000)
    console.log(`  ${bug.name}: ${outcomes.map(({ outcome }) => outcome).join(', ')} (${seconds} s)`)
    for (const { test, outcome, how } of outcomes) rows.push([bug.name, outcome, test, how])
  }
  console.log(`\n${textTable(['bug', '', 'test', 'how'], rows)}`)
  return rows.every(([, outcome]) => outcome === 'caught')
}

async function expectToPass(run: StackRun, copy: SourceCopy, bugs: readonly PlantedBug[]): Promise<void> {
  const catchers = bugs.flatMap(({ caughtBy }) => caughtBy)
  const { code, results } = await runCatchers(run, copy, catchers)
  if (code === 0) return
  const failed = testsOf(results).filter(({ status }) => status === 'failed')
  throw new StackError(
    ['without a bug these tests fail:', ...failed.map(test => `${test.fullName}: ${briefly(test)}`)].join(
      '\n'
    )
  )
}

/** What became of the bug in each test that has to catch it. */
async function plant(
  run: StackRun,
  copy: SourceCopy,
  { edits, caughtBy }: PlantedBug
): Promise<{ test: string; outcome: Outcome; how: string }[]> {
  copy.plant(edits)
  const { results } = await runCatchers(run, copy, caughtBy)
  copy.restore(edits)
  const tests = testsOf(results)
  return caughtBy.map(({ test }) => {
    const ended = tests.find(({ fullName }) => fullName.endsWith(test))
    if (ended?.status === 'failed') return { test, outcome: 'caught', how: briefly(ended) }
    return { test, outcome: ended?.status === 'passed' ? 'SURVIVED' : 'NO RESULT', how: '' }
  })
}

function runCatchers({ stack, dataDir, stop }: StackRun, copy: SourceCopy, catchers: readonly Catcher[]) {
  const names = catchers.map(({ test }) => test.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const args = [
    ...new Set(catchers.map(({ file }) => file)),
    // A bug may leave behind what would keep the run from ending.
    '--forceExit',
    '--testNamePattern',
    `(${[...new Set(names)].join('|')})$`
  ]
  return runJest({ root: copy.folder, args, stack, dataDir, stop, output: 'ignore' })
}

type Test = JestResults['testResults'][number]['assertionResults'][number]

const testsOf = (results: JestResults | null): Test[] =>
  results?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? []

/** What a failure says first, on one line and without the colours that it is written with. */
function briefly({ failureMessages }: Test): string {
  const plain = (failureMessages[0] ?? '').replaceAll(/\u001b\[\d+m/g, '')
  return plain.replaceAll(/\s+/g, ' ').slice(0, 120)
}
