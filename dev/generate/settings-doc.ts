import type { Setting } from '../../src/platform/config/setting.ts'
import { settingsTable } from '../../src/platform/config/settings.ts'

const TITLES: Record<keyof typeof settingsTable, string> = {
  kafka: 'Kafka',
  schemaRegistry: 'Schema registry',
  postgres: 'PostgreSQL',
  redis: 'Redis',
  http: 'HTTP',
  topics: 'Topics',
  processing: 'Processing',
  webhooks: 'Webhooks',
  mail: 'Mails to customers',
  gateways: 'Gateways',
  hooks: 'Hooks',
  audit: 'Audit trail',
  log: 'Log',
  tracing: 'Tracing',
  demo: 'Demo data'
}

/** Renders every setting as a page for people. */
export function renderSettings(): string {
  const groups = Object.entries(settingsTable) as [keyof typeof settingsTable, Record<string, Setting>][]
  return [
    '<!-- Generated from src/platform/config/settings.ts by `npm run generate`. Do not edit. -->',
    '# Settings',
    'Settings are environment variables. They are read once, when a command starts, and checked all together; a variable that begins with `AEGISPAY_` and is not a setting is an error. An empty variable counts as left out. A secret can also be put into a file: name it in the variable with `_FILE` appended.',
    ...groups.flatMap(([group, settings]) => [`## ${TITLES[group]}`, ...Object.values(settings).map(render)]),
    ''
  ].join('\n\n')
}

function render(setting: Setting): string {
  const { env, unit, secret, doc } = setting
  const facts = [defaultOf(setting), ...(unit === undefined ? [] : [unit]), ...(secret ? ['secret'] : [])]
  return `### \`${env}\`\n\n${facts.join(', ')}\n\n${doc}`
}

function defaultOf({ default: value }: Setting): string {
  if (value === undefined) return 'Must be given'
  if (value === null) return 'May be left out'
  return value === '' ? 'Default: empty' : `Default: \`${value}\``
}
