// The routes of those who run the installation, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { DEFAULT_OVERLAP_SECONDS, MAX_OVERLAP_SECONDS } from '../control/api-keys.ts'
import {
  controlKinds,
  documentSchemas,
  SCOPES,
  writtenSchema,
  type ControlKind,
  type WrittenKind
} from '../control/documents.ts'
import type { ErrorCode } from '../errors.ts'
import type { Answer } from '../platform/http/description.ts'
import { POSITION_HEADER } from '../position.ts'
import {
  createKeyExamples,
  deleteLimitsExamples,
  findExamples,
  historyExamples,
  listExamples,
  putExamples,
  revokeKeyExamples,
  rotateKeyExamples,
  schemaExamples
} from './examples.ts'

/** Says why something is changed. */
export const REASON_HEADER = 'AegisPay-Reason'

const security = [{ apiKey: [] }]
const tags = ['Administration']

/** As operations are called. */
const names: Readonly<Record<ControlKind, { one: string; many: string; words: string }>> = {
  merchants: { one: 'Merchant', many: 'Merchants', words: 'merchants' },
  'api-keys': { one: 'ApiKey', many: 'ApiKeys', words: 'API keys' },
  'gateway-profiles': { one: 'GatewayProfile', many: 'GatewayProfiles', words: 'gateway profiles' },
  limits: { one: 'Limits', many: 'AllLimits', words: 'limits' }
}
const singular: Readonly<Record<ControlKind, string>> = {
  merchants: 'a merchant',
  'api-keys': 'an API key',
  'gateway-profiles': 'a gateway profile',
  limits: 'the limits of a merchant'
}

const nullable = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })
const time = Type.String({ format: 'date-time' })

const keyView = {
  id: Type.String({ description: 'The public part of the key.' }),
  merchantId: nullable(Type.String(), 'Null for an admin key.'),
  scopes: Type.Array(Type.String()),
  active: Type.Boolean({ description: 'False once the key was revoked.' }),
  expiresAt: nullable(time, 'When the key stops working, whatever its secret.'),
  retiringUntil: Type.Array(time, { description: 'When earlier secrets stop working.' })
}
const apiKey = Type.Object(keyView, { title: 'ApiKey', description: 'What may be shown of an API key.' })
const issuedKey = Type.Object(
  { ...keyView, apiKey: Type.String({ description: 'The whole key. It is shown this once.' }) },
  { title: 'IssuedApiKey' }
)

const shownSchema = (kind: ControlKind): TSchema => (kind === 'api-keys' ? apiKey : documentSchemas[kind])

const byId = Type.Object({ id: Type.String({ description: 'The id of the document.' }) })
const reason = Type.Optional(
  Type.String({ description: 'Why: up to 500 printable ASCII characters, kept in the history.' })
)
const changeHeaders = Type.Object({ [REASON_HEADER]: reason })
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
const page = Type.Object(
  {
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]?|100)$', description: '1 to 100, 20 unless given.' })
    ),
    cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the page before.' }))
  },
  { additionalProperties: false }
)
const nextCursor = nullable(Type.String(), 'Null on the last page.')

const etag = Type.String({ description: 'The version, for If-Match.' })
const position = Type.String({ description: 'Sent along with a read, makes another instance show this.' })
const versionHeaders = { ETag: etag, [POSITION_HEADER]: position }

const changeProblems: readonly ErrorCode[] = ['reason_malformed', 'change_unconfirmed']
const conditionalProblems: readonly ErrorCode[] = [
  ...changeProblems,
  'if_match_malformed',
  'precondition_missing',
  'precondition_failed'
]

const versioned = (description: string, schema: TSchema, more: Answer['headers'] = {}): Answer => ({
  ...{ description, schema },
  headers: { ...versionHeaders, ...more }
})

export const putSchema = (kind: WrittenKind) => {
  const { one } = names[kind]
  const schema = documentSchemas[kind]
  return {
    operationId: `put${one}`,
    summary: `Write ${singular[kind]}`,
    description:
      'Replaces the whole document. Answered once it is durable; it takes effect everywhere within a second.',
    ...{ security, tags },
    params: byId,
    headers: conditionalHeaders,
    body: Type.Unsafe<object>({ ...writtenSchema(kind), title: `${one}ToWrite` }),
    answers: { 200: versioned('The new version.', schema), 201: versioned('The first version.', schema) },
    problems: [...conditionalProblems, ...(kind === 'limits' ? (['reference_unknown'] as const) : [])],
    examples: putExamples[kind]
  } satisfies FastifySchema
}

export const deleteLimitsSchema = {
  operationId: 'deleteLimits',
  summary: 'Delete the limits of a merchant',
  description:
    'The defaults hold again. Merchants and gateway profiles are never deleted: payments refer to them.',
  ...{ security, tags },
  params: byId,
  headers: conditionalHeaders,
  answers: { 204: { description: 'It is gone.', headers: { [POSITION_HEADER]: position } } },
  problems: [...conditionalProblems, 'document_not_found'],
  examples: deleteLimitsExamples
} satisfies FastifySchema

export const createKeySchema = {
  operationId: 'createApiKey',
  summary: 'Make an API key',
  description: 'The answer is the only place where its secret ever stands.',
  ...{ security, tags },
  headers: changeHeaders,
  body: Type.Object(
    {
      merchantId: Type.Optional(
        Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description: 'Left out for an admin key.' })
      ),
      scopes: Type.Array(Type.Enum(SCOPES), {
        minItems: 1,
        description: '`admin` alone, or one or both of the others.'
      }),
      expiresAt: Type.Optional(
        Type.String({ format: 'date-time', pattern: 'Z$', description: 'In UTC. Never, unless given.' })
      )
    },
    { additionalProperties: false, title: 'ApiKeyToMake' }
  ),
  answers: {
    201: versioned('The key.', issuedKey, { Location: Type.String({ description: 'The key.' }) })
  },
  problems: [...changeProblems, 'reference_unknown'],
  examples: createKeyExamples
} satisfies FastifySchema

export const rotateKeySchema = {
  operationId: 'rotateApiKey',
  summary: 'Give an API key a new secret',
  description:
    'Earlier secrets work until the overlap is over, at most until their own end. With an overlap of 0 they end at once.',
  ...{ security, tags },
  params: byId,
  headers: changeHeaders,
  body: Type.Object(
    {
      overlapSeconds: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: MAX_OVERLAP_SECONDS,
          description: `${DEFAULT_OVERLAP_SECONDS} unless given.`
        })
      )
    },
    { additionalProperties: false, title: 'RotationOfApiKey' }
  ),
  optionalBody: true,
  answers: { 200: versioned('The key with its new secret.', issuedKey) },
  problems: [
    ...changeProblems,
    'document_not_found',
    'api_key_revoked',
    'too_many_secrets',
    'precondition_failed'
  ],
  examples: rotateKeyExamples
} satisfies FastifySchema

export const revokeKeySchema = {
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key',
  description: 'Ends the key and all its secrets for ever. It stays in the list, as inactive.',
  ...{ security, tags },
  params: byId,
  headers: changeHeaders,
  answers: { 200: versioned('The key.', apiKey) },
  problems: [...changeProblems, 'document_not_found', 'precondition_failed'],
  examples: revokeKeyExamples
} satisfies FastifySchema

export const listSchema = (kind: ControlKind) => {
  const { many, words } = names[kind]
  return {
    operationId: `list${many}`,
    summary: `List ${words}, by id`,
    ...{ security, tags },
    headers: readHeaders,
    querystring: page,
    answers: {
      200: {
        description: `A page of ${words}.`,
        schema: Type.Object({ data: Type.Array(shownSchema(kind)), nextCursor }, { title: `${many}Page` })
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
    ...{ security, tags },
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
      changedAt: time,
      changedBy: Type.String({ description: '`key:<id of the API key>`, or who used the command line.' }),
      reason: nullable(Type.String(), 'Why, where it was said.'),
      document: nullable(shownSchema(kind), 'Null where it was deleted.')
    },
    { title: `${one}Version` }
  )
  return {
    operationId: `historyOf${one}`,
    summary: `Read every version of ${singular[kind]}, the newest first`,
    ...{ security, tags },
    params: byId,
    headers: readHeaders,
    querystring: page,
    answers: {
      200: {
        description: 'A page of versions: who changed what, when and why.',
        schema: Type.Object({ data: Type.Array(version), nextCursor }, { title: `${one}History` })
      }
    },
    problems: ['position_malformed', 'document_not_found'],
    examples: historyExamples[kind]
  } satisfies FastifySchema
}

export const kindSchemaSchema = {
  operationId: 'findSchema',
  summary: 'Read the JSON Schema of a kind of control data',
  ...{ security, tags },
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
