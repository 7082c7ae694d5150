// The routes that make, rotate and revoke API keys, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import Type from 'typebox'
import { DEFAULT_OVERLAP_SECONDS, MAX_OVERLAP_SECONDS } from '../control/api-keys.ts'
import { KEY_ROLES, SCOPES } from '../key-scopes.ts'
import { createKeyExamples, revokeKeyExamples, rotateKeyExamples } from './examples.ts'
import { instant, nullable, securedBy } from '../platform/http/schema-parts.ts'
import { byId, changeHeaders, changeProblems, tags, versioned } from './schema-parts.ts'

const keyView = {
  id: Type.String({ description: 'The public part of the key.' }),
  merchantId: nullable(Type.String(), 'Null for a key of those who run the installation.'),
  scopes: Type.Array(Type.String()),
  active: Type.Boolean({ description: 'False once the key was revoked.' }),
  expiresAt: nullable(instant, 'When the key stops working, whatever its secret.'),
  retiringUntil: Type.Array(instant, { description: 'When earlier secrets stop working.' })
}
export const apiKey = Type.Object(keyView, {
  title: 'ApiKey',
  description: 'What may be shown of an API key.'
})
const issuedKey = Type.Object(
  { ...keyView, apiKey: Type.String({ description: 'The whole key. It is shown this once.' }) },
  { title: 'IssuedApiKey' }
)

export const createKeySchema = {
  operationId: 'createApiKey',
  summary: 'Make an API key',
  description: 'The answer is the only place where its secret ever stands.',
  ...{ ...securedBy('admin'), tags },
  headers: changeHeaders,
  body: Type.Object(
    {
      merchantId: Type.Optional(
        Type.String({
          pattern: '^[A-Za-z0-9._-]{1,64}$',
          description: 'Left out for a key of those who run the installation.'
        })
      ),
      scopes: Type.Array(Type.Enum(SCOPES), {
        minItems: 1,
        description: `One of ${KEY_ROLES.join(', ')} alone, or some of the others.`
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
  ...{ ...securedBy('admin'), tags },
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
  ...{ ...securedBy('admin'), tags },
  params: byId,
  headers: changeHeaders,
  answers: { 200: versioned('The key.', apiKey) },
  problems: [...changeProblems, 'document_not_found', 'precondition_failed'],
  examples: revokeKeyExamples
} satisfies FastifySchema
