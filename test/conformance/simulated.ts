import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textTable } from '../../src/text-table.ts'
import { StackError } from '../../dev/stack/stack-error.ts'
import { simulatedBugs, type SimulatedBug } from './simulated-bugs.ts'
import { SourceCopy } from './source-copy.ts'

/** Of those that `npm test` runs. */
const SEEDS = 2_000
const AT_ONCE = 20
const MAX_OUTPUT_BYTES = 1 << 26

interface Caught {
  readonly seeds: number
  /** What the simulation said first. */
  readonly said: string
}

/**
 * Plants one bug after the other in a copy of the source, and runs the simulation until it notices.
 *
 * @param names of the bugs; all when empty
 * @returns whether every one was noticed by the rule that it breaks
 * @throws StackError when a name is unknown, or the simulation finds something without a bug
 */
export async function catchSimulatedBugs(names: readonly string[]): Promise<boolean> {
  const unknown = names.filter(name => !simulatedBugs.some(bug => bug.name === name))
  if (unknown.length > 0) throw new StackError(`no bug is named ${unknown.join(', ')}`)
  const bugs = names.length === 0 ? simulatedBugs : simulatedBugs.filter(({ name }) => names.includes(name))
  const folder = mkdtempSync(join(tmpdir(), 'aegispay-simulated-'))
  try {
    const copy = SourceCopy.make(join(folder, 'copy'))
    const found = await run(copy, 1)
    if (found.length > 0) throw new StackError(['without a bug the simulation fails:', ...found].join('\n'))
    const rows: string[][] = []
    for (const bug of bugs) {
      copy.plant(bug.edits)
      const caught = await untilCaught(copy, bug)
      copy.restore(bug.edits)
      const outcome = caught === null ? 'SURVIVED' : `within ${caught.seeds} seeds`
      console.log(`  ${bug.name}: ${outcome}`)
      rows.push([bug.name, outcome, caught?.said ?? ''])
    }
    console.log(`\n${textTable(['bug', 'noticed', 'by'], rows)}`)
    return rows.every(([, outcome]) => outcome !== 'SURVIVED')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function untilCaught(copy: SourceCopy, { breaks }: SimulatedBug): Promise<Caught | null> {
  for (let from = 1; from <= SEEDS; from += AT_ONCE) {
    const said = (await run(copy, from)).find(line => line.includes(breaks))
    if (said !== undefined) return { seeds: from + AT_ONCE - 1, said: said.slice(0, 120) }
  }
  return null
}

/** @returns the rules that did not hold */
function run(copy: SourceCopy, from: number): Promise<string[]> {
  const args = ['--disable-warning=ExperimentalWarning', 'test/simulation/main.ts']
  const seeds = ['--seeds', String(AT_ONCE), '--seed', String(from)]
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [...args, ...seeds],
      { cwd: copy.folder, maxBuffer: MAX_OUTPUT_BYTES },
      (_error, output) => resolve(output.split('\n').flatMap(line => /^ {2}(.*)/.exec(line)?.[1] ?? []))
    )
  })
}
