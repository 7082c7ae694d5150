// What the schemas of several kinds of control data have in common.
import Type from 'typebox'

/** Ids become part of record keys and of metrics. */
export const ID_PATTERN = '^[A-Za-z0-9._-]{1,64}$'
const MOMENT_PATTERN = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$'
/** By form alone: a currency may go out of use, and what was written for it stays on the topic. */
export const CURRENCY_PATTERN = '^[A-Z]{3}$'

export const id = (description: string) => Type.String({ pattern: ID_PATTERN, description })
export const moment = (description: string) =>
  Type.String({ format: 'date-time', pattern: MOMENT_PATTERN, description })
export const milliseconds = (description: string, { minimum = 1, maximum = Number.MAX_SAFE_INTEGER } = {}) =>
  Type.Integer({ minimum, maximum, description: `Milliseconds ${description}` })
