import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** As V8 writes it. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

const root = join(import.meta.dirname, '..')

/**
 * Where the time went that the profiles of a folder show: by package or folder, and by function, without callees. What
 * the runtime itself does counts for whoever called it.
 */
export function describeProfiles(folder: string, top = 25): string {
  const files = readdirSync(folder).filter(name => name.endsWith('.cpuprofile'))
  return files.map(name => `${name}\n${describe(join(folder, name), top)}`).join('\n\n')
}

function describe(file: string, top: number): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id])))
  const callerInFile = (id: number): CallFrame | undefined => {
    for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
      if (frames.get(at)!.url.startsWith('file:')) return frames.get(at)
    }
    return undefined
  }
  const byPlace = new Map<string, number>()
  const byFunction = new Map<string, number>()
  let busy = 0
  for (const [i, sample] of samples.entries()) {
    const frame = frames.get(sample)!
    if (frame.functionName === '(idle)') continue
    const spent = timeDeltas[i]!
    const caller = callerInFile(sample)
    busy += spent
    add(byPlace, caller === undefined ? frame.functionName || '(runtime)' : placeOf(pathOf(caller)), spent)
    const callee = caller === undefined || caller === frame ? '' : ` > ${nameOf(frame)}`
    const where = caller === undefined ? nameOf(frame) : `${nameOf(caller)}  ${pathOf(caller)}${callee}`
    add(byFunction, where, spent)
  }
  const table = (sums: Map<string, number>, count: number) =>
    [...sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([what, spent]) => `  ${((100 * spent) / busy).toFixed(1).padStart(5)} %  ${what}`)
      .join('\n')
  return `busy ${(busy / 1e6).toFixed(1)} s\n${table(byPlace, 16)}\n\n${table(byFunction, top)}`
}

const nameOf = ({ functionName }: CallFrame): string => functionName || '(anonymous)'

const pathOf = ({ url }: CallFrame): string => relative(root, fileURLToPath(url))

/** The package of a dependency; our own folder two levels deep. */
function placeOf(path: string): string {
  const packaged = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)
  return packaged?.[1] ?? path.split('/').slice(0, 3).join('/')
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value)
}
