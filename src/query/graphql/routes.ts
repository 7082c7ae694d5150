import type { FastifySchema } from 'fastify'
import { GraphQLError, OperationTypeNode, parse, type DocumentNode } from 'graphql'
import mercurius from 'mercurius'
import { Type } from 'typebox'
import { ApiError, type Fault } from '../../errors.ts'
import type { HttpApp } from '../../platform/http/app.ts'
import { authenticateRoutes } from '../../platform/http/authentication.ts'
import { stateFreshness } from '../../platform/http/freshness.ts'
import type { Late } from '../../platform/http/late.ts'
import { nullable, securedBy } from '../../platform/http/schema-parts.ts'
import { positionOf } from '../read-at.ts'
import { headers } from '../route-schemas.ts'
import type { QueryService } from '../routes.ts'
import { graphqlExamples } from './examples.ts'
import { checkCost, MAX_DEPTH, MAX_TOKENS } from './limits.ts'
import { contextOf, loaders, resolvers } from './resolvers.ts'
import { schemaText } from './schema.ts'

/** Documents that are kept parsed and checked. */
const KEPT_DOCUMENTS = 200
const MAX_FAULTS = 20

/** One route that reads whatever a merchant may read, as the query says. Queries alone, and no page to try them on. */
export function graphqlRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  void app.register(mercurius, {
    schema: schemaText,
    resolvers: resolvers as never,
    loaders: loaders as never,
    ...{ routes: false, graphiql: false, cache: KEPT_DOCUMENTS, queryDepth: MAX_DEPTH },
    errorFormatter: ({ data, errors }) => ({
      statusCode: 200,
      response: { data: data ?? null, errors: errors.map(error => shown(error, app)) as never }
    })
  })
  void app.register((scope, _options, done) => {
    scope.graphql.addHook('preExecution', (schema, document, _context, variables) => {
      checkCost(schema, document, variables)
      return Promise.resolve()
    })
    done()
  })

  app.post('/graphql', { schema: graphqlSchema }, async (request, reply) => {
    const { query, variables, operationName } = request.body
    assertQueries(query)
    // Each field waits for what it is made of; what is no position is refused as a whole.
    positionOf(request, service.get().partitions)
    const context = contextOf(request, service.get())
    const answer = await reply
      .graphql(query, context as never, variables ?? {}, operationName ?? undefined)
      .catch(refuse)
    return reply.type('application/json; charset=utf-8').send(answer)
  })
}

/** @throws ApiError graphql_invalid for what is no document, too long a one, or one that would do more than read */
function assertQueries(text: string): void {
  const { definitions } = parsed(text)
  if (
    definitions.some(
      definition => 'operation' in definition && definition.operation !== OperationTypeNode.QUERY
    )
  )
    throw new ApiError('graphql_invalid', {
      faults: [{ path: 'query', message: 'may only read: there are no mutations' }]
    })
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MAX_TOKENS, noLocation: true })
  } catch (error) {
    throw invalid([error])
  }
}

/** @throws ApiError graphql_invalid or graphql_too_complex for what mercurius has refused; else the error itself */
function refuse(error: unknown): never {
  const { errors } = error as { readonly errors?: readonly (Error & { readonly code?: string })[] }
  if (error instanceof ApiError || errors === undefined) throw error
  if (errors.some(({ code }) => code === 'MER_ERR_GQL_QUERY_DEPTH'))
    throw new ApiError('graphql_too_complex', { detail: `It is nested more than ${MAX_DEPTH} levels deep.` })
  throw invalid(errors)
}

const invalid = (errors: readonly unknown[]): ApiError =>
  new ApiError('graphql_invalid', { faults: errors.slice(0, MAX_FAULTS).map(faultOf) })

function faultOf(error: unknown): Fault {
  if (!(error instanceof GraphQLError)) return { path: 'query', message: 'is not valid' }
  const [place] = error.locations ?? []
  return {
    path: place === undefined ? 'query' : `query:${place.line}:${place.column}`,
    message: withoutValues(error.message)
  }
}

/** Names of fields and types, which the library's messages quote; not what hides data in a name. */
const PLAIN_NAME = /^[$@]?[A-Za-z_.]{1,60}[!\]]*$/

/** Messages of the library also repeat values, which may be anybody's. */
const withoutValues = (message: string): string =>
  / invalid value |cannot represent/.test(message)
    ? 'has a value that does not fit its type'
    : message.replaceAll(/"([^"]*)"/g, (quoted, name: string) => (PLAIN_NAME.test(name) ? quoted : '"…"'))

/** What an error of one field shows: a code of the table, and nothing of how it came about. */
function shown(error: GraphQLError, { log }: HttpApp): object {
  const { originalError, path, locations } = error
  const known = originalError instanceof ApiError ? originalError : new ApiError('internal_error')
  if (known !== originalError)
    log.error({ error: originalError ?? error, path }, 'a field of a GraphQL query failed')
  const { code, message, faults } = known
  return { message, path, locations, extensions: { code, ...(faults.length > 0 && { errors: faults }) } }
}

const graphqlSchema = {
  operationId: 'queryGraphql',
  summary: 'Read by GraphQL',
  description:
    'Payments with their events, refunds and routing, customers and their statements, and analytics, in one request. Queries only; docs/schema.graphql is the schema, and docs/graphql.md says what a query may cost.',
  ...securedBy('payments:read'),
  tags: ['GraphQL'],
  headers,
  madeOf: ['payments', 'payment_events', 'analytics', 'statement_entries', 'customers'],
  body: Type.Object(
    {
      query: Type.String({ minLength: 1, description: 'The document.' }),
      operationName: Type.Optional(
        nullable(Type.String(), 'Which of its operations; needed where it has several.')
      ),
      variables: Type.Optional(
        nullable(
          Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
          'By name.'
        )
      )
    },
    { additionalProperties: false }
  ),
  answers: {
    200: {
      description: 'What was asked for. Fields that could not be read are null, and listed under `errors`.',
      schema: Type.Object(
        {
          data: nullable(
            Type.Unsafe<object>({ type: 'object', additionalProperties: true }),
            'As the query has it.'
          ),
          errors: Type.Optional(
            Type.Array(
              Type.Object({
                message: Type.String({ description: 'For people.' }),
                path: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Integer()]))),
                locations: Type.Optional(
                  Type.Array(Type.Object({ line: Type.Integer(), column: Type.Integer() }))
                ),
                extensions: Type.Object({
                  code: Type.String({ description: 'As in docs/errors.md.' }),
                  errors: Type.Optional(
                    Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
                      description: 'What is wrong with the arguments.'
                    })
                  )
                })
              })
            )
          )
        },
        { title: 'GraphqlAnswer' }
      )
    }
  },
  problems: ['position_malformed', 'graphql_invalid', 'graphql_too_complex'],
  examples: graphqlExamples
} satisfies FastifySchema
