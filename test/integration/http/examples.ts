// The examples of /openapi.json, as requests.
import type { Operation } from './contract.ts'

export interface ExampleRequest {
  /** With the parameters filled in, before they are encoded. */
  readonly pathValues: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** Undefined when the operation takes none. */
  readonly body: unknown
}

/** The names of all examples of an operation. */
export function examplesOf({ parameters = [], requestBody, responses }: Operation): string[] {
  const media = [requestBody, ...Object.values(responses)].flatMap(part => Object.values(part?.content ?? {}))
  return [...new Set([...parameters, ...media].flatMap(({ examples = {} }) => Object.keys(examples)))]
}

/** What an example sends, without the key that it is sent with. */
export function exampleRequest({ parameters = [], requestBody }: Operation, name: string): ExampleRequest {
  const at = (place: string) =>
    Object.fromEntries(
      parameters.flatMap(parameter => {
        const value = parameter.examples?.[name]?.value
        return parameter.in !== place || value === undefined ? [] : [[parameter.name, value as string]]
      })
    )
  const body = requestBody?.content['application/json']?.examples?.[name]?.value
  return { pathValues: at('path'), query: at('query'), headers: at('header'), body }
}

/** The path of an operation with its parameters, each already encoded. */
export const pathOf = ({ path }: Operation, values: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => values[parameter]!)
