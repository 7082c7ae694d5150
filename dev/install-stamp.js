import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What an installation depends on, as one hash: the lockfile, the patches applied to packages, and the machine (some
 * packages carry binaries).
 *
 * @param {string} root the repository
 * @returns {string}
 */
export function installStamp(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  const patches = join(root, 'patches')
  const files = existsSync(patches) ? readdirSync(patches).sort() : []
  for (const file of ['package-lock.json', ...files.map(name => join('patches', name))]) {
    const content = readFileSync(join(root, file))
    hash.update(`${file} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}
