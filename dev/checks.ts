import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { giveWay } from './give-way.ts'

interface Step {
  readonly name: string
  readonly args: readonly string[]
}

const root = join(import.meta.dirname, '..')
const packaged = (path: string) => join('node_modules', path)

/** The longest first, since two run at a time. */
const steps: readonly Step[] = [
  { name: 'lint', args: [packaged('eslint/bin/eslint.js'), '.'] },
  { name: 'types', args: [packaged('typescript/bin/tsc'), '--noEmit', '-p', '.'] },
  { name: 'console types', args: [packaged('typescript/bin/tsc'), '--noEmit', '-p', 'console'] },
  { name: 'client types', args: [packaged('typescript/bin/tsc'), '--noEmit', '-p', 'client'] },
  { name: 'web types', args: [packaged('typescript/bin/tsc'), '-p', 'client/tsconfig.web.json'] },
  {
    name: 'import rules',
    args: [
      packaged('dependency-cruiser/bin/dependency-cruise.mjs'),
      ...[
        '--config',
        '.dependency-cruiser.js',
        'src',
        'client',
        'sandbox',
        'console/src',
        'dev',
        'test',
        'bench',
        'examples'
      ]
    ]
  },
  { name: 'dead code', args: [packaged('knip/bin/knip.js')] },
  { name: 'format', args: [packaged('prettier/bin/prettier.cjs'), '--check', '.'] },
  {
    name: 'generated files',
    args: ['--disable-warning=ExperimentalWarning', 'dev/generate/main.ts', '--check']
  }
]

/**
 * Runs every check, also after one failed, and prints a line for each.
 *
 * @param besides what else runs then, to which they leave the processors
 * @returns the number of those that failed
 */
export async function runChecks(besides: 'nothing' | 'tests' = 'nothing'): Promise<number> {
  const waiting = [...steps]
  let failed = 0
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const began = performance.now()
      const { isOk, output } = await runStep(step, besides === 'tests')
      const time = `${((performance.now() - began) / 1_000).toFixed(1)} s`
      console.log(`  ${isOk ? 'ok    ' : 'FAILED'} ${step.name.padEnd(16)} ${time}`)
      if (isOk) continue
      failed++
      console.log(output.trimEnd().replaceAll(/^/gm, '    '))
    }
  }
  await Promise.all(besides === 'tests' ? [worker()] : [worker(), worker()])
  return failed
}

async function runStep({ args }: Step, isPatient: boolean): Promise<{ isOk: boolean; output: string }> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  if (isPatient) giveWay(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return await new Promise(resolve => child.once('close', code => resolve({ isOk: code === 0, output })))
}
