// The routes that read and write documents of control data, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import Type, { type TSchema } from 'typebox'
import {
  controlKinds,
  documentSchemas,
  writtenSchema,
  type ControlKind,
  type WrittenKind
} from '../control/documents.ts'
import type { ErrorCode } from '../errors.ts'
import { POSITION_HEADER } from '../position.ts'
import {
  deleteLimitsExamples,
  findExamples,
  historyExamples,
  listExamples,
  putExamples,
  schemaExamples
} from './examples.ts'
import { apiKey } from './key-schemas.ts'
import { instant, nullable, pageOfAll, pageQuery, securedBy } from '../platform/http/schema-parts.ts'
import { byId, changeProblems, position, reason, REASON_HEADER, tags, versioned } from './schema-parts.ts'

/** As operations are called. */
const names: Readonly<Record<ControlKind, { one: string; many: string; words: string }>> = {
  merchants: { one: 'Merchant', many: 'Merchants', words: 'merchants' },
  'api-keys': { one: 'ApiKey', many: 'ApiKeys', words: 'API keys' },
  'gateway-profiles': { one: 'GatewayProfile', many: 'GatewayProfiles', words: 'gateway profiles' },
  limits: { one: 'Limits', many: 'AllLimits', words: 'limits' },
  'routing-policies': { one: 'RoutingPolicy', many: 'RoutingPolicies', words: 'routing policies' },
  'fraud-rules': { one: 'FraudRules', many: 'AllFraudRules', words: 'fraud rules' }
}
const singular: Readonly<Record<ControlKind, string>> = {
  merchants: 'a merchant',
  'api-keys': 'an API key',
  'gateway-profiles': 'a gateway profile',
  limits: 'the limits of a merchant',
  'routing-policies': 'a routing policy',
  'fraud-rules': 'fraud rules'
}

const shownSchema = (kind: ControlKind): TSchema => (kind === 'api-keys' ? apiKey : documentSchemas[kind])

const conditionalHeaders = Type.Object({
  [REASON_HEADER]: reason,
  'If-Match': Type.Optional(Type.String({ description: 'The ETag of the version that is replaced.' })),
  'If-None-Match': Type.Optional(Type.String({ description: '`*` where there must be none yet.' }))
})
const readHeaders = Type.Object({
  [POSITION_HEADER]: Type.Optional(
    Type.String({ description: 'Waits up to a second until the answer shows that change.' })
  )
})
const page = Type.Object(pageQuery, { additionalProperties: false })

const conditionalProblems: readonly ErrorCode[] = [
  ...changeProblems,
  'if_match_malformed',
  'precondition_missing',
  'precondition_failed'
]

export const putSchema = (kind: WrittenKind) => {
  const { one } = names[kind]
  const schema = documentSchemas[kind]
  return {
    operationId: `put${one}`,
    summary: `Write ${singular[kind]}`,
    description:
      'Replaces the whole document. Answered once it is durable; it takes effect everywhere within a second.',
    ...{ ...securedBy('admin'), tags },
    params: byId,
    headers: conditionalHeaders,
    body: Type.Unsafe<object>({ ...writtenSchema(kind), title: `${one}ToWrite` }),
    answers: { 200: versioned('The new version.', schema), 201: versioned('The first version.', schema) },
    problems: [
      ...conditionalProblems,
      ...(kind === 'gateway-profiles' ? [] : (['reference_unknown'] as const))
    ],
    examples: putExamples[kind]
  } satisfies FastifySchema
}

export const deleteLimitsSchema = {
  operationId: 'deleteLimits',
  summary: 'Delete the limits of a merchant',
  description:
    'The defaults hold again. Nothing else is ever deleted: payments and other documents refer to it.',
  ...{ ...securedBy('admin'), tags },
  params: byId,
  headers: conditionalHeaders,
  answers: { 204: { description: 'It is gone.', headers: { [POSITION_HEADER]: position } } },
  problems: [...conditionalProblems, 'document_not_found'],
  examples: deleteLimitsExamples
} satisfies FastifySchema

export const listSchema = (kind: ControlKind) => {
  const { many, words } = names[kind]
  return {
    operationId: `list${many}`,
    summary: `List ${words}, by id`,
    ...{ ...securedBy('viewer'), tags },
    headers: readHeaders,
    querystring: page,
    answers: {
      200: {
        description: `A page of ${words}.`,
        schema: pageOfAll(shownSchema(kind), `${many}Page`)
      }
    },
    problems: ['position_malformed'],
    examples: listExamples
  } satisfies FastifySchema
}

export const findSchema = (kind: ControlKind) =>
  ({
    operationId: `find${names[kind].one}`,
    summary: `Read ${singular[kind]}`,
    ...{ ...securedBy('viewer'), tags },
    params: byId,
    headers: readHeaders,
    answers: { 200: versioned('What holds now.', shownSchema(kind)) },
    problems: ['position_malformed', 'document_not_found'],
    examples: findExamples[kind]
  }) satisfies FastifySchema

export const historySchema = (kind: ControlKind) => {
  const { one } = names[kind]
  const version = Type.Object(
    {
      version: Type.Integer({ minimum: 0, description: 'As in the ETag.' }),
      changedAt: instant,
      changedBy: Type.String({ description: '`key:<id of the API key>`, or who used the command line.' }),
      reason: nullable(Type.String(), 'Why, where it was said.'),
      document: nullable(shownSchema(kind), 'Null where it was deleted.')
    },
    { title: `${one}Version` }
  )
  return {
    operationId: `historyOf${one}`,
    summary: `Read every version of ${singular[kind]}, the newest first`,
    ...{ ...securedBy('viewer'), tags },
    params: byId,
    headers: readHeaders,
    querystring: page,
    answers: {
      200: {
        description: 'A page of versions: who changed what, when and why.',
        schema: pageOfAll(version, `${one}History`)
      }
    },
    problems: ['position_malformed', 'document_not_found'],
    examples: historyExamples[kind]
  } satisfies FastifySchema
}

export const kindSchemaSchema = {
  operationId: 'findSchema',
  summary: 'Read the JSON Schema of a kind of control data',
  ...{ ...securedBy('viewer'), tags },
  params: Type.Object({ kind: Type.String({ description: controlKinds.join(', ') }) }),
  answers: {
    200: {
      description: 'JSON Schema 2020-12 of the documents on the topic.',
      schema: Type.Unsafe<object>({ type: 'object', additionalProperties: true })
    }
  },
  problems: ['document_not_found'],
  examples: schemaExamples
} satisfies FastifySchema
