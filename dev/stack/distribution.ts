import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { claim } from '../claim.js'
import { findJdk, type Jdk } from './jdk.ts'
import { fetchArtifacts, onPath } from './maven.ts'
import type { StackOptions } from './stack.ts'
import { StackError } from './stack-error.ts'

/** What local processes are started from. */
export interface Distribution {
  readonly jdk: Jdk
  /** Names this content among others. */
  readonly id: string
  /** Kafka's class path. */
  readonly kafka: string
  readonly registryJar: string
  readonly postgres: string
  readonly redisServer: string
}

const root = join(import.meta.dirname, '..', '..')
const pom = join(import.meta.dirname, 'pom.xml')
const whole_MB = 230

/**
 * Fetches and unpacks the distribution, unless an earlier run of this clone has.
 *
 * @param noDocker why Docker is not used, for the message when nothing else works either
 * @throws StackError naming what to install
 */
export async function distribution(options: StackOptions, noDocker: string): Promise<Distribution> {
  const jdk = findJdk()
  if (jdk === undefined) {
    throw new StackError(
      `install Docker, or a JDK 21 or later with Maven: ${noDocker}, and no such JDK is at JAVA_HOME, in the usual places or on the PATH`
    )
  }
  const platform = platformName()
  const id = createHash('sha256').update(platform).update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = join(root, '.aegispay', `dist-${id}`)
  if (!existsSync(folder)) await build({ ...options, folder, jdk, platform, noDocker })
  return {
    jdk,
    id,
    kafka: join(folder, 'kafka', '*'),
    registryJar: join(folder, 'registry', 'quarkus-run.jar'),
    postgres: join(folder, 'postgres'),
    redisServer: onPath('redis-server') ?? onPath('valkey-server') ?? join(folder, 'redis', 'redis-server')
  }
}

interface Build extends StackOptions {
  readonly folder: string
  readonly jdk: Jdk
  readonly platform: string
  readonly noDocker: string
}

/** Several runs may find it missing: one builds, and it appears whole or not at all. */
async function build(job: Build): Promise<void> {
  const { folder, log } = job
  mkdirSync(join(root, '.aegispay'), { recursive: true })
  let claimed = claim(`${folder}.lock`)
  if (!claimed.held) log(`waiting for process ${claimed.holder.pid}, which fetches the local stack`)
  while (!claimed.held) {
    await delay(200)
    claimed = claim(`${folder}.lock`)
  }
  try {
    if (existsSync(folder)) return
    const draft = `${folder}.new`
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft)
    await fetchAll(job, join(draft, 'kafka'))
    await unpack(job, draft)
    renameSync(draft, folder)
  } finally {
    claimed.release()
  }
}

async function fetchAll({ processes, log, jdk, platform, noDocker }: Build, target: string): Promise<void> {
  const options = [`-Dpostgres.platform=${platform}`]
  const what = 'Kafka, PostgreSQL, Redis and the registry'
  const found = await fetchArtifacts({ processes, log, jdk, pom, target, options, what, size_MB: whole_MB })
  if (!found) {
    throw new StackError(`install Docker, or Maven beside the JDK: ${noDocker}, and no mvn is on the PATH`)
  }
}

async function unpack({ processes, jdk }: Build, draft: string): Promise<void> {
  const jars = join(draft, 'kafka')
  const take = (prefix: string) => {
    const name = readdirSync(jars).find(file => file.startsWith(prefix))
    if (name === undefined) throw new StackError(`Maven brought no ${prefix}*`)
    return join(jars, name)
  }
  const open = async (name: string, archive: string, command: string, args: string[]) => {
    const cwd = join(draft, name)
    mkdirSync(cwd, { recursive: true })
    await processes.run({ name: `unpack-${name}`, command, args, cwd })
    rmSync(archive)
  }
  const jar = join(jdk.home, 'bin', 'jar')
  const archives = {
    registry: take('apicurio-registry-app'),
    postgres: take('embedded-postgres-binaries'),
    redis: take('embedded-redis')
  }
  await Promise.all([
    open('registry', archives.registry, 'tar', ['-xzf', archives.registry]),
    open('redis', archives.redis, jar, ['--extract', '--file', archives.redis]),
    open('postgres', archives.postgres, jar, ['--extract', '--file', archives.postgres])
  ])

  const binaries = join(
    draft,
    'postgres',
    readdirSync(join(draft, 'postgres')).find(name => name.endsWith('.txz')) ?? ''
  )
  await open('postgres', binaries, 'tar', ['-xJf', binaries]).catch((error: unknown) => {
    throw new StackError(
      `cannot open PostgreSQL's archive; on Linux, install xz (package xz-utils)\n${String(error)}`
    )
  })

  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const servers = readdirSync(join(draft, 'redis')).filter(name => name.startsWith('redis-server'))
  const server = servers.find(name => name.endsWith(`${process.platform}-${cpu}`))
  if (server === undefined)
    throw new StackError(`no Redis for ${process.platform} ${cpu}: install redis-server`)
  renameSync(join(draft, 'redis', server), join(draft, 'redis', 'redis-server'))
  chmodSync(join(draft, 'redis', 'redis-server'), 0o755)
  for (const other of servers) rmSync(join(draft, 'redis', other), { force: true })
}

/** The platform as PostgreSQL's archives are named. */
function platformName(): string {
  const cpu = { x64: 'amd64', arm64: 'arm64v8' }[process.arch as string]
  if (cpu !== undefined && process.platform === 'darwin') return `darwin-${cpu}`
  if (cpu !== undefined && process.platform === 'linux') return `linux-${cpu}${isMusl() ? '-alpine' : ''}`
  throw new StackError(`install Docker: there is no local stack for ${process.platform} ${process.arch}`)
}

function isMusl(): boolean {
  return existsSync('/etc/alpine-release')
}
