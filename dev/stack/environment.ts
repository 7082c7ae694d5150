import { kafkaAnswers, postgresAnswers, redisAnswers, registryAnswers, untilAnswers } from './answers.ts'
import type { Stack, StackAddresses } from './stack.ts'
import { StackError } from './stack-error.ts'

const names = [
  'AEGISPAY_KAFKA_BROKERS',
  'AEGISPAY_SCHEMA_REGISTRY_URL',
  'AEGISPAY_POSTGRES_URL',
  'AEGISPAY_REDIS_URL'
] as const

/** Whether any of the addresses is given in the environment. */
export const namesAddresses = (env: NodeJS.ProcessEnv): boolean => names.some(name => env[name])

/**
 * The addresses given in the environment, `undefined` when none is.
 *
 * @throws StackError when only some are given: a half-foreign stack would mix two registries' schema ids or worse
 */
export function addressesIn(env: NodeJS.ProcessEnv): StackAddresses | undefined {
  if (!namesAddresses(env)) return undefined
  const missing = names.filter(name => !env[name])
  if (missing.length > 0) {
    throw new StackError(
      `the stack's addresses are given in part: set ${missing.join(', ')} too, or none of the four`
    )
  }
  return {
    kafka: { brokers: env['AEGISPAY_KAFKA_BROKERS']!.split(',').map(broker => broker.trim()) },
    schemaRegistry: env['AEGISPAY_SCHEMA_REGISTRY_URL']!,
    postgres: env['AEGISPAY_POSTGRES_URL']!,
    redis: env['AEGISPAY_REDIS_URL']!
  }
}

/** The stack's addresses in the form in which every process of AegisPay is told them. */
export function addressesAsSettings(stack: StackAddresses): Record<(typeof names)[number], string> {
  return {
    AEGISPAY_KAFKA_BROKERS: stack.kafka.brokers.join(','),
    AEGISPAY_SCHEMA_REGISTRY_URL: stack.schemaRegistry,
    AEGISPAY_POSTGRES_URL: stack.postgres,
    AEGISPAY_REDIS_URL: stack.redis
  }
}

/** A stack that others run: it is looked at once and never stopped. */
export async function stackFromEnvironment(env: NodeJS.ProcessEnv): Promise<Stack | undefined> {
  const addresses = addressesIn(env)
  if (addresses === undefined) return undefined
  await Promise.all([
    untilAnswers('Kafka at AEGISPAY_KAFKA_BROKERS', () => kafkaAnswers(addresses.kafka.brokers), 15_000),
    untilAnswers(
      'the registry at AEGISPAY_SCHEMA_REGISTRY_URL',
      () => registryAnswers(addresses.schemaRegistry),
      15_000
    ),
    untilAnswers('PostgreSQL at AEGISPAY_POSTGRES_URL', () => postgresAnswers(addresses.postgres), 15_000),
    untilAnswers('Redis at AEGISPAY_REDIS_URL', () => redisAnswers(addresses.redis), 15_000)
  ])
  return {
    provider: 'environment',
    ...addresses,
    died: new Promise(() => undefined),
    stop: () => Promise.resolve()
  }
}
