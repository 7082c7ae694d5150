// What /openapi.json promises, to hold answers against.
import SwaggerParser from '@apidevtools/swagger-parser'
import { Compile } from 'typebox/schema'

type Named<T> = Readonly<Record<string, T>>

export interface NamedExample {
  readonly value: unknown
}
export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly schema: JsonSchema
  readonly examples?: Named<NamedExample>
}
interface Media {
  readonly schema: JsonSchema
  readonly examples?: Named<NamedExample>
}
interface DocumentedAnswer {
  readonly description: string
  readonly headers: Named<{ readonly required: boolean }>
  readonly content?: Named<Media>
}
export interface Operation {
  readonly method: string
  /** With parameters in braces. */
  readonly path: string
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  /** Absent where no API key is asked for. */
  readonly security?: readonly { readonly apiKey: readonly string[] }[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Named<Media> }
  readonly responses: Named<DocumentedAnswer>
}

export interface JsonSchema {
  readonly type?: string
  readonly properties?: Named<JsonSchema>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly allOf?: readonly JsonSchema[]
  readonly [keyword: string]: unknown
}

export interface GivenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The text. */
  readonly body: string
}

export class Contract {
  /** In the order of the document. */
  readonly operations: readonly Operation[]

  private constructor(operations: readonly Operation[]) {
    this.operations = operations
  }

  /** @throws when the document is not valid OpenAPI. */
  static async of(document: object): Promise<Contract> {
    const parsed = await new SwaggerParser().validate(structuredClone(document) as never)
    const paths = parsed.paths as unknown as Named<Named<Omit<Operation, 'method' | 'path'>>>
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path
      }))
    )
    return new Contract(operations)
  }

  find(method: string, url: string): Operation | undefined {
    const [path] = url.split('?')
    const form = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return this.operations.find(operation => operation.method === method && form(operation.path).test(path!))
  }
}

/** What an answer is that the document does not say it can be; empty when it says so. */
export function deviations({ responses }: Operation, { status, headers, body }: GivenAnswer): string[] {
  const documented = responses[String(status)]
  if (documented === undefined) return [`the status ${status} is not documented`]
  const missing = Object.entries(documented.headers)
    .filter(([name, { required }]) => required && headers[name.toLowerCase()] === undefined)
    .map(([name]) => `the header ${name} is missing`)
  return [...missing, ...bodyDeviations(documented, String(headers['content-type']), body)]
}

function bodyDeviations({ content }: DocumentedAnswer, type: string, body: string): string[] {
  if (content === undefined) return body === '' ? [] : ['a body is not documented']
  const media = content[type.split(';')[0]!]
  if (media === undefined) return [`the type ${type} is not documented`]
  const value: unknown = type.startsWith('text/') ? body : JSON.parse(body)
  const [, faults] = Compile(closed(media.schema)).Errors(value)
  return faults.map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** As strict as answers are here: callers must bear what a newer version adds, but nothing may be left unsaid. */
function closed(schema: JsonSchema): JsonSchema {
  const { allOf = [], ...own } = schema
  const { properties, items, ...rest } = Object.assign({}, ...allOf, own, {
    properties: Object.assign({}, ...allOf.map(({ properties }) => properties), own.properties) as object
  }) as JsonSchema
  const named = Object.entries(properties!).map(([name, held]) => [name, closed(held)])
  return {
    ...rest,
    ...(named.length === 0 ? {} : { properties: Object.fromEntries(named) as Named<JsonSchema> }),
    ...(items === undefined ? {} : { items: closed(items) }),
    ...(named.length === 0 ? {} : { additionalProperties: rest.additionalProperties ?? false })
  }
}
