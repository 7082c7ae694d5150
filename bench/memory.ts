import { existsSync, readFileSync } from 'node:fs'

/** Anonymous memory of a process in megabytes; null where the system does not tell. */
export function anonymousMB(pid: number | undefined): number | null {
  const file = `/proc/${pid}/status`
  if (!existsSync(file)) return null
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8')) ?? []
  return kilobytes === undefined ? null : Number(kilobytes) / 1000
}
