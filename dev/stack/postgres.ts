import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { postgresAnswers } from './answers.ts'
import { keptSecret } from './keep.ts'
import type { PartOptions } from './part.ts'
import type { Running } from './processes.ts'
import { StackError } from './stack-error.ts'

export interface PostgresPart {
  readonly running: Running
  readonly url: string
  removeData(): void
}

/**
 * Starts PostgreSQL with the databases `aegispay` and `registry`, initialising its folder the first time.
 *
 * @throws StackError when it accepts no session within 30 s
 */
export async function startPostgres(
  { dataDir, processes, dist, disposable }: PartOptions,
  { port, password }: { readonly port: number; readonly password: string }
): Promise<PostgresPart> {
  const as = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  const { data, binaries } = as === undefined ? ownPlaces(dataDir, dist) : reachablePlaces(dataDir, dist)
  if (!existsSync(data)) {
    // Renamed into place when whole: initdb that was killed would leave a folder that PostgreSQL refuses.
    const draft = `${data}.new`
    const passwordFile = `${data}.password`
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft, { mode: 0o700 })
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (as !== undefined) for (const path of [draft, passwordFile]) chownSync(path, as.uid, as.gid)
    await processes.run({
      name: 'postgres-initdb',
      command: join(binaries, 'bin', 'initdb'),
      args: [
        ...['--pgdata', draft, '--username', 'aegispay', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ...['--encoding', 'UTF8', '--locale', 'C', '--no-instructions', ...(disposable ? ['--no-sync'] : [])]
      ],
      cwd: '/',
      as
    })
    rmSync(passwordFile)
    renameSync(draft, data)
  }
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...(disposable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
  }
  const running = processes.start({
    name: 'postgres',
    command: join(binaries, 'bin', 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    as,
    // Fast shutdown: sessions are ended, nothing is lost.
    stopSignal: 'SIGINT'
  })
  const server = `postgres://aegispay:${password}@127.0.0.1:${port}`
  await running.untilReady(() => postgresAnswers(`${server}/postgres`), 30_000)
  await ensureDatabases(`${server}/postgres`, ['aegispay', 'registry'])
  return {
    running,
    url: `${server}/aegispay`,
    removeData: () => rmSync(data, { recursive: true, force: true })
  }
}

/** Creates those of the databases that are missing. */
export async function ensureDatabases(url: string, names: readonly string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database')
    for (const name of names) {
      if (!rows.some(row => row.datname === name))
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
    }
  } finally {
    await client.end()
  }
}

interface Places {
  readonly data: string
  readonly binaries: string
}

function ownPlaces(dataDir: string, dist: PartOptions['dist']): Places {
  return { data: join(dataDir, 'postgres'), binaries: dist.postgres }
}

/**
 * As root PostgreSQL runs as another user, who cannot walk to a clone below a closed home: what is out of reach goes
 * below /var/tmp instead.
 */
function reachablePlaces(dataDir: string, dist: PartOptions['dist']): Places {
  const own = ownPlaces(dataDir, dist)
  // The folder's own random id is part of the name: a folder made anew must not meet the old one's database.
  const name = createHash('sha256')
    .update(`${dataDir}\0${keptSecret(dataDir, 'id')}`)
    .digest('hex')
    .slice(0, 12)
  const away = { data: `/var/tmp/aegispay-${name}`, binaries: `/var/tmp/aegispay-postgres-${dist.id}` }
  const places = {
    data: isReachable(dataDir) ? own.data : away.data,
    binaries: isReachable(own.binaries) ? own.binaries : away.binaries
  }
  if (places.binaries === away.binaries && !existsSync(away.binaries)) {
    const draft = `${away.binaries}.${process.pid}`
    cpSync(own.binaries, draft, { recursive: true, verbatimSymlinks: true })
    if (existsSync(away.binaries)) rmSync(draft, { recursive: true })
    else renameSync(draft, away.binaries)
  }
  // Anyone may create a folder in /var/tmp; what somebody else put there must not be run.
  if (lstatSync(places.binaries).uid !== 0)
    throw new StackError(`${places.binaries} is not root's: remove it`)
  return places
}

function isReachable(path: string): boolean {
  const othersMayWalk = (statSync(path).mode & 0o001) !== 0
  return othersMayWalk && (path === dirname(path) || isReachable(dirname(path)))
}

function unprivilegedUser(): { uid: number; gid: number } {
  const id = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
