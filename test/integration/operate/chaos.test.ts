import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { ChaosReport } from '../../../src/chaos/run.ts'
import { App, eventually, type Worker } from '../app.ts'
import { aegispay, begin, type Ended } from './command-line.ts'

jest.setTimeout(240_000)

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'examples', 'chaos')
const folder = mkdtempSync(join(tmpdir(), 'aegispay-chaos-'))

let app: App
let worker: Worker
let keys: string

beforeAll(async () => {
  app = await App.create({
    name: 'chaos',
    partitions: 2,
    profile: () => ({ callTimeoutMs: 1_000, sendWithinMs: 4_000, breaker: { coolDownMs: 1_000 } }),
    payments: { attempts: 20, firstLookUpMs: 500, greatestLookUpMs: 2_000, firstRetryMs: 200 }
  })
  worker = await app.start()
  keys = join(folder, 'keys.json')
  writeFileSync(keys, JSON.stringify({ apiKey: app.apiKey, adminKey: app.adminKey }))
})

afterAll(() => rmSync(folder, { recursive: true }))

const scenario = (changes: object) => ({
  ...{ name: 'tried', description: 'The best gateway fails.' },
  load: { perSecond: 5, forMs: 4_000 },
  faults: [{ gateway: 'sandbox-alpha', fromMs: 500, forMs: 2_000, fault: { errorShare: 1 } }],
  hypothesis: { approvalShare: 1, settledWithinMs: 120_000 },
  ...changes
})

function written(document: unknown): string {
  const file = join(folder, 'scenario.json')
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document))
  return file
}

const optionsFor = (url: string) => ['--url', url, '--keys', keys]
const run = (document: unknown): Promise<Ended> =>
  aegispay(app.settings, 'chaos', 'run', written(document), '--json', ...optionsFor(worker.url))

const reportIn = ({ stdout }: Ended) => JSON.parse(stdout) as Exclude<ChaosReport, { verdict: 'skipped' }>
const faultAt = async (gateway: string): Promise<unknown> =>
  ((await (await fetch(`${app.sandboxUrl}/gateways/${gateway}/faults`)).json()) as { fault: unknown }).fault

test('a hypothesis that holds is told as such, with what was seen, and the fault is over', async () => {
  const ended = await run(scenario({}))
  expect([ended.stderr, ended.code]).toEqual([expect.stringContaining('tried: holds'), 0])
  const { verdict, checks, figures } = reportIn(ended)
  expect([verdict, checks.filter(({ holds }) => !holds)]).toEqual(['holds', []])
  expect(figures).toMatchObject({ asked: 20, accepted: 20, statuses: { COMPLETED: 20 } })
  expect(Object.values(figures.charges).reduce((sum, count) => sum + count, 0)).toBe(20)
  expect(await faultAt('sandbox-alpha')).toBeNull()
})

test('a hypothesis that cannot hold fails, with the check that found it', async () => {
  const load = { perSecond: 5, forMs: 2_000, token: 'tok_declined' }
  const ended = await run(scenario({ load, faults: [] }))
  expect(ended.code).toBe(1)
  const failed = reportIn(ended).checks.filter(({ holds }) => !holds)
  expect(failed.map(({ what }) => what)).toEqual(['share charged'])
})

test.each([
  ['{"name":', 'is no JSON'],
  [scenario({ load: { perSecond: 0, forMs: 10 } }), '/load/perSecond'],
  [scenario({ hypothesis: { p95: 4, settledWithinMs: 1 } }), '/hypothesis'],
  [
    scenario({ faults: [{ gateway: 'g', fromMs: 9_000, forMs: 1, fault: { latencyMs: 1 } }] }),
    '/faults/0/fromMs'
  ],
  [scenario({ faults: [{ gateway: 'nobody', fromMs: 0, forMs: 1, fault: { latencyMs: 1 } }] }), 'no profile']
])('what is no scenario is refused with a path and a reason: %j', async (document, reason) => {
  const ended = await run(document)
  expect([ended.code, ended.stdout, ended.stderr]).toEqual([2, '', expect.stringContaining(reason)])
})

test('a scenario that cuts is skipped where there is no Toxiproxy', async () => {
  const document = scenario({ faults: [{ proxy: 'kafka', fromMs: 0, forMs: 100 }] })
  const file = written(document)
  const options = ['--toxiproxy', 'http://127.0.0.1:9', ...optionsFor(worker.url)]
  const ended = await aegispay(app.settings, 'chaos', 'run', file, ...options)
  expect([ended.code, ended.stdout]).toEqual([3, expect.stringContaining('skipped: no Toxiproxy answers')])
})

test('nothing is done to what is not on this machine, or is no sandbox', async () => {
  const away = await aegispay({}, 'chaos', 'run', written(scenario({})), ...optionsFor('https://pay.example'))
  expect([away.code, away.stderr]).toEqual([2, expect.stringContaining('not on this machine')])
  await app.changeProfiles(({ id, url }) => ({
    url: id === 'sandbox-gamma' ? 'https://gateway.example/gateways/sandbox-gamma' : url
  }))
  const ended = await run(scenario({}))
  expect([ended.code, ended.stderr]).toEqual([
    2,
    expect.stringContaining('sandbox-gamma is at gateway.example')
  ])
  await app.changeProfiles(({ id }) => ({ url: `${app.sandboxUrl}/gateways/${id}` }))
})

test('an interrupted run takes its faults back', async () => {
  const faults = [{ gateway: 'sandbox-beta', fromMs: 0, forMs: 60_000, fault: { latencyMs: 5 } }]
  const file = written(scenario({ load: { perSecond: 1, forMs: 60_000 }, faults }))
  const begun = begin(app.settings, 'chaos', 'run', file, '--json', ...optionsFor(worker.url))
  await eventually(async () => expect(await faultAt('sandbox-beta')).not.toBeNull())
  begun.interrupt()
  const ended = await begun.ended
  expect([ended.code, reportIn(ended).verdict]).toEqual([130, 'interrupted'])
  expect(await faultAt('sandbox-beta')).toBeNull()
})

test('the examples are scenarios, and are listed', async () => {
  const { code, stdout } = await aegispay({}, 'chaos', 'list')
  expect(code).toBe(0)
  for (const name of ['brown-out', 'latency', 'timeout-after-charge', 'flapping', 'all-down', 'kafka-cut']) {
    expect(stdout).toContain(name)
    expect(JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), 'utf8'))).toMatchObject({ name })
  }
})
