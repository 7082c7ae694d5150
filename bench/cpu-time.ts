import { readdirSync, readFileSync } from 'node:fs'

/** CPU seconds by process; null for one that cannot be looked into. */
export type CpuTimes = Readonly<Record<string, number | null>>

/** Linux reports times in hundredths of a second to every program, whatever the kernel counts in. */
const TICKS_PER_SECOND = 100

/**
 * CPU seconds, in user and kernel mode, that each process and its children have used since they started. Only Linux
 * tells.
 *
 * @param pids undefined for a process that is not ours
 */
export function cpuTimes(pids: Readonly<Record<string, number | undefined>>): CpuTimes {
  const processes = process.platform === 'linux' ? processTable() : new Map<number, Entry>()
  const entries = Object.entries(pids).map(([name, pid]) => [
    name,
    pid !== undefined && processes.has(pid) ? ticksOf(pid, processes) / TICKS_PER_SECOND : null
  ])
  return Object.fromEntries(entries) as CpuTimes
}

/** What was used between two readings. */
export function cpuTimesBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return mapCpuTimes(after, (seconds, name) => {
    const earlier = before[name]
    return earlier === undefined || earlier === null ? null : seconds - earlier
  })
}

/** The readings turned into something else; unknown ones stay unknown. */
export function mapCpuTimes(
  times: CpuTimes,
  change: (seconds: number, name: string) => number | null
): CpuTimes {
  const entries = Object.entries(times).map(([name, seconds]) => [
    name,
    seconds === null ? null : change(seconds, name)
  ])
  return Object.fromEntries(entries) as CpuTimes
}

interface Entry {
  readonly parent: number
  /** Its own and those of children that have ended. */
  readonly ticks: number
}

function processTable(): Map<number, Entry> {
  const table = new Map<number, Entry>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The process's name, in parentheses, may hold spaces and parentheses. See proc_pid_stat(5).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
      table.set(Number(name), { parent: Number(fields[1]), ticks })
    } catch {
      // It has ended since the folder was listed.
    }
  }
  return table
}

/** PostgreSQL works in a process for each connection, so children count. */
function ticksOf(pid: number, table: ReadonlyMap<number, Entry>): number {
  let ticks = table.get(pid)!.ticks
  for (const [child, { parent }] of table) if (parent === pid) ticks += ticksOf(child, table)
  return ticks
}
