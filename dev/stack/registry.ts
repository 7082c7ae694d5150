import { join } from 'node:path'
import { registryAnswers } from './answers.ts'
import { smallJvm, type PartOptions } from './part.ts'
import type { Running } from './processes.ts'
import { StackError } from './stack-error.ts'

export interface RegistryPart {
  readonly running: Running
  /** Base URL of the Confluent-compatible API, version 7. */
  readonly url: string
}

/**
 * Starts the schema registry, which keeps its schemas in the database `registry`, so that their ids survive a restart.
 *
 * @throws StackError when it does not serve within 90 s
 */
export async function startRegistry(
  { processes, dist }: PartOptions,
  at: {
    readonly port: number
    readonly managementPort: number
    readonly postgresPort: number
    readonly password: string
  }
): Promise<RegistryPart> {
  const running = processes.start({
    name: 'registry',
    command: join(dist.jdk.home, 'bin', 'java'),
    args: ['-Xmx384m', ...smallJvm, '-jar', dist.registryJar],
    env: {
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://127.0.0.1:${at.postgresPort}/registry`,
      APICURIO_DATASOURCE_USERNAME: 'aegispay',
      APICURIO_DATASOURCE_PASSWORD: at.password,
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(at.port),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(at.managementPort),
      QUARKUS_OTEL_SDK_DISABLED: 'true'
    }
  })
  const url = `http://127.0.0.1:${at.port}/apis/ccompat/v7`
  await running.untilReady(() => registryAnswers(url), 90_000)
  await requireFullCompatibility(url)
  return { running, url }
}

/** Sets the compatibility of every subject that does not say otherwise; this registry's own default is none at all. */
export async function requireFullCompatibility(url: string): Promise<void> {
  const response = await fetch(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: 'FULL_TRANSITIVE' })
  })
  const answer = await response.text()
  if (!response.ok) throw new StackError(`the registry refuses FULL_TRANSITIVE compatibility: ${answer}`)
}
