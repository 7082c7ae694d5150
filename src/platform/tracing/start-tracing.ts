import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { Tracing } from './tracing.ts'

/** Starts tracing when the settings name a collector, else null. The SDK is loaded only then: it takes memory and time. */
export async function startTracing(
  { endpoint, serviceName }: Settings['tracing'],
  version: string,
  log: Logger
): Promise<Tracing | null> {
  if (endpoint === null) return null
  const { OpenTelemetry } = await import('./open-telemetry.ts')
  return OpenTelemetry.start({ serviceName, version, log })
}
