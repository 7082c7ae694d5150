// A merchant to try the product with, on the sandbox's gateways. An installation that takes real money has neither.
import { isDeepStrictEqual } from 'node:util'
import { formatApiKey, hashSecret } from '../api-key.ts'
import { MERCHANT_SCOPES } from '../key-scopes.ts'
import type {
  ApiKeyDocument,
  ControlDocuments,
  ControlKind,
  GatewayProfileDocument,
  MerchantDocument
} from './documents.ts'
import type { ControlTable } from './table.ts'
import type { ControlWriter } from './writer.ts'

export interface SeedDeps {
  readonly writer: Pick<ControlWriter, 'put'>
  /** What is there already is not written again. */
  readonly table: Pick<ControlTable, 'find' | 'apiKey' | 'gatewayProfiles'>
  /** Base URL of the running sandbox, without a trailing slash. It may be another at every start. */
  readonly sandboxUrl: string
  /** Secret part of the API key, the same at every start: letters, digits, `-` and `_`. */
  readonly keySecret: string
  /** Secret part of the admin key, of the same form. */
  readonly adminSecret: string
}

export interface DemoAccess {
  readonly merchant: MerchantDocument
  /** The merchant's whole key, as a client sends it. */
  readonly apiKey: string
  /** The whole key of someone who runs the installation. */
  readonly adminKey: string
}

const merchant: MerchantDocument = { id: 'demo', name: 'Demo merchant', active: true }

const KEY_ID = 'demo'
const ADMIN_KEY_ID = 'demoadmin'

const ANSWER_TIMEOUT_MS = 5000

/**
 * Writes the demo merchant where there is none, and its API key, an admin key and a profile for each gateway of the sandbox where
 * they differ from what is there.
 * @throws when the sandbox does not answer.
 */
export async function seedDemo(deps: SeedDeps): Promise<DemoAccess> {
  const { writer, table, sandboxUrl, keySecret, adminSecret } = deps
  const seed = async <K extends ControlKind>(
    kind: K,
    document: ControlDocuments[K],
    isAsItShouldBe: boolean
  ) => {
    if (isAsItShouldBe) return
    await writer.put(kind, document.id, document, { changedBy: 'setup', reason: 'demo data' })
  }
  const key: ApiKeyDocument = {
    id: KEY_ID,
    merchantId: merchant.id,
    secretHash: hashSecret(keySecret),
    scopes: [...MERCHANT_SCOPES],
    active: true
  }
  const adminKey: ApiKeyDocument = {
    id: ADMIN_KEY_ID,
    secretHash: hashSecret(adminSecret),
    scopes: ['admin'],
    active: true
  }
  const profiles = await sandboxProfiles(sandboxUrl)
  await Promise.all([
    // How it runs is for whoever tries that out to say.
    seed('merchants', merchant, table.find('merchants', merchant.id) !== undefined),
    seed('api-keys', key, isDeepStrictEqual(key, table.apiKey(KEY_ID))),
    seed('api-keys', adminKey, isDeepStrictEqual(adminKey, table.apiKey(ADMIN_KEY_ID))),
    ...profiles.map(profile =>
      seed(
        'gateway-profiles',
        profile,
        table.gatewayProfiles().some(present => isDeepStrictEqual(present, profile))
      )
    )
  ])
  return {
    merchant,
    apiKey: formatApiKey({ id: KEY_ID, secret: keySecret }),
    adminKey: formatApiKey({ id: ADMIN_KEY_ID, secret: adminSecret })
  }
}

type SandboxGateway = Pick<
  GatewayProfileDocument,
  | 'id'
  | 'currencies'
  | 'operations'
  | 'feeBasisPoints'
  | 'feeFixed'
  | 'settlingTimeMs'
  | 'idempotencyWindowMs'
>

/** The sandbox says itself what its gateways can do; the first that it names is the first choice. */
async function sandboxProfiles(sandboxUrl: string): Promise<GatewayProfileDocument[]> {
  const answer = await fetch(`${sandboxUrl}/gateways`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to GET /gateways`)
  const gateways = JSON.parse(await answer.text()) as SandboxGateway[]
  return gateways.map((gateway, i) => ({
    id: gateway.id,
    adapter: 'sandbox',
    url: `${sandboxUrl}/gateways/${gateway.id}`,
    priority: i + 1,
    currencies: gateway.currencies,
    operations: gateway.operations,
    callTimeoutMs: 5000,
    sendWithinMs: 30_000,
    maxConnections: 64,
    settlingTimeMs: gateway.settlingTimeMs,
    idempotencyWindowMs: gateway.idempotencyWindowMs,
    feeBasisPoints: gateway.feeBasisPoints,
    feeFixed: gateway.feeFixed
  }))
}
