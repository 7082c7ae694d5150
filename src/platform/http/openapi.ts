// Makes /openapi.json of what the routes say of themselves (description.ts).
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import { Type, type TObject, type TSchema } from 'typebox'
import { errors, type ErrorCode } from '../../errors.ts'
import { isKeyRole } from '../../key-scopes.ts'
import { MERCHANT_HEADER, scopeOf } from './authentication.ts'
import { CORRELATION_ID_HEADER } from './correlation-id.ts'
import { problemsOf, type Answer, type Example } from './description.ts'
import { freshnessHeaders } from './freshness.ts'
import { PROBLEM_TYPE } from './problem.ts'

/** Carries a route's description through the plugin, which copies what is called `x-` unseen. */
const CARRIER = 'x-described'

interface Described {
  readonly answers: Readonly<Record<number, Answer>>
  readonly codes: readonly ErrorCode[]
  readonly examples: Readonly<Record<string, Example>>
  readonly optionalBody: boolean
  readonly isOfReadModels: boolean
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  examples?: NamedExamples
}

interface Operation {
  [CARRIER]?: Described
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: object; examples?: NamedExamples }> }
  responses: Record<string, object>
}

type NamedExamples = Record<string, { summary: string; value: unknown }>

/** What is refused before it is counted, or cannot be read at all, is answered without some of them. */
const everyHeader = {
  [CORRELATION_ID_HEADER]: Type.String({
    description: "Names the request in our logs; the request's own, if it had one that can be logged."
  }),
  'RateLimit-Limit': Type.String({
    description: 'Requests a minute that the key, or the address, may make.'
  }),
  'RateLimit-Remaining': Type.String({ description: 'How many of them are left.' }),
  'RateLimit-Reset': Type.String({ description: 'Seconds until the minute is over.' })
}

const retryAfter = Type.String({ description: 'Seconds after which another try makes sense.' })

/** Headers that problems of a status have. */
const problemHeaders: Readonly<Record<number, Readonly<Record<string, TSchema>>>> = {
  401: { 'WWW-Authenticate': Type.String() },
  429: { 'Retry-After': retryAfter },
  503: { 'Retry-After': retryAfter }
}

const fault = Type.Object({
  path: Type.String({ description: 'JSON pointer into the body, or the name of a parameter.' }),
  message: Type.String({ description: 'Never repeats what was sent.' })
})

/** RFC 9457. */
const problem = Type.Object(
  {
    type: Type.String({ description: 'Where the code is explained.' }),
    title: Type.String({ description: 'The same for every occurrence.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What is special about this occurrence.' }),
    code: Type.String({ description: 'Never changes its meaning: what programs go by.' }),
    errors: Type.Optional(Type.Array(fault, { description: 'Each thing that is wrong with the request.' }))
  },
  { title: 'Problem', description: 'Why a request was not carried out.' }
)

/** Options of @fastify/swagger. */
export function openapiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'AegisPay',
        version,
        description:
          'Payments through gateways, on Kafka. Amounts are integers in minor units. Every error is a problem document (RFC 9457) whose `code` is explained at [/errors](/errors).',
        license: { name: 'Apache 2.0', identifier: 'Apache-2.0' } as { name: string }
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key, `ak_<id>_<secret>`. What it has to be for stands at each operation: a scope of merchants’ keys, or the least role of a key of those who run the installation. For merchants, `viewer` may do what scopes that end in `:read` open, and `operator` what the others do.'
          }
        }
      }
    },
    transform: ({ schema, url }) => ({ schema: carrying(schema), url }),
    transformObject: document => {
      const { openapiObject } = document as { openapiObject: OpenApiDocument }
      for (const operations of Object.values(openapiObject.paths)) {
        for (const operation of Object.values(operations)) complete(operation)
      }
      hoistNamed(openapiObject)
      return openapiObject
    }
  }
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Record<string, Operation>>>
  readonly components: { schemas: Record<string, unknown> }
}

/** A route without a schema arrives as undefined, whatever the plugin's types say. */
function carrying(schema: FastifySchema | undefined = {}): FastifySchema {
  const { answers = {}, examples = {}, optionalBody = false } = schema
  const isOfReadModels = schema.madeOf !== undefined
  const described: Described = { answers, examples, optionalBody, isOfReadModels, codes: problemsOf(schema) }
  const headers = headersOf(schema)
  return Object.assign({ [CARRIER]: described }, schema, headers === undefined ? {} : { headers })
}

const merchantHeader = (whose: string) => ({
  [MERCHANT_HEADER]: Type.Optional(
    Type.String({ description: `The merchant that the request is for. ${whose}` })
  )
})

/** Where a merchant's key may be used, one of those who run the installation says for whom. */
function headersOf(schema: FastifySchema): FastifySchema['headers'] {
  const scope = scopeOf(schema)
  const { headers } = schema
  if (scope === undefined || scope === null || isKeyRole(scope)) return headers
  const properties = (headers as TObject | undefined)?.properties ?? {}
  const whose =
    schema.orOfAll === true
      ? 'With a key of those who run the installation the answer is of all merchants without it.'
      : 'A key of those who run the installation needs it; a merchant’s own may leave it out.'
  return Type.Object({ ...properties, ...merchantHeader(whose) })
}

/** Says of an operation what the plugin cannot know. */
function complete(operation: Operation): void {
  const described = operation[CARRIER]
  if (described === undefined) return
  delete operation['x-described']
  const { examples, optionalBody } = described
  for (const parameter of operation.parameters ?? []) {
    const given = named(examples, example => ofParameter(example, parameter))
    if (given !== undefined) parameter.examples = given
  }
  if (operation.requestBody !== undefined) {
    operation.requestBody.required = !optionalBody
    const bodies = named(examples, ({ body }) => body)
    for (const media of Object.values(operation.requestBody.content)) {
      if (bodies !== undefined) media.examples = bodies
    }
  }
  operation.responses = responsesOf(described)
}

function ofParameter({ params, query, headers }: Example, { name, in: place }: Parameter): unknown {
  const given = { path: params, query, header: headers }[place] ?? {}
  return Object.entries(given).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
}

/** The examples that have a value of a kind. */
function named(
  examples: Readonly<Record<string, Example>>,
  valueOf: (example: Example) => unknown
): NamedExamples | undefined {
  const entries = Object.entries(examples).flatMap(([name, example]) => {
    const value = valueOf(example)
    return value === undefined ? [] : [[name, { summary: example.summary, value }] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function responsesOf({ answers, codes, examples, isOfReadModels }: Described): Record<string, object> {
  const byStatus = Map.groupBy(codes, code => errors[code].status)
  const examplesAt = (status: number) => {
    const answered = Object.entries(examples).filter(([, example]) => example.status === status)
    const bodies = named(Object.fromEntries(answered), ({ answer }) => answer)
    return bodies === undefined ? {} : { examples: bodies }
  }
  const commonHeaders = renderHeaders({ ...everyHeader, ...(isOfReadModels ? freshnessHeaders : {}) }, false)
  const good = Object.entries(answers).map(([status, { description, schema, mediaType, headers }]) => [
    status,
    {
      description,
      headers: { ...commonHeaders, ...renderHeaders(headers ?? {}, true) },
      ...(schema === undefined
        ? {}
        : { content: { [mediaType ?? 'application/json']: { schema, ...examplesAt(Number(status)) } } })
    }
  ])
  const bad = [...byStatus].map(([status, possible]) => [
    String(status),
    {
      description: possible.map(code => `- [\`${code}\`](/errors#${code}): ${errors[code].title}`).join('\n'),
      headers: { ...renderHeaders(everyHeader, false), ...renderHeaders(problemHeaders[status] ?? {}, true) },
      content: { [PROBLEM_TYPE]: { schema: problemSchema(status, possible), ...examplesAt(status) } }
    }
  ])
  return Object.fromEntries([...good, ...bad]) as Record<string, object>
}

const problemSchema = (status: number, possible: readonly ErrorCode[]): object => ({
  allOf: [problem],
  properties: { status: { const: status }, code: { enum: possible } }
})

const renderHeaders = (headers: Readonly<Record<string, TSchema>>, required: boolean): object =>
  Object.fromEntries(
    Object.entries(headers).map(([name, { description, ...schema }]: [string, { description?: string }]) => [
      name,
      { description, required, schema }
    ])
  )

/** Puts each object that has a title among the components, under that name, and refers to it. */
function hoistNamed(document: OpenApiDocument): void {
  const { schemas } = document.components
  const hoisted = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(hoisted)
    const entries = Object.entries(value).map(([key, held]): [string, unknown] => [
      key,
      key === 'examples' ? held : hoisted(held)
    ])
    const copy: { title?: unknown; type?: unknown } = Object.fromEntries(entries)
    if (typeof copy.title !== 'string' || copy.type !== 'object') return copy
    schemas[copy.title] ??= copy
    return { $ref: `#/components/schemas/${copy.title}` }
  }
  for (const [path, operations] of Object.entries(document.paths)) {
    ;(document.paths as Record<string, unknown>)[path] = hoisted(operations)
  }
}
