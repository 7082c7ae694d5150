import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { paymentOf } from '../../../bench/payment.ts'
import { paymentIdOf } from '../../../src/identity.ts'
import type { GroupLag } from '../../../src/lag/lag-of-groups.ts'
import { initiatePayment } from '../../../src/ingress/payment-request.ts'
import { withAdmin } from '../../../src/platform/kafka/admin.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { topics, type TopicId } from '../../../src/topics.ts'
import { App, eventually, payment, type Answer, type Worker } from '../app.ts'
import { aegispay, documents } from '../operate/command-line.ts'
import { produce } from '../payments/topic.ts'
import { processEnv } from '../process-env.ts'
import { stack } from '../stack.ts'

// Each test runs several processes to their end.
jest.setTimeout(240_000)

const BEFORE = 2
const AFTER = 5

interface Verified {
  readonly payments: number
  readonly differences: { readonly total: number }
  readonly notChecked: readonly string[]
}

/** The settings after the change: another prefix, another number, and an empty database. */
async function movedSettings(app: App): Promise<Record<string, string>> {
  return {
    AEGISPAY_PREFIX: `${app.settings['AEGISPAY_PREFIX']!}v2-`,
    AEGISPAY_PARTITIONS: String(AFTER),
    AEGISPAY_POSTGRES_URL: await stack().createDatabase()
  }
}

const repartition = (app: App, to: string) =>
  aegispay(app.settings, 'topics', 'repartition', '--partitions', String(AFTER), '--to', to)

const startsProcessor = (app: App) => aegispay(app.settings, 'start', '--role', 'processor')

/** As an operator waits before everything is stopped: what is not finished cannot be moved. */
const untilFinished = (app: App) =>
  eventually(async () => {
    const groups = documents<GroupLag>(await aegispay(app.settings, 'lag', '--json'))
    const behind = groups.filter(({ group, lag }) => /(processor|gateway)$/.test(group) && lag !== 0)
    expect(behind).toEqual([])
  })

/** Kills the command when it has told of its first topic. */
async function killedMidway(app: App, to: string): Promise<void> {
  const args = ['src/cli.ts', 'topics', 'repartition', '--partitions', String(AFTER), '--to', to]
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env: processEnv(app.settings),
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exited = once(child, 'exit').then(([code]) => `ended with ${String(code)}`)
  const told = once(createInterface(child.stdout), 'line').then(() => 'told of a topic')
  expect(await Promise.race([told, exited])).toBe('told of a topic')
  child.kill('SIGKILL')
  await exited
}

/** A command of a producer of its own, that nobody has dealt with when everything stops. */
async function leaveCommand(app: App, key: string): Promise<string> {
  const ids = { merchantId: 'demo', paymentId: paymentIdOf('demo', key), idempotencyKey: key }
  const value = app.codec.encode('aegispay.commands.InitiatePayment', initiatePayment(paymentOf(1), ids))
  const partition = partitionOf(ids.paymentId, BEFORE)
  await produce(app.kafka, app.topics.commands, [{ key: ids.paymentId, value, partition }])
  return ids.paymentId
}

describe('more partitions', () => {
  const keys = Array.from({ length: 16 }, (_, i) => `order-${i}`)
  const bodyOf = (key: string) =>
    payment({
      capture: Number(key.slice(6)) % 2 === 0 ? 'automatic' : 'manual',
      paymentMethod: { type: 'card', token: key === 'order-8' ? 'tok_declined' : 'tok_visa' }
    })
  const answers = async (of: App, worker: Worker): Promise<Answer['body'][]> => {
    const all: Answer['body'][] = []
    for (const key of keys) {
      const { status, body } = await of.request(worker, 'POST', '/v1/payments', { key, body: bodyOf(key) })
      all.push({ status, ...body })
    }
    return all
  }
  let old: App
  let moved: App
  let worker: Worker
  let first: Answer['body'][]
  let left: string

  beforeAll(async () => {
    old = await App.create({ name: 'more', partitions: BEFORE })
    moved = old.under(await movedSettings(old))
    const before = await old.start()
    await answers(old, before)
    first = await answers(old, before)
    const running = await repartition(old, moved.settings['AEGISPAY_PREFIX']!)
    expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('stop every processor')])
    await untilFinished(old)
    expect(await before.end('SIGTERM')).toBe(0)
    left = await leaveCommand(old, 'left')
    const to = moved.settings['AEGISPAY_PREFIX']!
    await killedMidway(old, to)
    const early = await startsProcessor(moved)
    expect([early.code, early.stdout]).toEqual([1, expect.stringContaining('have not all come to these')])
    const { code, stdout, stderr } = await repartition(old, to)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`on ${AFTER} partitions`)
    expect((await aegispay(moved.settings, 'setup')).code).toBe(0)
    worker = await moved.start()
  })

  afterAll(() => worker.end('SIGTERM'))

  test('the same keys get the same answers, and nobody is charged again', async () => {
    const ids = first.map(({ id }) => String(id))
    const charged = await Promise.all(ids.map(id => moved.ledger(id)))
    expect(await answers(moved, worker)).toEqual(first)
    expect(await Promise.all(ids.map(id => moved.ledger(id)))).toEqual(charged)
    expect(new Set(ids.map(id => partitionOf(id, AFTER))).size).toBeGreaterThan(BEFORE)
  })

  test('payments from before are captured', async () => {
    const id = String(first[1]!['id'])
    const capture = { key: 'capture', body: {} }
    const { status, body } = await moved.request(worker, 'POST', `/v1/payments/${id}/capture`, capture)
    expect([status, body['status']]).toEqual([200, 'COMPLETED'])
    expect((await moved.ledger(id)).map(({ operation }) => operation)).toEqual(['authorize-1', 'capture-2'])
  })

  test('commands that nobody had dealt with are dealt with', async () => {
    await eventually(async () => {
      const { body } = await moved.request(worker, 'GET', `/v1/payments/${left}`)
      expect(body['status']).toBe('COMPLETED')
    })
    expect(await moved.ledger(left)).toHaveLength(1)
  })

  test('the whole log is sound, and the read model what follows from it', async () => {
    const { code, stdout, stderr } = await aegispay(moved.settings, 'replay', 'verify', '--json')
    const { payments, differences, notChecked } = JSON.parse(stdout) as Verified
    expect([code, payments, differences.total, notChecked]).toEqual([0, keys.length + 1, 0, []])
    expect(stderr).not.toContain('Error')
  })

  test('the old topics are locked, and what is finished is not done again', async () => {
    const { code, stdout } = await startsProcessor(old)
    expect([code, stdout]).toEqual([1, expect.stringContaining('copied to topics of another prefix')])
    const again = await repartition(old, moved.settings['AEGISPAY_PREFIX']!)
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('this was done before')])
    const elsewhere = await repartition(moved, old.settings['AEGISPAY_PREFIX']!)
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringMatching(/stop every|another/)])
  })
})

test('partitions that were added to the topics are refused at boot, and there is a way out', async () => {
  const app = await App.create({ name: 'altered', partitions: BEFORE })
  const worker = await app.start()
  const id = await app.pay(worker, 'before', { capture: 'manual' })
  await untilFinished(app)
  await worker.end('SIGTERM')
  const family = (Object.keys(topics) as TopicId[])
    .filter(id => topics[id].partitions === 'payments')
    .map(id => app.topics[id])
  await withAdmin(app.kafka, admin =>
    admin.createPartitions({ topicPartitions: family.map(topic => ({ topic, count: AFTER })) })
  )
  const { code, stdout } = await startsProcessor(app)
  expect([code, stdout]).toEqual([
    1,
    expect.stringContaining(
      `the topics have ${AFTER} partitions, and their payments were spread over ${BEFORE}`
    )
  ])

  const moved = app.under(await movedSettings(app))
  expect(await repartition(app, moved.settings['AEGISPAY_PREFIX']!)).toMatchObject({ code: 0, stderr: '' })
  await aegispay(moved.settings, 'setup')
  const after = await moved.start()
  expect(await moved.pay(after, 'before', { capture: 'manual' })).toBe(id)
  expect(await moved.ledger(id)).toHaveLength(1)
  expect((await aegispay(moved.settings, 'replay', 'verify')).code).toBe(0)
})

test('a gateway request that nobody has finished ends the command, and says what to do', async () => {
  const app = await App.create({ name: 'unfinished', partitions: BEFORE })
  await produce(app.kafka, app.topics.gatewayRequests, [
    { key: 'payment', value: Buffer.from('x'), partition: 0 }
  ])
  expect(await repartition(app, `${app.settings['AEGISPAY_PREFIX']!}v2-`)).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^aegispay: 1 gateway requests are not finished: start the processors/)
  })
})
