import { distribution } from './distribution.ts'
import { keptPorts, keptSecret } from './keep.ts'
import { startKafka } from './kafka.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import { startRegistry } from './registry.ts'
import type { Stack, StackOptions } from './stack.ts'

/** Runs the stack's parts as processes of this machine, all on 127.0.0.1. */
export async function localStack(options: StackOptions, noDocker: string): Promise<Stack> {
  const { dataDir, processes, log, disposable } = options
  const dist = await distribution(options, noDocker)
  const ports = await keptPorts(dataDir, [
    'kafka',
    'controller',
    'postgres',
    'redis',
    'registry',
    'management'
  ])
  const password = keptSecret(dataDir, 'stack-password')
  const part = { dataDir, processes, dist, disposable }

  const began = performance.now()
  const ready = <Part extends { running: unknown }>(name: string, part: Part): Part => {
    log(`${name} ready after ${((performance.now() - began) / 1_000).toFixed(1)} s`)
    return part
  }
  const [kafka, redis, [postgres, registry]] = await Promise.all([
    startKafka(part, { client: ports.kafka, controller: ports.controller }).then(kafka =>
      ready('Kafka', kafka)
    ),
    startRedis(part, { port: ports.redis, password }).then(redis => ready('Redis', redis)),
    startPostgres(part, { port: ports.postgres, password }).then(async postgres => {
      ready('PostgreSQL', postgres)
      const registry = await startRegistry(part, {
        port: ports.registry,
        managementPort: ports.management,
        postgresPort: ports.postgres,
        password
      })
      return [postgres, ready('schema registry', registry)] as const
    })
  ])
  const all = [kafka, redis, postgres, registry].map(part => part.running)
  return {
    provider: 'local',
    kafka: { brokers: [kafka.broker] },
    schemaRegistry: registry.url,
    postgres: postgres.url,
    redis: redis.url,
    died: Promise.race(all.map(async ({ name, log, ended }) => ({ name, log, end: await ended }))),
    async stop() {
      await processes.end({ hard: disposable })
      if (disposable) postgres.removeData()
    }
  }
}
