import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { kafkaAnswers, postgresAnswers, redisAnswers, registryAnswers, untilAnswers } from './answers.ts'
import { keptPorts, keptSecret } from './keep.ts'
import { ensureDatabases } from './postgres.ts'
import { requireFullCompatibility } from './registry.ts'
import type { Stack, StackOptions } from './stack.ts'
import { StackError } from './stack-error.ts'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')

/** A stack, or why Docker cannot bring one up here. */
export type DockerOutcome =
  { readonly stack: Stack; readonly refusal?: never } | { readonly stack?: never; readonly refusal: string }

/**
 * Runs the stack as containers of `docker-compose.yml`, if there is a Docker engine and the images can be had.
 *
 * @throws StackError when the containers start but do not serve
 */
export async function dockerStack(options: StackOptions): Promise<DockerOutcome> {
  const refusal = await whyNotDocker(options.log)
  if (refusal !== undefined) {
    options.log(`${refusal}: using local processes`)
    return { refusal }
  }
  const { dataDir, log, disposable } = options
  const project = `aegispay-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`
  // Containers that a killed run left behind hold the ports that are about to be checked.
  if (!disposable) await compose(project, {}, 'down')
  const ports = await keptPorts(dataDir, ['kafka', 'postgres', 'redis', 'registry'])
  const password = keptSecret(dataDir, 'stack-password')
  const env = {
    AEGISPAY_STACK_KAFKA_PORT: String(ports.kafka),
    AEGISPAY_STACK_POSTGRES_PORT: String(ports.postgres),
    AEGISPAY_STACK_REDIS_PORT: String(ports.redis),
    AEGISPAY_STACK_REGISTRY_PORT: String(ports.registry),
    AEGISPAY_STACK_PASSWORD: password
  }
  const stop = disposable ? await upForTests(env) : await up(project, env)

  const server = `postgres://aegispay:${password}@127.0.0.1:${ports.postgres}`
  const addresses = {
    kafka: { brokers: [`127.0.0.1:${ports.kafka}`] },
    schemaRegistry: `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`,
    postgres: `${server}/aegispay`,
    redis: `redis://:${password}@127.0.0.1:${ports.redis}`
  }
  try {
    await Promise.all([
      untilAnswers('Kafka in Docker', () => kafkaAnswers(addresses.kafka.brokers), 90_000),
      untilAnswers('PostgreSQL in Docker', () => postgresAnswers(`${server}/registry`), 90_000),
      untilAnswers('Redis in Docker', () => redisAnswers(addresses.redis), 90_000),
      untilAnswers('the schema registry in Docker', () => registryAnswers(addresses.schemaRegistry), 90_000)
    ])
    await ensureDatabases(`${server}/registry`, ['aegispay'])
    await requireFullCompatibility(addresses.schemaRegistry)
  } catch (error) {
    await stop()
    throw error
  }
  log('containers ready')
  return { stack: { provider: 'docker', ...addresses, died: new Promise(() => undefined), stop } }
}

/** Ends with the images at hand, or says why containers are out of the question. */
async function whyNotDocker(log: (line: string) => void): Promise<string | undefined> {
  // The client alone is no engine: it is often there where none runs.
  if (!(await succeeds('docker', ['info'], 2_000))) return 'no Docker engine answers'
  if (!(await succeeds('docker', ['compose', 'version'], 5_000))) return 'Docker has no compose plugin'
  const { stdout } = await compose('aegispay', {}, 'config', '--images')
  for (const image of stdout.trim().split('\n')) {
    if (await succeeds('docker', ['image', 'inspect', image], 10_000)) continue
    log(`pulling ${image}`)
    if (!(await succeeds('docker', ['pull', '--quiet', image], 600_000))) {
      return `Docker has no image ${image} and cannot pull it`
    }
  }
  return undefined
}

async function succeeds(command: string, args: string[], timeout: number): Promise<boolean> {
  try {
    await execute(command, args, { timeout, killSignal: 'SIGKILL' })
    return true
  } catch {
    return false
  }
}

async function up(project: string, env: Record<string, string>): Promise<() => Promise<void>> {
  try {
    await compose(project, env, 'up', '--detach')
  } catch (error) {
    const logs = await compose(project, env, 'logs', '--tail', '15').catch(() => ({ stdout: '' }))
    await compose(project, env, 'down').catch(() => undefined)
    throw new StackError(`docker compose up failed: ${String(error)}\n${logs.stdout}`)
  }
  return async () => {
    // Volumes stay: they are the data.
    await compose(project, env, 'down', '--timeout', '15')
  }
}

/** Testcontainers removes its containers also when this process is killed. */
async function upForTests(env: Record<string, string>): Promise<() => Promise<void>> {
  const { DockerComposeEnvironment } = await import('testcontainers')
  const started = await new DockerComposeEnvironment(root, 'docker-compose.yml').withEnvironment(env).up()
  return async () => {
    await started.down({ removeVolumes: true })
  }
}

async function compose(
  project: string,
  env: Record<string, string>,
  ...args: string[]
): Promise<{ stdout: string }> {
  return await execute('docker', ['compose', '--project-name', project, ...args], {
    cwd: root,
    env: { ...process.env, ...env }
  })
}
