// `aegispay replay verify`: silent about an installation that is sound, however busy, and telling each thing that is not.
import { beforeAll, expect, test } from '@jest/globals'
import type { Message } from 'kafkajs'
import { paymentIdOf } from '../../../src/identity.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import type { Difference } from '../../../src/replay/differences.ts'
import type { ClosedPayment } from '../../../src/generated/records.ts'
import { App, type Worker } from '../app.ts'
import { produce, readAll } from '../payments/topic.ts'
import { aegispay } from '../operate/command-line.ts'

const PARTITIONS = 2

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'verify', partitions: PARTITIONS })
  worker = await app.start()
}, 240_000)

interface Verified {
  readonly events: number
  readonly payments: number
  readonly differences: { readonly total: number; readonly shown: readonly Difference[] }
  readonly notChecked: readonly string[]
}

async function verify(...args: string[]): Promise<{ code: number | null; said: Verified; stderr: string }> {
  const { code, stdout, stderr } = await aegispay(app.settings, 'replay', 'verify', '--json', ...args)
  if (stdout === '') throw new Error(stderr)
  return { code, said: JSON.parse(stdout) as Verified, stderr }
}

const sound = { differences: { total: 0, shown: [] }, notChecked: [] }

/** What was found, without the partition. */
const told = ({ differences: { total, shown } }: Verified): string[] => {
  expect(shown).toHaveLength(total)
  return shown.map(({ check, subject, field }) => `${check} ${subject} ${field}`.trim()).sort()
}

const at = (id: string): number => partitionOf(id, PARTITIONS)

async function lastOf(topic: string, key: string): Promise<Buffer> {
  const { value } = (await readAll(app.kafka, topic)).findLast(record => String(record.key) === key)!
  await app.codec.learn([value])
  return value!
}

const write = (topic: string, ...messages: Message[]) => produce(app.kafka, topic, messages)

test('counts no payment where there were refused commands alone', async () => {
  await app.pay(worker, 'counted')
  const before = (await verify()).said
  const nobodys = `/v1/payments/pay_${'a'.repeat(32)}/capture`
  expect(await app.request(worker, 'POST', nobodys, { key: 'nobodys' })).toMatchObject({ status: 404 })
  const { events, payments } = (await verify()).said
  expect(events).toBeGreaterThan(before.events)
  expect(payments).toBe(before.payments)
}, 60_000)

test('finds nothing in a sound installation under load', async () => {
  const load = { isOn: true }
  const payers = Array.from({ length: 6 }, async (_, payer) => {
    for (let i = 0; load.isOn; i++) {
      const id = await app.pay(worker, `load-${payer}-${i}`, {
        capture: i % 2 === 0 ? 'automatic' : 'manual'
      })
      if (i % 2 === 1) await app.request(worker, 'POST', `/v1/payments/${id}/capture`, { key: `c-${id}` })
      // A payment that the gateway declines, and a command that is refused.
      await app.request(worker, 'POST', `/v1/payments/${id}/cancel`, { key: `x-${id}` })
    }
  })
  try {
    for (let round = 0; round < 3; round++) {
      const { code, said, stderr } = await verify()
      expect(said).toMatchObject(sound)
      expect(said.payments).toBeGreaterThan(0)
      expect(code).toBe(0)
      expect(stderr).toBe('partition 0: 0 differences\npartition 1: 0 differences\n')
    }
  } finally {
    load.isOn = false
    await Promise.all(payers)
  }
}, 240_000)

test('a view that does not move is no difference, and is told as not checked', async () => {
  expect(await verify()).toMatchObject({ code: 0, said: sound })
  await worker.end('SIGTERM')
  const position = `projection_positions WHERE view = 'payments' AND partition = 0`
  const rows = await app.query<{ next_offset: string }>(`SELECT next_offset FROM ${position}`)
  await app.query(`UPDATE projection_positions SET next_offset = 1 WHERE view = 'payments' AND partition = 0`)
  const { code, said } = await verify()
  expect({ code, total: said.differences.total }).toEqual({ code: 2, total: 0 })
  expect(said.notChecked).toEqual([
    expect.stringMatching(/^payments, partition 0: the view stands at offset 1 of \d+$/)
  ])
  expect(await verify('--partition', '1')).toMatchObject({ code: 0, said: sound })
  await app.query(
    `UPDATE projection_positions SET next_offset = $1 WHERE view = 'payments' AND partition = 0`,
    [rows[0]!.next_offset]
  )
  const absent = await aegispay(app.settings, 'replay', 'verify', '--partition', '9')
  expect(absent).toMatchObject({ code: 2, stdout: '' })
  expect(absent.stderr).toContain('has no partition 9')
}, 240_000)

test('tells what differs in read models, states and checkpoints, and nothing else', async () => {
  worker = await app.start()
  const keys = ['row', 'gone', 'event', 'lost', 'state', 'stateless']
  const [row, gone, event, lost, state, stateless] = (await Promise.all(
    keys.map(key => app.pay(worker, key))
  )) as [...[string, string, string, string, string, string]]
  expect(await verify()).toMatchObject({ code: 0, said: sound })
  await worker.end('SIGTERM')

  const extra = paymentIdOf('demo', 'of no event')
  await app.query('UPDATE payments SET captured_amount = 1 WHERE id = $1', [row])
  await app.query('DELETE FROM payments WHERE id = $1', [gone])
  await app.query(
    `INSERT INTO payments SELECT (json_populate_record(payments, json_build_object('id', $2::text))).*
     FROM payments WHERE id = $1`,
    [row, extra]
  )
  const changed = await app.query<{ event_offset: string }>(
    `UPDATE payment_events SET data = data || '{"gateway":"forged"}'
     WHERE payment_id = $1 AND type = 'GatewaySelected' RETURNING event_offset`,
    [event]
  )
  const deleted = await app.query<{ event_offset: string }>(
    'DELETE FROM payment_events WHERE payment_id = $1 AND sequence = 3 RETURNING event_offset',
    [lost]
  )
  await app.query(
    `INSERT INTO payment_events SELECT (json_populate_record(payment_events, '{"event_offset":999999}')).*
     FROM payment_events WHERE payment_id = $1 AND sequence = 1`,
    [row]
  )
  const { state: stateTopic } = app.topics
  const stored = app.codec.decode(await lastOf(stateTopic, state)).value as ClosedPayment
  const forge = (changes: object) =>
    app.codec.encode('aegispay.state.ClosedPayment', {
      ...{ ...stored, ...changes },
      payment: { ...stored.payment!, reference: 'forged' }
    })
  const rewound = app.codec.encode('aegispay.state.PartitionCheckpoint', {
    commandsOffset: 0,
    outcomesOffset: 1_000_000,
    changelogId: null,
    partitions: null
  })
  await write(
    stateTopic,
    { key: state, value: forge({}), partition: at(state) },
    { key: stateless, value: null, partition: at(stateless) },
    { key: extra, value: forge({ paymentId: extra }), partition: at(extra) },
    { key: 'checkpoint', value: rewound, partition: 1 }
  )

  const { code, said } = await verify()
  expect(told(said)).toEqual(
    [
      `payments ${row} captured_amount`,
      `payments ${gone}`,
      `payments ${extra}`,
      `payment_events ${event} @${changed[0]!.event_offset} data.gateway`,
      `payment_events ${lost} @${deleted[0]!.event_offset}`,
      `payment_events ${row} @999999`,
      `state ${state} payment.reference`,
      `state ${stateless}`,
      `state ${extra}`,
      `checkpoint ${app.topics.commands}`
    ].sort()
  )
  expect({ code, notChecked: said.notChecked }).toEqual({ code: 1, notChecked: [] })
  const { code: textCode, stdout } = await aegispay(app.settings, 'replay', 'verify')
  expect(textCode).toBe(1)
  expect(stdout).toContain('10 differences')
  expect(stdout).toMatch(/^payments +\d +pay_\w+ +captured_amount +1099 +1$/m)
}, 240_000)

test('tells of events that came twice, are missing, cannot follow, or take more than was allowed', async () => {
  const made = await App.create({ name: 'histories', partitions: PARTITIONS })
  app = made
  worker = await app.start()
  const twice = await app.pay(worker, 'twice')
  const gap = await app.pay(worker, 'gap')
  const illegal = await app.pay(worker, 'illegal')
  const greedy = await app.pay(worker, 'greedy', { capture: 'manual' })
  expect(await verify()).toMatchObject({ code: 0, said: sound })
  await worker.end('SIGTERM')

  const { events } = app.topics
  const last = async (id: string) => {
    const decoded = app.codec.decode(await lastOf(events, id))
    return decoded.value as { sequence: number; inputOffset: number }
  }
  const completed = await last(gap)
  const ended = await last(illegal)
  const authorized = await last(greedy)
  const move = { operationId: 'op', gateway: 'sandbox-alpha', reference: null }
  const encode = app.codec.encode.bind(app.codec) as (name: string, value: object) => Buffer
  const captured = 'aegispay.events.PaymentCaptured'
  const records: [string, Buffer][] = [
    [twice, await lastOf(events, twice)],
    [gap, encode(captured, { ...completed, ...move, sequence: completed.sequence + 2 })],
    [illegal, encode(captured, { ...ended, ...move, sequence: ended.sequence + 1 })],
    [greedy, encode(captured, { ...authorized, ...move, sequence: authorized.sequence + 1, amount: 1100 })]
  ]
  await write(events, ...records.map(([key, value]) => ({ key, value, partition: at(key) })))

  const { code, said } = await verify()
  const byPayment = new Map(
    said.differences.shown.map(({ check, subject, found }) => [subject, `${check}: ${String(found)}`])
  )
  expect(code).toBe(1)
  expect(said.differences.total).toBe(4)
  expect(byPayment.get(twice)).toMatch(/^history: .* cannot take event \d+$/)
  expect(byPayment.get(gap)).toMatch(/^history: .* cannot take event \d+$/)
  expect(byPayment.get(illegal)).toMatch(
    /^history: PaymentCaptured cannot happen to a payment that is COMPLETED$/
  )
  expect(byPayment.get(greedy)).toBe('sums: refunded 0, captured 1100, authorized 1099 of 1099')
}, 240_000)
