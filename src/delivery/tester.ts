import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { workingSecrets } from './endpoints.ts'
import type { EndpointView } from './endpoint.ts'
import type { SecretBox } from './secrets.ts'
import type { Attempt, Sender } from './sender.ts'

/** What a webhook is called that says nothing but that it arrives. */
export const TEST_TYPE = 'webhook.test'

export interface TestResult {
  readonly webhookId: string
  readonly attempt: Attempt
}

interface TestDeps {
  readonly pool: Pool
  readonly box: SecretBox
  readonly sender: Pick<Sender, 'send'>
}

/** Sends an endpoint a webhook of no payment, once and now. Nothing of it is kept, and the endpoint's status stays. */
export async function testEndpoint(
  { pool, box, sender }: TestDeps,
  { id, url }: EndpointView
): Promise<TestResult> {
  const webhookId = `msg_${randomBytes(24).toString('base64url')}`
  const timestamp = new Date().toISOString()
  const body = JSON.stringify({ type: TEST_TYPE, timestamp, data: { endpointId: id } })
  const secrets = await workingSecrets(pool, box, id)
  return { webhookId, attempt: await sender.send({ id: webhookId, url, body, secrets }) }
}
