import type { WebhookType } from './event-types.ts'

export type EndpointStatus = 'enabled' | 'paused' | 'disabled'

/** A row of the table `webhook_endpoints`. */
export interface EndpointRow {
  readonly id: string
  readonly merchant_id: string
  readonly url: string
  readonly description: string | null
  readonly event_types: WebhookType[] | null
  readonly status: EndpointStatus
  readonly status_reason: string | null
  readonly failing_since: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** An endpoint as the API shows it: without its secret. */
export interface EndpointView {
  readonly id: string
  readonly url: string
  readonly description: string | null
  /** Null for all. */
  readonly eventTypes: readonly WebhookType[] | null
  readonly status: EndpointStatus
  readonly statusReason: string | null
  readonly failingSince: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export const endpointViewOf = (row: EndpointRow): EndpointView => ({
  id: row.id,
  url: row.url,
  description: row.description,
  eventTypes: row.event_types,
  status: row.status,
  statusReason: row.status_reason,
  failingSince: row.failing_since?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString()
})

/** What a merchant says of an endpoint. */
export interface EndpointSpec {
  readonly url: string
  readonly description: string | null
  readonly eventTypes: readonly WebhookType[] | null
}
