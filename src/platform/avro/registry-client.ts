import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { within } from '../within.ts'

/** Milliseconds that a registry may take for an answer, of which it takes few. */
export const REGISTRY_TIMEOUT_MS = 10_000
const RETRIES = 3

/**
 * A client that does not wait for ever: a registry loses a request now and then, of some hundred thousand on connections that
 * are kept, and answers the same one when it is asked again. All that we ask may be repeated.
 *
 * @param timeoutMs milliseconds without an answer after which it is asked again
 */
export function registryClient(host: string, timeoutMs = REGISTRY_TIMEOUT_MS): SchemaRegistry {
  return new SchemaRegistry({
    host,
    clientId: 'aegispay',
    retry: {
      retries: RETRIES,
      enableRetry: () => true,
      validateRetry: response => response.responseStatus >= 500 || response.error()?.name === 'TimeoutError'
    },
    middlewares: [
      () => ({
        prepareRequest: async next => (await next()).enhance({ timeout: timeoutMs }),
        // The client never settles what was asked when the connection is lost within an answer.
        response: next => within((2 + RETRIES) * timeoutMs, next())
      })
    ]
  })
}
