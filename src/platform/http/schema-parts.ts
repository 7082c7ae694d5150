// What the descriptions of routes have in common, whichever role they are of.
import Type, { type TSchema } from 'typebox'
import type { Scope } from '../../key-scopes.ts'

/** Of a route that asks for an API key that may be used for something; `authenticateRoutes` holds it to that. */
export const securedBy = (scope: Scope) => ({ security: [{ apiKey: [scope] }] })
/** Of a route that any key opens. */
export const securedByAnyKey = { security: [{ apiKey: [] as readonly Scope[] }] }

export const nullable = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })

export const instant = Type.String({ format: 'date-time' })
export const time = (description: string) => Type.String({ format: 'date-time', description })

const DEFAULT_PAGE = 20

/** What every list may be asked for. Values are texts, as they stand in the URL. */
export const pageQuery = {
  limit: Type.Optional(
    Type.String({ pattern: '^([1-9][0-9]?|100)$', description: `1 to 100, ${DEFAULT_PAGE} unless given.` })
  ),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the page before.' }))
}

/** The page that a URL asks for. */
export const pageIn = ({
  limit,
  cursor
}: {
  readonly limit?: string
  readonly cursor?: string
}): { readonly limit: number; readonly cursor?: string } => ({
  limit: Number(limit ?? DEFAULT_PAGE),
  ...(cursor === undefined ? {} : { cursor })
})

/** What every list answers with. */
export const pageOfAll = <T extends TSchema>(item: T, title: string) =>
  Type.Object(
    { data: Type.Array(item), nextCursor: nullable(Type.String(), 'Null on the last page.') },
    { title }
  )
