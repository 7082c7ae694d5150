import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { nearest } from './nearest.ts'
import { relations } from './relations.ts'
import type { Setting } from './setting.ts'
import { foreignVariables, settingsTable, type Settings, type SettingsGroup } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** One line for each thing that is wrong with the settings; never shows the value of a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

const groups = Object.entries(settingsTable) as [SettingsGroup, Record<string, Setting>][]
const known = groups.flatMap(([, settings]) => Object.values(settings))
const knownNames = known.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env]))

/**
 * Reads the named groups of settings from the environment: the only place where it is read. Variables of other groups
 * are recognised but not looked at; one that is not known at all is an error, since a misspelt setting would be silently
 * without effect.
 *
 * @throws SettingsError naming everything that is wrong, not just the first
 */
export function readSettings<G extends SettingsGroup>(
  wanted: readonly G[],
  env: Environment = process.env
): Pick<Settings, G> {
  const problems = unknownVariables(env)
  const settings: Record<string, Record<string, unknown>> = {}
  for (const [group, entries] of groups) {
    if (!(wanted as readonly string[]).includes(group)) continue
    const values = Object.entries(entries).map(([name, setting]) => [name, read(setting, env, problems)])
    settings[group] = Object.freeze(Object.fromEntries(values) as Record<string, unknown>)
  }
  if (problems.length === 0) {
    const broken = relations.filter(({ holds }) => !holds(settings as Partial<Settings>))
    problems.push(...broken.map(({ rule }) => rule))
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return Object.freeze(settings) as Pick<Settings, G>
}

function unknownVariables(env: Environment): string[] {
  return Object.keys(env)
    .filter(name => name.startsWith('AEGISPAY_') && !knownNames.includes(name))
    .filter(name => !foreignVariables.some(foreign => foreign.test(name)))
    .map(name => `${name} is not a setting: did you mean ${nearest(name, knownNames)}?`)
}

/** The parsed value; undefined after a problem was noted. */
function read(setting: Setting, env: Environment, problems: string[]): unknown {
  try {
    const given = givenText(setting, env) ?? setting.default
    if (given === undefined) throw new Error('must be given')
    return given === null ? null : parse(setting, given)
  } catch (error) {
    problems.push(`${setting.env} ${(error as Error).message}`)
    return undefined
  }
}

function givenText({ env: name, secret, file }: Setting, env: Environment): string | undefined {
  // An empty variable is how compose files and shells leave one out.
  const value = env[name] === '' ? undefined : env[name]
  if (file) return value === undefined ? undefined : contentOf(value)
  const path = secret ? env[`${name}_FILE`] : undefined
  if (path === undefined || path === '') return value
  if (value !== undefined) throw new Error(`and ${name}_FILE are both given: leave one out`)
  // Editors and secret managers end files with a newline.
  return contentOf(path).replace(/\r?\n$/, '')
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`names a file that cannot be read (${String((error as NodeJS.ErrnoException).code)})`, {
      cause: error
    })
  }
}

function parse(setting: Setting, given: string): unknown {
  const value = fromText(setting, given)
  if (Value.Check(setting.schema, value)) {
    if (Array.isArray(value)) Object.freeze(value)
    return value
  }
  const [fault] = Value.Errors(setting.schema, value)
  const shown = setting.secret || setting.file ? 'its value' : JSON.stringify(given)
  throw new Error(`is not valid: ${shown} ${expectation(setting) ?? fault?.message ?? ''}`.trimEnd())
}

function fromText({ schema }: Setting, given: string): unknown {
  const { type } = schema as { type?: string }
  if (type === 'integer') return /^-?\d{1,15}$/.test(given) ? Number(given) : given
  if (type === 'boolean') return given === 'true' ? true : given === 'false' ? false : given
  if (type === 'array') return given.split(',').map(item => item.trim())
  return given
}

/** What the value should have been, in words. */
function expectation({ schema }: Setting): string | null {
  const {
    type,
    minimum,
    maximum,
    enum: options
  } = schema as {
    type?: string
    minimum?: number
    maximum?: number
    enum?: string[]
  }
  if (type === 'integer') return `must be an integer from ${String(minimum)} to ${String(maximum)}`
  if (type === 'boolean') return 'must be true or false'
  if (options !== undefined) return `must be one of ${options.join(', ')}`
  return null
}
