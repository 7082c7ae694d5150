import type { IncomingHttpHeaders } from 'node:http'
import type { ControlKind } from '../control/documents.ts'
import type { ControlTable } from '../control/table.ts'
import { ApiError } from '../errors.ts'

const ETAG = /^"(0|[1-9][0-9]{0,14})"$/

export const etagOf = (version: number): string => `"${version}"`

/**
 * The version that a change is based on, by its If-Match or `If-None-Match: *`. This process may be behind another, so
 * that what passes here can still lose on the topic.
 *
 * @throws ApiError precondition_missing, if_match_malformed, precondition_failed
 */
export function basisOf(
  { 'if-match': ifMatch, 'if-none-match': ifNoneMatch }: IncomingHttpHeaders,
  table: Pick<ControlTable, 'find' | 'version'>,
  kind: ControlKind,
  id: string
): number {
  const version = table.version(kind, id)
  const isThere = table.find(kind, id) !== undefined
  if (ifMatch !== undefined) {
    const [, named] = ETAG.exec(ifMatch) ?? []
    if (named === undefined || ifNoneMatch !== undefined) throw new ApiError('if_match_malformed')
    if (!isThere || Number(named) !== version) throw new ApiError('precondition_failed')
    return version
  }
  if (ifNoneMatch === undefined) throw new ApiError('precondition_missing')
  if (ifNoneMatch !== '*') {
    throw new ApiError('if_match_malformed', { detail: 'If-None-Match of a change can only be *.' })
  }
  if (isThere) throw new ApiError('precondition_failed')
  return version
}
