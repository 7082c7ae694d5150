import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** The registry's minimum. */
const oldestJava = 21

export interface Jdk {
  readonly home: string
  /** Feature release, such as 21. */
  readonly version: number
}

/**
 * The feature release in a JDK's version: 17 of "17.0.15", 25 of "25", 8 of "1.8.0_442".
 *
 * @returns undefined for text that is no version
 */
export function javaFeature(version: string): number | undefined {
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? []
  if (first === undefined) return undefined
  return Number(first === '1' && second !== undefined ? second : first)
}

/**
 * The first JDK of the fitting version: JAVA_HOME's, then those in the usual places (newest first in each), then the one
 * on the PATH. A JAVA_HOME that is too old is passed over.
 */
export function findJdk(homes: Iterable<string> = usualHomes()): Jdk | undefined {
  for (const home of homes) {
    const version = versionOf(home)
    if (version !== undefined && version >= oldestJava) return { home, version }
  }
  return undefined
}

function versionOf(home: string): number | undefined {
  // Without `jar` it is a runtime only, and the archives could not be opened.
  if (!['java', 'jar'].every(tool => existsSync(join(home, 'bin', tool)))) return undefined
  const release = join(home, 'release')
  if (existsSync(release)) {
    const version = /^JAVA_VERSION="?([^"\n]+)/m.exec(readFileSync(release, 'utf8'))?.[1]
    if (version !== undefined) return javaFeature(version)
  }
  const { stderr } = spawnSync(join(home, 'bin', 'java'), ['-version'], { encoding: 'utf8' })
  return javaFeature(/version "([^"]+)"/.exec(stderr)?.[1] ?? '')
}

function* usualHomes(): Generator<string> {
  if (process.env['JAVA_HOME']) yield process.env['JAVA_HOME']
  const folders = [
    { folder: '/usr/lib/jvm' },
    { folder: '/usr/java' },
    { folder: '/Library/Java/JavaVirtualMachines', below: 'Contents/Home' },
    { folder: join(homedir(), 'Library/Java/JavaVirtualMachines'), below: 'Contents/Home' },
    { folder: '/opt/homebrew/opt', only: /^openjdk/, below: 'libexec/openjdk.jdk/Contents/Home' },
    { folder: '/usr/local/opt', only: /^openjdk/, below: 'libexec/openjdk.jdk/Contents/Home' },
    { folder: join(homedir(), '.sdkman/candidates/java') },
    { folder: join(homedir(), '.jdks') },
    { folder: '/opt', only: /jdk|java|temurin/i }
  ]
  for (const { folder, only = /./, below = '' } of folders) {
    if (!existsSync(folder)) continue
    const homes = readdirSync(folder).filter(name => only.test(name))
    for (const name of homes.sort((a, b) => b.localeCompare(a, 'en', { numeric: true })))
      yield join(folder, name, below)
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const java = join(folder, 'java')
    if (folder && existsSync(java)) yield dirname(dirname(realpathSync(java)))
  }
}
