// The thread of one hook: loads the module, and calls the hook as it is asked to. Everything in here shares a heap and an
// event loop with the hook, and may end with it.
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { MAX_ANSWER_LENGTH, type Ask, type ThreadData, type Told } from '../messages.ts'
import { hooksIn, manifestOf, NoHooksError } from './definitions.ts'
import { placeOf } from './place-of.ts'
import type { Run } from './run.ts'
import { runnerOf } from './runners.ts'

const { module, hook } = workerData as ThreadData
const port = parentPort!
const tell = (told: Told) => port.postMessage(told)

const contract = new URL('../contract.ts', import.meta.url).href
// Wherever the module is kept, and whether or not the package is installed there.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'aegispay/hooks' ? { url: contract, shortCircuit: true } : next(specifier, context)
})

try {
  const hooks = hooksIn((await import(pathToFileURL(module).href)) as object)
  if (hook === null) tell({ type: 'ready', manifest: JSON.stringify(manifestOf(hooks)) })
  else serve(await runnerOf(hooks, hook))
} catch (error) {
  const reason = error instanceof NoHooksError ? error.message : `cannot be loaded: ${String(error)}`
  tell({ type: 'refused', reason: reason.slice(0, 1000) })
}

function serve(run: Run): void {
  port.on('message', (ask: Ask) => void answer(run, ask))
  tell({ type: 'ready', manifest: null })
}

async function answer(run: Run, { id, method, args, until }: Ask): Promise<void> {
  const left_ms = until - Date.now()
  const late = () => tell({ type: 'failed', id, reason: 'late' })
  if (left_ms <= 0) {
    late()
    return
  }
  // What comes after it finds nobody who waits.
  const timer = setTimeout(late, left_ms)
  try {
    const json = JSON.stringify((await run(method, args, until)) ?? null)
    if (json.length > MAX_ANSWER_LENGTH) tell({ type: 'failed', id, reason: 'an answer that is too large' })
    else tell({ type: 'answer', id, json })
  } catch (error) {
    tell({ type: 'failed', id, reason: placeOf(error) })
  } finally {
    clearTimeout(timer)
  }
}
