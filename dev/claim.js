// Plain JavaScript, since the launcher needs it before Node 24 is installed.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isRunning, startOf } from './process-table.js'

/**
 * Claims a file for this process, so that of several processes one does the work. A claim ends with its release
 * or with its holder's death.
 *
 * @param {string} path
 * @returns {import('./claim.d.ts').Claim}
 */
export function claim(path) {
  const me = { pid: process.pid, startedAt: startOf(process.pid) }
  const draft = `${path}.${process.pid}`
  const write = facts => writeFileSync(draft, JSON.stringify({ ...me, ...facts }))
  for (;;) {
    write({})
    try {
      // A link appears with its content or not at all: nobody ever reads a half-written claim.
      linkSync(draft, path)
      return {
        held: true,
        note(facts) {
          write(facts)
          renameSync(draft, path)
        },
        release: () => rmSync(path, { force: true })
      }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    } finally {
      rmSync(draft, { force: true })
    }
    const holder = read(path)
    if (holder && isRunning(holder)) return { held: false, holder }
    setAsideStale(path)
  }
}

/**
 * @param {string} path
 * @returns {import('./claim.d.ts').Holder | undefined}
 */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {string} path */
function setAsideStale(path) {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  // Someone quicker may have replaced the stale claim between our look and our move: theirs goes back.
  const moved = read(aside)
  if (moved && isRunning(moved)) linkSync(aside, path)
  rmSync(aside)
}
