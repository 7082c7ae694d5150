// The types of the client, made of what the routes say of themselves, so that the two cannot drift apart.
import { compile } from 'json-schema-to-typescript'
import { describeApi } from './api-document.ts'

/** What the client takes and answers, as the document names it. */
const named = [
  ...['PaymentRequest', 'CaptureRequest', 'CancelRequest', 'RefundRequest'],
  ...[
    'Payment',
    'AcceptedCommand',
    'RefundAnswer',
    'Refund',
    'Event',
    'RoutingChoice',
    'RoutingCandidate',
    'Customer',
    'Notification'
  ],
  ...['AuditEntry', 'Statement', 'StatementEntry'],
  ...['PaymentFigures', 'PaymentFiguresPage', 'InFlight', 'Declines'],
  ...['WebhookEndpointToMake', 'WebhookEndpointChange', 'RotationOfWebhookSecret'],
  ...[
    'WebhookEndpoint',
    'IssuedWebhookEndpoint',
    'WebhookTest',
    'WebhookDelivery',
    'WebhookDeliveryDetails',
    'WebhookAttempt'
  ],
  ...['Session', 'Problem']
]

/** Interfaces of queries, by the operation that takes them. */
const queries: Readonly<Record<string, string>> = {
  listPayments: 'PaymentQuery',
  listNotifications: 'NotificationQuery',
  findStatement: 'StatementQuery',
  analysePayments: 'PaymentFiguresQuery',
  analyseDeclines: 'DeclinesQuery',
  streamEvents: 'StreamQuery',
  listWebhookDeliveries: 'WebhookDeliveryQuery'
}

/** Beyond so many values a union helps nobody: a currency that comes from elsewhere is a text. */
const MAX_UNION = 40

type Schema = Readonly<Record<string, unknown>>

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: 'path' | 'query' | 'header'
    readonly description?: string
    readonly schema: Schema
  }[]
}

/** Renders interfaces, with the words in which an editor shows what they are. */
export async function renderClientTypes(): Promise<string> {
  const { paths, components } = (await describeApi()) as Document
  const operations = Object.values(paths).flatMap(methods => Object.values(methods))
  const ofQueries = Object.entries(queries).map(([id, name]) => {
    const { parameters = [] } = operations.find(({ operationId }) => operationId === id)!
    const inQuery = parameters.filter(parameter => parameter.in === 'query')
    const properties = inQuery.map(({ name, description, schema }) => [name, { ...schema, description }])
    const what = {
      type: 'object',
      description: 'What an answer is narrowed by; texts, as they stand in the URL.'
    }
    return [name, { ...what, properties: Object.fromEntries(properties) as object }] as const
  })
  const definitions = Object.fromEntries(
    [...named.map(name => [name, components.schemas[name]!] as const), ...ofQueries].map(([name, schema]) => [
      name,
      plain(schema)
    ])
  )
  const code = await compile({ definitions, additionalProperties: false }, 'Unused', {
    bannerComment: '',
    additionalProperties: false,
    unreachableDefinitions: true,
    unknownAny: true,
    format: false
  })
  return `// Generated from the routes by \`npm run generate\`. Do not edit.\n${withoutRemarks(code)}`
}

/** Without what is checked by the service alone, which the types would say in ways nobody could use. */
function plain(schema: Schema): Schema {
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === '$ref') return [[key, (value as string).replace('/components/schemas/', '/definitions/')]]
    if (['title', 'examples', 'minItems', 'maxItems', 'minProperties', 'propertyNames'].includes(key))
      return []
    if (key === 'enum' && (value as unknown[]).length > MAX_UNION) return [['type', 'string']]
    if (key === 'properties') {
      const held = Object.entries(value as Record<string, Schema>).map(([name, of]) => [name, plain(of)])
      return [[key, Object.fromEntries(held)]]
    }
    return [[key, Array.isArray(value) ? value.map(plainOrSame) : plainOrSame(value)]]
  })
  return Object.fromEntries(entries)
}

const plainOrSame = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? plain(value as Schema) : value

/** Without the root that nothing is about, and without what the compiler says of where it found things. */
const withoutRemarks = (code: string): string =>
  code
    .replace(/export interface Unused \{\s*\}\n/, '')
    .replaceAll(/ \*\s*\n \* This interface was referenced by .*\n \* via the `definition` .*\n/g, '')
    .replaceAll(/\/\*\*\n \* This interface was referenced by .*\n \* via the `definition` .*\n \*\/\n/g, '')
