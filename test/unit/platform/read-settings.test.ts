import { expect, test } from '@jest/globals'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings, SettingsError } from '../../../src/platform/config/read-settings.ts'
import { kafkaConnection } from '../../../src/platform/config/kafka-connection.ts'
import type { Setting } from '../../../src/platform/config/setting.ts'
import { settingsTable, type SettingsGroup } from '../../../src/platform/config/settings.ts'

const addresses = {
  AEGISPAY_KAFKA_BROKERS: 'one:9092, two:9092',
  AEGISPAY_SCHEMA_REGISTRY_URL: 'http://registry:8081',
  AEGISPAY_POSTGRES_URL: 'postgres://u:hunter2@db/aegispay',
  AEGISPAY_REDIS_URL: 'redis://cache:6379'
}
const served: SettingsGroup[] = [
  'kafka',
  'schemaRegistry',
  'postgres',
  'redis',
  'http',
  'topics',
  'processing',
  'log'
]
const read = (env: Record<string, string>) => readSettings(served, { ...addresses, ...env })

function problemsOf(env: Record<string, string>, groups = served): string[] {
  try {
    readSettings(groups, env)
    return []
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.message.split('\n')
  }
}

function fileOf(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'settings-')), 'value')
  writeFileSync(path, content)
  return path
}

test('parses addresses and fills in defaults', () => {
  const settings = read({})
  expect(settings.kafka.brokers).toEqual(['one:9092', 'two:9092'])
  expect(settings.http).toMatchObject({ host: '127.0.0.1', port: 8080, answerWaitMs: 10_000 })
  expect(settings.http.trustedProxies).toBeNull()
  expect(settings.topics).toEqual({ prefix: '', partitions: 4, replicationFactor: null, minIsr: null })
})

test('is frozen', () => {
  const settings = read({})
  expect(Object.isFrozen(settings)).toBe(true)
  expect(Object.isFrozen(settings.kafka)).toBe(true)
  expect(Object.isFrozen(settings.kafka.brokers)).toBe(true)
})

test('names everything that is missing at once', () => {
  expect(problemsOf({}, ['kafka', 'postgres'])).toEqual([
    'AEGISPAY_KAFKA_BROKERS must be given',
    'AEGISPAY_POSTGRES_URL must be given'
  ])
})

test('takes an empty variable for one that is left out', () => {
  expect(read({ AEGISPAY_HTTP_PORT: '' }).http.port).toBe(8080)
})

test('asks only for the groups that are wanted', () => {
  expect(readSettings(['topics'], {}).topics.partitions).toBe(4)
})

test('reports a variable that is not a setting, with the nearest name that is', () => {
  expect(problemsOf({ ...addresses, AEGISPAY_HTTP_PROT: '80' })).toEqual([
    'AEGISPAY_HTTP_PROT is not a setting: did you mean AEGISPAY_HTTP_PORT?'
  ])
})

test.each([
  'AEGISPAY_SANDBOX_PORT',
  'AEGISPAY_SANDBOX_DATA',
  'AEGISPAY_SANDBOX_HOST',
  'AEGISPAY_SANDBOX_LATENCY_MS',
  'AEGISPAY_TEST_STACK',
  'AEGISPAY_LAUNCHER_PID',
  'AEGISPAY_SANDBOX_URL'
])('leaves %s to the program it belongs to', name => {
  expect(problemsOf({ ...addresses, [name]: 'anything' })).toEqual([])
})

test.each([
  ['AEGISPAY_HTTP_PORT', '65536', 'must be an integer from 0 to 65535'],
  ['AEGISPAY_HTTP_PORT', '80a', 'must be an integer from 0 to 65535'],
  ['AEGISPAY_KAFKA_TLS', 'yes', 'must be true or false'],
  ['AEGISPAY_LOG_LEVEL', 'loud', 'must be one of fatal, error, warn, info, debug, trace, silent'],
  ['AEGISPAY_PARTITIONS', '0', 'must be an integer from 1 to 1000']
])('refuses %s=%s', (name, value, expectation) => {
  expect(problemsOf({ ...addresses, [name]: value })).toEqual([
    `${name} is not valid: "${value}" ${expectation}`
  ])
})

test('never shows the value of a secret', () => {
  const [problem] = problemsOf({ ...addresses, AEGISPAY_POSTGRES_URL: 'mysql://u:hunter2@db' })
  expect(problem).toMatch(/^AEGISPAY_POSTGRES_URL is not valid: its value /)
  expect(problem).not.toContain('hunter2')
})

test('takes a secret from a file, without the newline at its end', () => {
  const { AEGISPAY_POSTGRES_URL: url, ...rest } = addresses
  const settings = readSettings(served, { ...rest, AEGISPAY_POSTGRES_URL_FILE: fileOf(`${url}\n`) })
  expect(settings.postgres.url).toBe(url)
})

test('refuses a secret that is given twice', () => {
  expect(problemsOf({ ...addresses, AEGISPAY_REDIS_URL_FILE: fileOf('redis://other') })).toEqual([
    'AEGISPAY_REDIS_URL and AEGISPAY_REDIS_URL_FILE are both given: leave one out'
  ])
})

test('says of a file that cannot be read which variable names it', () => {
  expect(
    problemsOf({ ...addresses, AEGISPAY_KAFKA_TLS: 'true', AEGISPAY_KAFKA_TLS_CA_FILE: '/none' })
  ).toEqual(['AEGISPAY_KAFKA_TLS_CA_FILE names a file that cannot be read (ENOENT)'])
})

test.each([
  [
    { AEGISPAY_TRANSACTION_TIMEOUT_MS: '6000' },
    /TRANSACTION_TIMEOUT_MS must be less than .*SESSION_TIMEOUT_MS/
  ],
  [{ AEGISPAY_REPLICATION_FACTOR: '1', AEGISPAY_MIN_ISR: '2' }, /MIN_ISR must not be more than/],
  [{ AEGISPAY_KAFKA_SASL_MECHANISM: 'plain' }, /must be given together/],
  [{ AEGISPAY_KAFKA_TLS_CA_FILE: import.meta.filename }, /need AEGISPAY_KAFKA_TLS=true/],
  [
    { AEGISPAY_KAFKA_TLS: 'true', AEGISPAY_KAFKA_TLS_CERT_FILE: import.meta.filename },
    /must be given together/
  ]
] as const)('refuses settings that do not fit each other: %j', (env, rule) => {
  expect(problemsOf({ ...addresses, ...env })).toEqual([expect.stringMatching(rule)])
})

test('passes TLS and SASL on to the Kafka client', () => {
  const { kafka } = read({
    AEGISPAY_KAFKA_TLS: 'true',
    AEGISPAY_KAFKA_TLS_CA_FILE: fileOf('authority'),
    AEGISPAY_KAFKA_SASL_MECHANISM: 'scram-sha-512',
    AEGISPAY_KAFKA_SASL_USERNAME: 'me',
    AEGISPAY_KAFKA_SASL_PASSWORD: 'secret'
  })
  expect(kafkaConnection(kafka)).toMatchObject({
    ssl: { ca: 'authority' },
    sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'secret' }
  })
})

test('every setting has a name of its own', () => {
  const groups: Record<string, Setting>[] = Object.values(settingsTable)
  const names = groups.flatMap(group => Object.values(group).map(({ env }) => env))
  expect(new Set(names).size).toBe(names.length)
})
