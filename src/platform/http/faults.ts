import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import type { Fault } from '../../errors.ts'

const MAX_FAULTS = 20
/** Characters of a list of allowed values that helps more than it hides. */
const MAX_LIST = 200
/** A name that is repeated in a message: what people call things, not what hides data in a name. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z_]{0,39}$/

/** What a schema found wrong, without repeating any value that was sent. */
export function faultsIn(validation: readonly FastifySchemaValidationError[]): Fault[] {
  // What has several forms is told them all at once, and not what is wrong by each.
  const choices = new Set(validation.filter(({ keyword }) => keyword === 'anyOf').map(pathOf))
  const seen = new Set<string>()
  return validation
    .filter(({ keyword }) => keyword !== 'propertyNames')
    .filter(error => error.keyword === 'anyOf' || !choices.has(pathOf(error)))
    .map(error => ({ path: pathOf(error), message: messageOf(error) }))
    .filter(({ path, message }) => {
      const key = `${path} ${message}`
      return !seen.has(key) && seen.add(key)
    })
    .slice(0, MAX_FAULTS)
}

/** Whether the schema met a property that it does not have. */
export const unknownProperties = (validation: readonly FastifySchemaValidationError[]): boolean =>
  validation.some(({ keyword }) => keyword === 'additionalProperties')

/** A JSON pointer to what is wrong, or to what is missing. */
export function pathOf({ instancePath, params }: FastifySchemaValidationError): string {
  const { missingProperty, additionalProperty } = params
  const last = missingProperty ?? additionalProperty
  const parts = instancePath.split('/').slice(1)
  if (typeof last === 'string') parts.push(last)
  return parts.map(part => `/${PLAIN_NAME.test(part) ? part : '*'}`).join('')
}

/** What a validator that is verbose adds. */
interface WithSchema {
  readonly parentSchema?: { readonly description?: string }
}

function messageOf(error: FastifySchemaValidationError & WithSchema): string {
  const { keyword, params, message, parentSchema } = error
  switch (keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
      return 'is not known'
    case 'enum':
      return `is not one of the allowed values${listed(params.allowedValues)}`
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`
    case 'pattern':
    case 'anyOf':
      return `does not have the right form${said(parentSchema?.description)}`
    case 'format':
      return params.format === 'date-time' ? 'is no time such as 2026-01-31T12:00:00Z' : message!
    default:
      // The rest of the messages are made of the schema alone.
      return message ?? 'is not valid'
  }
}

function listed(values: unknown): string {
  const list = Array.isArray(values) ? values.join(', ') : ''
  return list === '' || list.length > MAX_LIST ? '' : `: ${list}`
}

/** A description says what is allowed. */
const said = (description: string | undefined): string =>
  description === undefined ? '' : `: ${description.replace(/\.$/, '')}`
