// Plain JavaScript, since the launcher needs it before Node 24 is installed.
import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

/**
 * Looks a process up. Its start comes in a form that is only ever compared: pids are reused, a pid with its start is
 * not.
 *
 * @param {number} pid
 * @returns {{ name: string, parent: number, startedAt: string } | undefined} undefined when no such process runs (a
 *   zombie has ended)
 */
export function look(pid) {
  return process.platform === 'linux' ? lookInProc(pid) : askPs(pid)
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
export function startOf(pid) {
  return look(pid)?.startedAt
}

/**
 * @param {{ pid: number, startedAt: string }} identity
 * @returns {boolean} whether that very process still runs
 */
export function isRunning(identity) {
  return startOf(identity.pid) === identity.startedAt
}

/** @param {number} pid */
function lookInProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may itself hold spaces and parentheses.
    const nameEnd = stat.lastIndexOf(')')
    const [state, parent, ...rest] = stat.slice(nameEnd + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    // Ticks count from the boot, so they need the boot beside them.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return {
      name: stat.slice(stat.indexOf('(') + 1, nameEnd),
      parent: Number(parent),
      startedAt: `${boot}/${rest[17]}`
    }
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function askPs(pid) {
  const ps = spawnSync('ps', ['-o', 'stat=,ppid=,lstart=,comm=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' }
  })
  // The start takes five words: Mon Jan 5 10:00:00 2026.
  const [state, parent, ...rest] = (ps.stdout ?? '').trim().split(/\s+/)
  if (!state || state.startsWith('Z')) return undefined
  const name = rest.slice(5).join(' ').split('/').pop() ?? ''
  return { name, parent: Number(parent), startedAt: rest.slice(0, 5).join(' ') }
}
