// What the routes of the administration have in common, for Fastify and /openapi.json.
import Type, { type TSchema } from 'typebox'
import type { ErrorCode } from '../errors.ts'
import type { Answer } from '../platform/http/description.ts'
import { POSITION_HEADER } from '../position.ts'

/** Says why something is changed. */
export const REASON_HEADER = 'AegisPay-Reason'

export const tags = ['Administration']

export const byId = Type.Object({ id: Type.String({ description: 'The id of the document.' }) })
export const reason = Type.Optional(
  Type.String({ description: 'Why: up to 500 printable ASCII characters, kept in the history.' })
)
export const changeHeaders = Type.Object({ [REASON_HEADER]: reason })
const etag = Type.String({ description: 'The version, for If-Match.' })
export const position = Type.String({
  description: 'Sent along with a read, makes another instance show this.'
})
const versionHeaders = { ETag: etag, [POSITION_HEADER]: position }

export const changeProblems: readonly ErrorCode[] = ['reason_malformed', 'change_unconfirmed']
/** Of what reads topics for the answer. */
export const asksKafka: readonly ErrorCode[] = ['topics_unavailable']
export const versioned = (description: string, schema: TSchema, more: Answer['headers'] = {}): Answer => ({
  ...{ description, schema },
  headers: { ...versionHeaders, ...more }
})
