// The types by which the console calls the API: of the paths that its sources name, so that what is changed elsewhere
// changes nothing here, and a path that is not there does not compile.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { describeApi } from './api-document.ts'

const sources = join(import.meta.dirname, '..', '..', 'console', 'src')
const PATH = /'(\/v1\/[^']+)'/g

type Operation = Record<'responses', Record<string, object>>
interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object> }
}

/** Renders the types of the paths and of the schemas that these refer to. */
export async function renderConsoleTypes(): Promise<string> {
  const document = (await describeApi()) as Document
  const named = namedPaths()
  const paths = Object.fromEntries(
    Object.entries(document.paths)
      .filter(([path]) => named.has(path))
      .map(([path, operations]) => [path, bare(withProblems(operations))])
  )
  const schemas = reachable(paths, document.components.schemas)
  const rendered = await openapiTS({
    ...{ openapi: '3.1.0', info: { title: 'AegisPay', version: '0' } },
    ...{ paths, components: { schemas } }
  } as unknown as OpenAPI3)
  return `// Generated from the descriptions of the routes by \`npm run generate\`. Do not edit.\n\n${astToString(rendered)}`
}

function namedPaths(): Set<string> {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    name => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')
  )
  return new Set(
    files.flatMap(name =>
      [...readFileSync(join(sources, name), 'utf8').matchAll(PATH)].map(([, path]) => path!)
    )
  )
}

/** Every status that is no success is a problem document, told apart by its code. */
const withProblems = (operations: Record<string, Operation>): object =>
  Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [
      method,
      {
        ...operation,
        responses: {
          ...Object.fromEntries(
            Object.entries(operation.responses).filter(([status]) => Number(status) < 400)
          ),
          default: {
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
          }
        }
      }
    ])
  )

/** Without what is for people, and without the headers of answers. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, held]) => !isForPeople(key, held))
      .map(([key, held]) => [key, bare(held)])
  )
}

/** A property of a body may be called as these are; it is then described by an object. */
const isForPeople = (key: string, held: unknown): boolean =>
  (['description', 'summary'].includes(key) && typeof held === 'string') ||
  (['examples', 'headers'].includes(key) && !isSchema(held))

const isSchema = (held: unknown): boolean =>
  typeof held === 'object' && held !== null && ('type' in held || '$ref' in held || 'anyOf' in held)

function reachable(from: unknown, schemas: Record<string, object>): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  const waiting = [from]
  for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found[name!] !== undefined) continue
      found[name!] = bare(schemas[name!])
      waiting.push(found[name!])
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))
}
