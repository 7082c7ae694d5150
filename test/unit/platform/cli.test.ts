import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import packageJson from '../../../package.json' with { type: 'json' }
import { topics } from '../../../src/topics.ts'

const entry = join(import.meta.dirname, '../../../bin/aegispay.js')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = (args: string[], env: Record<string, string> = {}) =>
  new Promise<Ended>(resolve => {
    execFile(process.execPath, [entry, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    )
  })

test('says its version', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` })
})

test('helps', async () => {
  const { code, stdout } = await run(['--help'])
  expect(code).toBe(0)
  for (const command of ['start', 'setup', 'seed', 'topics', 'control', 'keys', 'lag', 'dlq'])
    expect(stdout).toContain(command)
})

test('shows the schema of a kind of control data, with no service to ask', async () => {
  const { code, stdout } = await run(['control', 'schema', 'limits'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ $id: 'urn:aegispay:control:limits' })
})

test('shows every topic under its name on the cluster, with no service to ask', async () => {
  const { code, stdout } = await run(['topics'], { AEGISPAY_PREFIX: 'eu-', AEGISPAY_PARTITIONS: '24' })
  expect(code).toBe(0)
  for (const { name, why } of Object.values(topics)) {
    expect(stdout).toContain(`eu-${name} `)
    expect(stdout).toContain(why)
  }
  expect(stdout).toMatch(/^eu-payments\.commands +payment id +24 +7 days +/m)
})

test.each<[string, string[], Record<string, string>, string]>([
  ['an unknown command', ['fly'], {}, "unknown command 'fly'"],
  ['an unknown role', ['start', '--role', 'ingress,pilot'], {}, 'There is no role "pilot".'],
  ['missing settings', ['start'], {}, 'aegispay: AEGISPAY_KAFKA_BROKERS must be given'],
  ['a misspelt setting', ['topics'], { AEGISPAY_PREFFIX: 'x' }, 'did you mean AEGISPAY_PREFIX?'],
  ['an unknown kind', ['control', 'list', 'wishes'], {}, 'Allowed choices are merchants'],
  [
    'an admin key with a merchant',
    ['keys', 'create', '--admin', '--merchant', 'm'],
    {},
    'cannot be used with'
  ],
  ['an overlap that is none', ['keys', 'rotate', 'k', '--overlap', 'soon'], {}, 'It must be 0 to'],
  ['a seed that is not said to be a demo', ['seed'], {}, '--demo']
])('ends with 2 after %s', async (_, args, env, message) => {
  const { code, stdout, stderr } = await run(args, env)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('    at ')
})
