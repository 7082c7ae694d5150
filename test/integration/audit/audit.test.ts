// The audit trail on the real services: sound whatever happens to those who write it, and telling of whatever is done to it.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { signAnchor, type Statement } from '../../../src/audit/anchor.ts'
import { AnchorFiles } from '../../../src/audit/anchor-files.ts'
import { drawKeyPair, PublicKeys, Signer } from '../../../src/audit/keys.ts'
import type { Anchor } from '../../../src/generated/records.ts'
import { withAdmin } from '../../../src/platform/kafka/admin.ts'
import { connectPostgres } from '../../../src/platform/postgres.ts'
import { AuditFindings, type AuditFinding } from '../../../src/replay/audit/audit-findings.ts'
import { verifyTrail } from '../../../src/replay/audit/verify-trail.ts'
import { App, eventually, type Worker } from '../app.ts'
import { createTopics } from '../create-topics.ts'
import { aegispay } from '../operate/command-line.ts'
import { decodeAll, produce, readAll } from '../payments/topic.ts'
import { Tampering } from './trail.ts'

jest.setTimeout(240_000)

const PARTITIONS = 2
const PAYMENTS = 90
const silent = pino({ level: 'silent' })

let folder: string
let privateKey: string
let publicKey: string
let app: App
let worker: Worker
let pool: Pool
let tampering: Tampering
let ids: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aegispay-audit-'))
  const made = await aegispay({}, 'audit', 'keygen', join(folder, 'audit'))
  expect(made.stdout).toMatch(/^the key [0-9a-f]{16}: /)
  privateKey = readFileSync(join(folder, 'audit.key.pem'), 'utf8')
  publicKey = readFileSync(join(folder, 'audit.pub.pem'), 'utf8')
  app = await App.create({
    name: 'audit',
    partitions: PARTITIONS,
    settings: {
      AEGISPAY_AUDIT_KEY_FILE: join(folder, 'audit.key.pem'),
      AEGISPAY_AUDIT_ANCHOR_MS: '100',
      AEGISPAY_AUDIT_ANCHOR_DIR: join(folder, 'anchors')
    }
  })
  worker = await app.start()
  pool = connectPostgres({ url: app.settings['AEGISPAY_POSTGRES_URL']! }, silent)
  tampering = new Tampering(pool)
})

afterAll(async () => {
  await pool.end()
  await rm(folder, { recursive: true })
})

/** Payments that succeed and fail, are captured, cancelled and refunded, and commands that are refused. */
async function pay(count: number, name: string): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, i) => i)
  const made: string[] = []
  const client = async () => {
    for (let i = keys.pop(); i !== undefined; i = keys.pop()) {
      const token = Math.random() < 0.2 ? 'tok_declined' : 'tok_visa'
      const capture = Math.random() < 0.5 ? 'automatic' : 'manual'
      const id = await app.pay(worker, `${name}-${i}`, { capture, paymentMethod: { type: 'card', token } })
      const next = ['capture', 'cancel', 'refunds'][Math.floor(Math.random() * 5)]
      const body = next === 'refunds' ? { amount: 100 } : undefined
      if (next !== undefined)
        await app.request(worker, 'POST', `/v1/payments/${id}/${next}`, { key: `then-${i}`, body })
      made.push(id)
    }
  }
  await Promise.all([client(), client(), client(), client()])
  return made
}

interface Verified {
  readonly chains: readonly { topic: string; partition: number; rows: number; anchors: number }[]
  readonly findings: { readonly total: number; readonly shown: readonly AuditFinding[] }
  readonly notChecked: readonly string[]
}

async function verify(
  args: string[] = [],
  settings: Record<string, string> = {}
): Promise<{ code: number | null; said: Verified }> {
  const all = { ...app.settings, ...settings }
  const { code, stdout, stderr } = await aegispay(all, 'audit', 'verify', '--json', ...args)
  if (stdout === '') throw new Error(stderr)
  return { code, said: JSON.parse(stdout) as Verified }
}

/** The trail has come to the end of the log, and all of it is sound and anchored. */
const expectSound = () =>
  eventually(async () => {
    const { code, said } = await verify(['--from-log'])
    expect({ code, ...said }).toMatchObject({ code: 0, findings: { total: 0, shown: [] }, notChecked: [] })
    return said
  })

/** As `aegispay audit verify` does it, in this process. */
async function check({ fromLog = false, keys = publicKey, files = false } = {}): Promise<AuditFindings> {
  const findings = new AuditFindings()
  const given = new PublicKeys()
  if (keys !== '') given.add(keys)
  const { kafka, codec, settings } = app
  const prefix = settings['AEGISPAY_PREFIX']!
  await withAdmin(kafka, admin =>
    verifyTrail(
      {
        ...{ kafka, admin, codec, pool, prefix, keys: given, fromLog, findings },
        files: files ? new AnchorFiles(join(folder, 'anchors')) : null,
        anchoredWithinMs: 60_000
      },
      { at: () => undefined, step: () => undefined }
    )
  )
  return findings
}

/** What was found, as `<fault> <topic>/<partition>/<offset>`. */
async function found(options?: Parameters<typeof check>[0]): Promise<string[]> {
  const { shown, total } = await check(options)
  expect(shown).toHaveLength(Math.min(100, total))
  const place = ({ topic, partition, offset }: AuditFinding) => `${topic}/${partition}/${offset}`
  return shown.map(finding => `${finding.fault} ${place(finding)}`)
}

const at = (fault: string, offset: number, partition = 0) => `${fault} payments.events/${partition}/${offset}`

test('it is sound after random payments, with a row for each record and for each change of control data', async () => {
  ids = await pay(PAYMENTS, 'random')
  const { chains } = await expectSound()
  const rows = (topic: string) =>
    chains.filter(chain => chain.topic === topic).reduce((sum, chain) => sum + chain.rows, 0)
  expect(rows('payments.events')).toBe((await readAll(app.kafka, app.topics.events)).length)
  expect(rows('control')).toBe((await readAll(app.kafka, app.topics.control)).length)
  expect(chains.every(({ anchors }) => anchors > 0)).toBe(true)
  const changes = await app.query('SELECT DISTINCT type, decided_by FROM control_audit ORDER BY decided_by')
  expect(changes).toContainEqual({ type: 'Put', decided_by: 'test' })
})

test('a merchant reads the trail of a payment, and of no other merchant’s', async () => {
  const { status, body } = await app.request(worker, 'GET', `/v1/payments/${ids[0]!}/audit`)
  expect(status).toBe(200)
  const { data: events } = (await app.request(worker, 'GET', `/v1/payments/${ids[0]!}/events`)).body
  const entries = body['data'] as { eventId: string; type: string; chain: string }[]
  expect(entries.filter(({ type }) => type !== 'CommandRejected')).toMatchObject(
    (events as { id: string; type: string }[]).map(({ id, type }) => ({ eventId: id, type }))
  )
  const [row] = await app.query<{ chain: string }>(
    `SELECT encode(chain, 'hex') AS chain FROM audit WHERE record_id = $1`,
    [entries[0]!.eventId]
  )
  expect(entries[0]!.chain).toBe(row!.chain)
})

test('a projector that is killed in the middle leaves a sound trail to the next', async () => {
  const count = async () => {
    const [row] = await app.query<{ rows: number }>('SELECT count(*)::integer AS rows FROM audit')
    return row!.rows
  }
  const second = await app.start('projector')
  const before = await count()
  const paid = pay(30, 'killed')
  await eventually(async () => expect(await count()).toBeGreaterThan(before))
  await second.end('SIGKILL')
  await paid
  await expectSound()
})

test('it is sound after a rebuild, and still append-only', async () => {
  for (const view of ['audit', 'control_audit']) {
    const { code, stdout } = await aegispay(app.settings, 'replay', 'projection', view, '--json')
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      isEqual: true,
      isSwapped: true
    })
    for (const change of [`UPDATE ${view} SET type = 'x'`, `DELETE FROM ${view}`, `TRUNCATE ${view}`])
      await expect(app.query(change)).rejects.toThrow(`${view} is append-only`)
  }
  await pay(10, 'after-rebuild')
  await expectSound()
})

describe('of a trail that nobody writes meanwhile', () => {
  beforeAll(async () => {
    await worker.end('SIGTERM')
    await tampering.keep()
  })

  const rowsOf = (partition = 0) => tampering.rows(partition)

  async function anchorsOf(partition = 0): Promise<Anchor[]> {
    const records = await decodeAll(app.kafka, app.topics.anchors, app.codec)
    return records
      .map(({ value }) => value as Anchor)
      .filter(anchor => anchor.topic === 'payments.events' && anchor.partition === partition)
  }

  test('all that was there when the process stopped is anchored, in files too', async () => {
    const { said } = await verify(['--anchor-dir', join(folder, 'anchors')])
    expect(said.findings.total).toBe(0)
    expect(said.chains.map(({ topic, partition }) => `${topic}/${partition}`)).toEqual([
      ...['payments.events/0', 'payments.events/1', 'control/0']
    ])
    expect(await readdir(join(folder, 'anchors'))).toHaveLength(3)
  })

  test('without a public key it says that it cannot tell signatures', async () => {
    const { total, notChecked } = await check({ keys: '' })
    expect({ total, notChecked }).toMatchObject({
      total: 0,
      notChecked: [expect.stringContaining('no public key is given')]
    })
  })

  test('with the public key of another pair no anchor holds', async () => {
    const faults = await found({ keys: drawKeyPair().publicPem })
    expect(faults.length).toBeGreaterThan(2)
    expect(new Set(faults.map(fault => fault.split(' ')[0]))).toEqual(new Set(['forged_anchor']))
  })

  describe('each kind of tampering is told with its place', () => {
    afterEach(() => tampering.restore())

    test('an edited row', async () => {
      const { offset } = (await rowsOf()).at(50)!
      await tampering.change(
        `UPDATE audit SET merchant_id = 'm2' WHERE partition = 0 AND record_offset = $1`,
        [offset]
      )
      expect(await found()).toEqual([at('edited_row', offset)])
      expect(await found({ fromLog: true })).toEqual([
        at('edited_row', offset),
        at('differs_from_log', offset)
      ])
      const { code, said } = await verify()
      expect({ code, ...said.findings.shown[0] }).toMatchObject({
        ...{ code: 1, fault: 'edited_row', topic: 'payments.events', partition: 0, offset }
      })
    })

    test('an edited time, by as little as the database keeps', async () => {
      const { offset } = (await rowsOf()).at(50)!
      await tampering.change(
        `UPDATE audit SET occurred_at = occurred_at + interval '1 microsecond' WHERE partition = 0 AND record_offset = $1`,
        [offset]
      )
      expect(await found()).toEqual([at('edited_row', offset)])
    })

    test('a deleted row', async () => {
      const [gone, next] = (await rowsOf(1)).slice(50)
      await tampering.change('DELETE FROM audit WHERE partition = 1 AND record_offset = $1', [gone!.offset])
      // An anchor may have been made at this very row.
      expect(await found()).toContain(at('missing_rows', next!.offset, 1))
      expect(await found({ fromLog: true })).toContain(at('differs_from_log', gone!.offset, 1))
    })

    test('two rows that were changed over', async () => {
      const rows = await rowsOf()
      const [a, b] = [rows.at(40)!.offset, rows.at(60)!.offset]
      await tampering.change(
        `UPDATE audit SET record_offset = -1 - record_offset WHERE partition = 0 AND record_offset IN ($1, $2)`,
        [a, b]
      )
      await tampering.change(
        `UPDATE audit SET record_offset = CASE record_offset WHEN -1 - $1::bigint THEN $2::bigint ELSE $1::bigint END
         WHERE partition = 0 AND record_offset < 0`,
        [a, b]
      )
      expect(await found()).toContain(at('reordered_rows', a))
    })

    test('a truncated end', async () => {
      const rows = await rowsOf()
      const last = rows.at(-4)!.offset
      await tampering.change('DELETE FROM audit WHERE partition = 0 AND record_offset > $1', [last])
      expect(await found()).toContain(at('truncated', last + 1))
    })

    test('all rows of a partition gone', async () => {
      await tampering.change('DELETE FROM audit WHERE partition = 0')
      expect(await found()).toEqual([at('truncated', 0)])
    })

    test('a row of what the log never held, chained to the last', async () => {
      const offset = (await rowsOf()).at(-1)!.offset + 1000
      await tampering.change(
        `INSERT INTO audit SELECT partition, $1, number + 1, record_id, type, subject, merchant_id, causation_id, decided_by,
           occurred_at, digest, chain
         FROM audit WHERE partition = 0 ORDER BY record_offset DESC LIMIT 1`,
        [offset]
      )
      await tampering.rewrite(0, offset, {})
      expect(await found()).toEqual([])
      expect(await found({ fromLog: true })).toEqual([at('differs_from_log', offset)])
    })

    test('a chain that was written anew and is sound in itself', async () => {
      const { offset } = (await rowsOf()).at(50)!
      const anchor = (await anchorsOf()).map(anchor => anchor.offset).find(anchored => anchored >= offset)!
      await tampering.rewrite(0, offset, { merchantId: 'm2' })
      expect(await found()).toEqual([at('contradicts_anchor', anchor)])
      expect(await found({ fromLog: true })).toEqual([
        ...[at('contradicts_anchor', anchor), at('differs_from_log', offset)]
      ])
    })
  })

  describe('so is what is done to anchors', () => {
    test('an anchor in a file that says something else', async () => {
      const name = (await readdir(join(folder, 'anchors'))).find(name => name.includes('events-0'))!
      const file = join(folder, 'anchors', name)
      const text = readFileSync(file, 'utf8')
      writeFileSync(file, text.replace(/"number":(\d+)/, '"number":1$1'))
      const { shown } = await check({ files: true })
      expect(shown).toMatchObject([
        { fault: 'forged_anchor', detail: expect.stringContaining(`${name}:1: its signature`) }
      ])
      writeFileSync(file, `${text}not an anchor\n`)
      const [{ detail }] = (await check({ files: true })).shown as [AuditFinding]
      expect(detail).toContain('it is no anchor')
      writeFileSync(file, text)
    })

    test('anchors by another key, of another text or installation, and two that cannot both be true', async () => {
      const { keyId, ...anchor } = (await anchorsOf()).at(-1)!
      const end = (await readAll(app.kafka, app.topics.anchors)).length
      const other = { ...anchor, chain: '00'.repeat(32) } satisfies Statement
      const forged = signAnchor(other, new Signer(drawKeyPair().privatePem))
      const written = [
        forged,
        { ...forged, keyId },
        signAnchor({ ...anchor, installation: 'another-' }, new Signer(privateKey)),
        signAnchor(other, new Signer(privateKey)),
        anchorAgain(anchor, keyId)
      ]
      const messages = written.map(value => ({ value: app.codec.encode('aegispay.audit.Anchor', value) }))
      await produce(app.kafka, app.topics.anchors, [...messages, { value: 'nothing' }])
      const place = (offset: number) => `forged_anchor ${app.topics.anchors}/0/${offset}`
      expect(await found()).toEqual([
        ...[place(end), place(end + 1), place(end + 2)],
        ...[
          at('contradictory_anchors', anchor.offset),
          place(end + 5),
          at('contradicts_anchor', anchor.offset)
        ]
      ])
    })

    test('a topic of which the first are gone', async () => {
      const topic = app.topics.anchors
      const gone = { topic, partitions: [{ partition: 0, offset: '2' }] }
      await withAdmin(app.kafka, async admin => {
        // The client knows the leaders of topics that it has asked about, and of no others.
        await admin.fetchTopicOffsets(topic)
        await admin.deleteTopicRecords(gone)
      })
      expect(await found()).toContain(`missing_anchors ${topic}/0/0`)
    })

    test('a topic that is not there, or was made anew', async () => {
      const { anchors } = app.topics
      await withAdmin(app.kafka, async admin => {
        await admin.deleteTopics({ topics: [anchors] })
        await eventually(async () => expect(await admin.listTopics()).not.toContain(anchors))
        const { shown, notChecked } = await check()
        expect(shown).toMatchObject([{ fault: 'missing_anchors', topic: anchors, partition: 0, offset: 0 }])
        expect(notChecked[0]).toContain('there are no anchors')
        await createTopics(admin, [{ topic: anchors, numPartitions: 1 }])
      })
      const faults = await found({ files: true })
      expect(faults.map(fault => fault.split('/')[0]).sort()).toEqual([
        'missing_anchors control',
        ...Array<string>(PARTITIONS).fill('missing_anchors payments.events')
      ])
    })

    test('without anchors a chain that was written anew passes, and it is said that this could not be seen', async () => {
      await tampering.rewrite(0, (await rowsOf()).at(50)!.offset, { merchantId: 'm2' })
      const { code, said } = await verify([], { AEGISPAY_AUDIT_ANCHOR_DIR: '' })
      expect({ code, total: said.findings.total }).toEqual({ code: 2, total: 0 })
      expect(said.notChecked[0]).toContain('there are no anchors')
      await tampering.restore()
    })
  })

  test('a log that was edited is told from a table that was', async () => {
    const { control } = app.topics
    const records = await readAll(app.kafka, control)
    const edited = 3
    await withAdmin(app.kafka, async admin => {
      await admin.deleteTopics({ topics: [control] })
      await eventually(async () => expect(await admin.listTopics()).not.toContain(control))
      await createTopics(admin, [{ topic: control, numPartitions: 1 }])
    })
    await produce(
      app.kafka,
      control,
      records.map(({ key, value, headers, offset }) => ({
        ...{ key, partition: 0, value: Number(offset) === edited ? records[0]!.value : value },
        ...(headers && { headers })
      }))
    )
    expect(await found({ fromLog: true })).toContain(`differs_from_log control/0/${edited}`)
    // As the anchors of before say that the table is what it was.
    for await (const { anchor } of new AnchorFiles(join(folder, 'anchors')).read())
      await produce(app.kafka, app.topics.anchors, [
        { value: app.codec.encode('aegispay.audit.Anchor', anchor!) }
      ])
    expect(await found({ fromLog: true })).toEqual([`edited_log control/0/${edited}`])
  })
})

const anchorAgain = (anchor: Omit<Anchor, 'keyId'>, keyId: string): Anchor => ({ ...anchor, keyId })
