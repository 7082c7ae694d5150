// What a query may cost. It is reckoned before anything is read.
import { isListType, getNullableType, type DocumentNode, type GraphQLSchema } from 'graphql'
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity'
import { ApiError } from '../../errors.ts'

/** Names, brackets and the like in a document: beyond it is not even parsed. */
export const MAX_TOKENS = 1_000
/** Fields within fields. What tools ask to learn the schema goes as deep. */
export const MAX_DEPTH = 15
export const MAX_COST = 10_000
/** As many entries as a list that is not asked for by the page counts for. */
const USUAL_ENTRIES = 10

/** What it costs to begin to read, by field of the query; what is read then costs one for each field and entry. */
const readCosts: Readonly<Record<string, number>> = {
  payments: 100,
  payment: 100,
  customer: 100,
  statement: 500,
  analytics: 1000,
  declines: 500,
  inFlight: 100
}

const estimator: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const own = type.name === 'Query' ? (readCosts[field.name] ?? 1) : 1
  const { limit } = args as { readonly limit?: unknown }
  // A page says by its limit how many entries its `data` have.
  if (typeof limit === 'number') return own + Math.max(1, limit) * childComplexity
  const isCounted =
    type.name.startsWith('__') || type.name.endsWith('Page') || !isListType(getNullableType(field.type))
  return own + (isCounted ? 1 : USUAL_ENTRIES) * childComplexity
}

/**
 * Aliases, and fragments wherever they are spread, count each time.
 * @throws ApiError graphql_too_complex
 */
export function checkCost(
  schema: GraphQLSchema,
  query: DocumentNode,
  variables: Readonly<Record<string, unknown>>
): void {
  const cost = getComplexity({ schema, query, variables, estimators: [estimator] })
  if (cost > MAX_COST)
    throw new ApiError('graphql_too_complex', {
      detail: `The query costs ${cost}, and may cost ${MAX_COST}.`
    })
}
