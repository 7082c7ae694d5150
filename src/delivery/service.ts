import { ApiError } from '../errors.ts'
import type { KeyDirectory } from '../platform/http/authentication.ts'
import { reading } from '../projections/reading.ts'
import type { Deliveries } from './deliveries.ts'
import type { EndpointView } from './endpoint.ts'
import type { Endpoints } from './endpoints.ts'
import type { TargetRules } from './target.ts'
import type { TestResult } from './tester.ts'

/** What can be done with webhooks once the database has been reached. */
export interface Webhooks {
  readonly endpoints: Pick<Endpoints, 'find' | 'list' | 'create' | 'change' | 'delete' | 'rotate'>
  readonly deliveries: Pick<Deliveries, 'find' | 'list' | 'redeliver' | 'redeliverRange'>
  readonly test: (endpoint: EndpointView) => Promise<TestResult>
}

/** What the routes need of the running role. */
export interface DeliveryService {
  readonly keys: KeyDirectory
  readonly rules: TargetRules
  /** @throws ApiError webhooks_off, webhooks_unavailable */
  readonly webhooks: () => Webhooks
}

/**
 * Does what needs the database.
 * @param limitMs milliseconds after which it counts as out of reach; 5 s unless given
 * @throws ApiError webhooks_off, webhooks_unavailable, and what `work` throws
 */
export async function withWebhooks<T>(
  service: DeliveryService,
  work: (webhooks: Webhooks) => Promise<T>,
  limitMs?: number
): Promise<T> {
  const webhooks = service.webhooks()
  try {
    return await reading(() => work(webhooks), limitMs)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'read_model_unavailable')
      throw new ApiError('webhooks_unavailable', { cause: error.cause })
    throw error
  }
}
