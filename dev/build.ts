// `npm run build`: the console's static files, as production serves them, and the clients as users install them. The service
// itself is not compiled.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { buildConsole } from './console.ts'

const root = join(import.meta.dirname, '..')

const isNew = await timed('built console/dist', buildConsole)
if (!isNew) console.log('console/dist is up to date')
await timed('built client/dist', () => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [compiler, '-p', 'client'], { cwd: root, stdio: 'inherit' })
  return Promise.resolve(true)
})

async function timed(what: string, build: () => Promise<boolean>): Promise<boolean> {
  const began = performance.now()
  const isDone = await build()
  if (isDone) console.log(`${what} (${((performance.now() - began) / 1_000).toFixed(1)} s)`)
  return isDone
}
