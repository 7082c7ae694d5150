// Policies, what they learn, and why a payment went where it went, on processes of their own.
import { beforeAll, expect, test } from '@jest/globals'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RoutingReport } from '../../../src/replay/routing/tally.ts'
import { aegispay } from '../operate/command-line.ts'
import { App, eventually, payment, type Worker } from '../app.ts'
import { expectExactlyOnce, load } from './load.ts'
import { decodeAll } from './topic.ts'

let app: App
let front: Worker

beforeAll(async () => {
  app = await App.create({ name: 'routing' })
  ;[front] = await Promise.all([
    app.start('ingress', 'query', 'admin', 'projector'),
    app.start('processor'),
    app.start('processor'),
    app.start('gateway')
  ])
}, 90_000)

/** Writes the policy; resolves with its version. */
async function rule(policy: { readonly id: string }): Promise<string> {
  const url = `/v1/admin/routing-policies/${policy.id}`
  const held = await app.request(front, 'GET', url, { apiKey: app.adminKey })
  const etag = held.headers.get('etag')
  const answer = await app.request(front, 'PUT', url, {
    ...{ apiKey: app.adminKey, body: policy },
    headers: etag === null ? { 'if-none-match': '*' } : { 'if-match': etag }
  })
  expect(answer.body).toEqual(policy)
  return answer.headers.get('etag')!.replaceAll('"', '')
}

const selections = async () =>
  (await decodeAll(app.kafka, app.topics.events, app.codec)).flatMap(({ name, value }) =>
    name === 'aegispay.events.GatewaySelected' ? [value] : []
  )

test('a policy that is changed under load is followed, and every payment is charged once', async () => {
  const versions = new Map<string, string>()
  const accepted = await load(app, front, 'changed', async () => {
    for (const gateway of ['sandbox-gamma', 'sandbox-alpha', 'sandbox-gamma', 'sandbox-alpha']) {
      versions.set(
        await rule({ id: 'default', rules: [{ name: 'only', prefer: [gateway] }] } as never),
        gateway
      )
      const before = (await selections()).length
      await eventually(async () => expect((await selections()).length).toBeGreaterThan(before + 20))
    }
  })
  await expectExactlyOnce(app, accepted)
  const chosen = await selections()
  for (const { policyId, policyVersion, gateway, decidedBy } of chosen) {
    if (policyId === 'by-priority') continue
    expect([gateway, decidedBy]).toEqual([versions.get(policyVersion), 'rule:only'])
  }
  expect(new Set(chosen.map(({ policyVersion }) => policyVersion)).size).toBeGreaterThanOrEqual(4)
}, 120_000)

test('what gateways approve is told by every owner, learnt by all, and moves payments', async () => {
  // All at one gateway: were the best one chosen, what is learnt meanwhile would spread them evenly on a slow machine.
  await rule({ id: 'default', rules: [{ name: 'only', prefer: ['sandbox-gamma'] }] } as never)
  const decline = (i: number) => ({
    key: `declined-${i}`,
    body: payment({ paymentMethod: { type: 'card', token: 'tok_declined' } }),
    headers: { prefer: 'respond-async' }
  })
  const [first] = (await selections()).slice(-1)
  expect(first).toBeDefined()
  for (let i = 0; i < 60; i++) await app.request(front, 'POST', '/v1/payments', decline(i))
  await eventually(async () => {
    const told = (await decodeAll(app.kafka, app.topics.approvals, app.codec)).flatMap(({ name, value }) =>
      name === 'aegispay.gateway.ApprovalCounts' ? [value] : []
    )
    expect(new Set(told.map(({ partition }) => partition)).size).toBeGreaterThan(1)
    const last = new Map(told.map(counts => [counts.partition, counts.segments]))
    const declined = [...last.values()].flat().filter(({ segment }) => !segment.includes('|'))
    expect(declined.reduce((sum, counts) => sum + counts.declined, 0)).toBeGreaterThan(55)
  })
  await rule({ id: 'default', weights: { approval: 1 }, choice: 'best' } as never)
  await eventually(async () => {
    const paid = await app.request(front, 'POST', '/v1/payments', {
      ...{ key: `learnt-${Date.now()}`, body: payment() },
      headers: { prefer: 'wait=10' }
    })
    const { candidates } = (await selections()).find(({ paymentId }) => paymentId === paid.body['id'])!
    const approvals = candidates.map(({ terms }) => terms['approval']!)
    // Of the sandbox's three gateways, those that were declined at are now believed to approve less.
    expect(Math.max(...approvals) - Math.min(...approvals)).toBeGreaterThan(0.05)
    expect(approvals).toEqual([...approvals].sort((a, b) => b - a))
  })
}, 120_000)

test('why a payment went where it went is explained, to its merchant alone', async () => {
  const version = await rule({
    id: 'default',
    rules: [{ name: 'gamma', prefer: ['sandbox-gamma'] }]
  } as never)
  const explained = await eventually(async () => {
    const paid = await app.request(front, 'POST', '/v1/payments', {
      ...{ key: `explained-${Date.now()}`, body: payment() },
      headers: { prefer: 'wait=10' }
    })
    const position = paid.headers.get('aegispay-position')!
    const id = paid.body['id'] as string
    const answer = await app.request(front, 'GET', `/v1/payments/${id}/routing`, {
      headers: { 'aegispay-position': position }
    })
    expect(answer.body).toMatchObject({ data: [{ policy: { id: 'default', version } }] })
    return answer
  })
  expect(explained).toMatchObject({
    status: 200,
    body: {
      data: [
        {
          ...{ gateway: 'sandbox-gamma', decidedBy: 'rule:gamma', probability: 1, variant: null },
          summary:
            'sandbox-gamma, one of 3 that could take it, was chosen by the policy default: its rule gamma decides.',
          features: { currency: 'EUR', amount_band: expect.any(String) as unknown },
          candidates: expect.arrayContaining([
            expect.objectContaining({
              ...{ gateway: 'sandbox-alpha', chosen: false, because: 'The rule gamma decides for another.' },
              terms: expect.objectContaining({ cost: expect.any(Number) as unknown }) as unknown
            })
          ]) as unknown
        }
      ]
    }
  })
  const unknown = await app.request(front, 'GET', `/v1/payments/pay_${'a'.repeat(32)}/routing`)
  expect(unknown).toMatchObject({ status: 404, body: { code: 'payment_not_found' } })
}, 60_000)

test('what another policy would have come to is told from the log, where enough was explored', async () => {
  const split = { 'sandbox-alpha': 1, 'sandbox-gamma': 1 }
  const version = await rule({ id: 'default', rules: [{ name: 'explored', split }] } as never)
  const from = new Date().toISOString()
  const accepted = await load(app, front, 'explored', () => Promise.resolve(), 200)
  await expectExactlyOnce(app, accepted)
  const made = (await selections()).filter(({ policyVersion }) => policyVersion === version)
  expect(made).toHaveLength(200)

  const folder = mkdtempSync(join(tmpdir(), 'aegispay-policy-'))
  const replay = async (policy: object, ...more: string[]) => {
    const file = join(folder, 'policy.json')
    writeFileSync(file, JSON.stringify({ id: 'new', ...policy }))
    const options = ['--policy', file, '--from', from, '--json', ...more]
    const run = await aegispay(app.settings, 'replay', 'routing', ...options)
    if (run.stdout === '') return { ...run, report: null }
    return { ...run, report: JSON.parse(run.stdout) as RoutingReport }
  }
  const gamma = await replay({ rules: [{ name: 'all', prefer: ['sandbox-gamma'] }] })
  expect([gamma.code, gamma.report]).toMatchObject([
    0,
    {
      ...{ choices: 200, open: 0, unrecorded: 0, unrouted: 0, unseen: 0, tooLittle: [] },
      approvals: { happened: 1, expected: { value: 1 } },
      // A fee of 2.9 % and 0.30 of 10.99 each, had all of them gone there.
      fees: [
        { currency: 'EUR', expected: { value: expect.closeTo(200 * (0.029 * 1099 + 30), 6) as unknown } }
      ]
    }
  ])
  const expected = gamma.report!.volume.find(({ gateway }) => gateway === 'sandbox-gamma')!
  expect(expected).toMatchObject({ expected: 200, unseen: 0 })
  expect(expected.happened).toBe(made.filter(({ gateway }) => gateway === 'sandbox-gamma').length)

  const beta = await replay({ rules: [{ name: 'all', prefer: ['sandbox-beta'] }] })
  expect([beta.code, beta.report]).toMatchObject([
    3,
    { unseen: 1, tooLittle: [expect.stringContaining('sandbox-beta 100.0 %'), expect.anything()] }
  ])
  const faulty = await replay({ rules: [{ name: 'none' }] })
  expect(faulty).toMatchObject({
    code: 1,
    report: null,
    stderr: expect.stringContaining('/rules/0') as unknown
  })
  const nowhere = await replay({ rules: [{ name: 'all', prefer: ['sandbox-omega'] }] })
  expect(nowhere).toMatchObject({
    ...{ code: 1, report: null },
    stderr: expect.stringContaining('/rules/0/prefer/0') as unknown
  })
  const backwards = await replay({ rules: [] }, '--to', from)
  expect(backwards).toMatchObject({
    ...{ code: 2, report: null },
    stderr: expect.stringContaining('--from has to be before --to') as unknown
  })
}, 120_000)

test('a variant that does badly is stopped by itself, and why is recorded', async () => {
  const version = await rule({
    id: 'default',
    rules: [{ name: 'good', prefer: ['sandbox-gamma'] }],
    variants: [
      {
        ...{ name: 'bad', share: 0.5, rules: [{ name: 'bad', prefer: ['sandbox-alpha'] }] },
        guardrail: { minApproval: 0.99, minPayments: 20 }
      }
    ]
  } as never)
  // A token that decides nothing: the sandbox's alpha approves nine of ten.
  const body = payment({ paymentMethod: { type: 'card', token: 'tok_of_somebody' } })
  let sent = 0
  const pay = () =>
    app.request(front, 'POST', '/v1/payments', {
      ...{ key: `tried-${sent++}`, body, headers: { prefer: 'respond-async' } }
    })
  for (let i = 0; i < 300; i++) await pay()
  const stopped = await eventually(async () => {
    const records = await decodeAll(app.kafka, app.topics.approvals, app.codec)
    const stops = records.flatMap(({ name, value }) =>
      name === 'aegispay.gateway.VariantStopped' ? [value] : []
    )
    expect(stops.length).toBeGreaterThan(0)
    return stops[0]!
  })
  expect(stopped).toMatchObject({
    ...{ policyId: 'default', policyVersion: version, variant: 'bad' },
    reason: expect.stringMatching(/^approval \d\d\.\d % of \d+ payments, below 99\.0 %$/) as unknown
  })
  await eventually(async () => {
    await pay()
    const ofIt = (await selections()).filter(({ policyVersion }) => policyVersion === version)
    expect(ofIt.some(({ variant }) => variant === 'bad')).toBe(true)
    const after = ofIt.filter(({ features }) => features['stopped_variant'] === 'bad')
    expect(after.length).toBeGreaterThan(0)
    for (const { variant, gateway } of after) expect([variant, gateway]).toEqual(['base', 'sandbox-gamma'])
  })
}, 120_000)
