import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { Tracing } from './tracing.ts'

/**
 * Starts tracing when the settings name a collector, else null. The SDK is loaded only then: it takes memory and time.
 *
 * @param screen throws when no span may have the id
 */
export async function startTracing(
  { endpoint, serviceName }: Settings['tracing'],
  screen: (id: string) => void,
  version: string,
  log: Logger
): Promise<Tracing | null> {
  if (endpoint === null) return null
  const { OpenTelemetry } = await import('./open-telemetry.ts')
  return OpenTelemetry.start({ serviceName, screen, version, log })
}
