import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Jdk } from './jdk.ts'
import type { Processes } from './processes.ts'
import { StackError } from './stack-error.ts'

export interface Fetching {
  readonly processes: Processes
  readonly log: (line: string) => void
  readonly jdk: Jdk
  /** Names what to fetch. */
  readonly pom: string
  /** The folder that takes it. */
  readonly target: string
  /** For Maven, beside. */
  readonly options?: readonly string[]
  /** In words, for the log. */
  readonly what: string
  /** About so much. */
  readonly size_MB: number
}

/**
 * Fetches what a POM depends on, by Maven.
 *
 * @returns false when there is no Maven
 * @throws StackError when it fails
 */
export async function fetchArtifacts(fetching: Fetching): Promise<boolean> {
  const { processes, log, jdk, pom, target, options = [], what, size_MB } = fetching
  const maven = onPath('mvn')
  if (maven === undefined) return false
  const began = performance.now()
  log(`fetching ${what} with Maven (about ${size_MB} MB, once)`)
  const goal = ['--file', pom, 'dependency:copy-dependencies']
  const mvn = processes.start({
    name: 'maven',
    command: maven,
    args: ['-Dstyle.color=never', ...options, `-DoutputDirectory=${target}`, ...goal],
    env: { JAVA_HOME: jdk.home }
  })
  const progress = setInterval(() => {
    const fetched = fetched_MB(readFileSync(mvn.log, 'utf8'))
    // Nothing is, for as long as it looks through what it has fetched for others.
    if (fetched > 0) log(`  ${fetched} of about ${size_MB} MB`)
  }, 3_000)
  const end = await mvn.ended.finally(() => clearInterval(progress))
  if (end !== 'exit 0') {
    const errors = readFileSync(mvn.log, 'utf8')
      .split('\n')
      .filter(line => line.startsWith('[ERROR]'))
      .slice(0, 5)
    throw new StackError([`Maven could not fetch ${what} (${end}); log: ${mvn.log}`, ...errors].join('\n'))
  }
  log(`fetched in ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  return true
}

/** Sums Maven's finished transfers and its last line about those under way. */
function fetched_MB(log: string): number {
  const scale: Record<string, number> = { B: 1e-6, kB: 1e-3, MB: 1 }
  const sum = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].reduce(
      (total, [, size, unit]) => total + Number(size) * (scale[unit ?? ''] ?? 0),
      0
    )
  const underWay = log.slice(log.lastIndexOf('Progress ('))
  return Math.round(
    sum(log, /Downloaded from .*\(([\d.]+) (k?B|MB) at/g) +
      sum(underWay.split('\r')[0] ?? '', /([\d.]+)\/[\d.]+ (k?B|MB)/g)
  )
}

/** Where a program is that can be called by its name alone. */
export function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  return folders.map(folder => join(folder, program)).find(file => existsSync(file))
}
