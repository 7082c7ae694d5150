import { beforeAll, expect, jest, test } from '@jest/globals'
import type { GroupLag } from '../../../src/lag/lag-of-groups.ts'
import { views } from '../../../src/projections/index.ts'
import { App, eventually, payment, type Worker } from '../app.ts'
import { produce } from '../payments/topic.ts'
import { aegispay, documents } from './command-line.ts'

jest.setTimeout(120_000)

const PARTITIONS = 2
const KEY = 'pay_nobody'
/** Topics of those whose positions are in the database: the read models, and the intake of webhooks. */
const IN_POSTGRES = [...views.map(({ topic }) => topic), 'events']

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'lag', partitions: PARTITIONS })
}, 60_000)

async function lag() {
  const ended = await aegispay(app.settings, 'lag', '--json')
  const groups = new Map(documents<GroupLag>(ended).map(group => [group.group, group]))
  const of = (name: string) => groups.get(`${app.settings['AEGISPAY_PREFIX']}${name}`)!
  return { ...ended, groups: [...groups.values()], of }
}

test('a group that does not exist is told, and the exit code is 1', async () => {
  const { code, stderr, groups, of } = await lag()
  expect(code).toBe(1)
  expect(groups).toHaveLength(2 + IN_POSTGRES.length)
  expect(of('processor')).toMatchObject({ state: 'Dead', members: 0, lag: 0 })
  expect(of('processor').partitions[0]).toMatchObject({ position: null, owner: null })
  expect(stderr).toContain('processor: the group has no members')
})

test('every partition shows the position that its role really goes on from, and the member that has it', async () => {
  worker = await app.start()
  const { status } = await app.request(worker, 'POST', '/v1/payments', { key: 'one', body: payment() })
  expect(status).toBe(201)
  const { of, groups } = await eventually(async () => {
    const shown = await lag()
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.groups.map(group => group.lag)).toEqual(Array(2 + IN_POSTGRES.length).fill(0))
    return shown
  })
  const places = groups.map(group => [group.positionsIn, group.partitions.length])
  const own = IN_POSTGRES.map(topic => ['PostgreSQL', topic === 'control' ? 1 : PARTITIONS])
  expect(places).toEqual([['changelog', 2 * PARTITIONS], ['group', PARTITIONS], ...own])
  const commands = of('processor').partitions.filter(({ topic }) => topic === app.topics.commands)
  expect(commands.filter(({ position, end }) => position === 1 && end === 1)).toHaveLength(1)
  for (const { partitions } of groups)
    for (const { owner, host } of partitions) {
      expect(owner).toMatch(/^aegispay-/)
      expect(host).toBe('127.0.0.1')
    }
  const { stdout } = await aegispay(app.settings, 'lag')
  expect(stdout).toContain('POSITIONS IN')
  expect(stdout).toMatch(new RegExp(`^${of('gateway').group} +${app.topics.gatewayRequests} +0 `, 'm'))
})

test('what nobody has dealt with counts, whatever role it waits for', async () => {
  await worker.end('SIGTERM')
  const records = [0, 0, 1].map(partition => ({ key: KEY, value: 'x', partition }))
  await produce(app.kafka, app.topics.commands, records)
  await produce(app.kafka, app.topics.events, records.slice(2))
  const { code, of } = await lag()
  expect(code).toBe(1)
  expect(of('processor')).toMatchObject({ members: 0, lag: 3 })
  expect(of('projection.payments')).toMatchObject({ lag: 1 })
  expect(of('gateway')).toMatchObject({ lag: 0 })
})

test('a database that is down takes only the positions away that it has', async () => {
  const { code, stdout, stderr } = await aegispay(
    { ...app.settings, AEGISPAY_POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/none' },
    ...['lag', '--json']
  )
  expect(code).toBe(1)
  expect(stderr).toContain('the positions in the PostgreSQL cannot be read')
  const groups = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as GroupLag)
  expect(groups.map(group => group.lag)).toEqual([3, 0, ...IN_POSTGRES.map(() => null)])
})
