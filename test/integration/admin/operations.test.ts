// What operators see and do over HTTP beside control data: dead letters, lag, and policies that are tried out.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { Outputs } from '../../../src/processors/payments/outputs.ts'
import { App, eventually, type Answer, type Worker } from '../app.ts'
import { initiate } from '../payments/initiate.ts'
import { produce, readAll } from '../payments/topic.ts'

jest.setTimeout(60_000)

const CARD = '4242424242424242'
let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'operations', partitions: 2 })
  worker = await app.start()
}, 90_000)

const ask = (method: string, path: string, body?: object): Promise<Answer> =>
  app.request(worker, method, `/v1/admin/${path}`, { apiKey: app.adminKey, ...(body && { body }) })

const idsOf = ({ body }: Answer) => (body['data'] as { id: string }[]).map(({ id }) => id)

/** Puts a command aside as the processor does, one that it could take now; returns the letter's id. */
async function bury(key: string): Promise<string> {
  const command = initiate(key)
  const value = app.codec.encode('aegispay.commands.InitiatePayment', command)
  const record = {
    ...{ input: 'commands', partition: 0, offset: 7, timestamp: 0, value, headers: {} },
    key: Buffer.from(command.paymentId)
  }
  const outputs = new Outputs(app.codec, app.topics)
  const letter = outputs.deadLetter(record, app.topics.commands, 'decision_failed', 'why', Date.now())
  const { headers = {}, ...rest } = letter
  await produce(app.kafka, app.topics.deadLetters, [{ ...rest, headers }])
  return idsOf(await ask('GET', 'dead-letters?limit=1'))[0]!
}

describe('dead letters', () => {
  test('are listed the newest first, in pages, and by topic', async () => {
    const ids = [await bury('listed-1'), await bury('listed-2'), await bury('listed-3')].toReversed()
    const first = await ask('GET', 'dead-letters?limit=2')
    expect(first.body['data']).toMatchObject([
      { id: ids[0], code: 'decision_failed', detail: 'why', topic: app.topics.commands, redrivenAt: null },
      { id: ids[1] }
    ])
    const second = await ask('GET', `dead-letters?limit=2&cursor=${String(first.body['nextCursor'])}`)
    expect(idsOf(second)).toEqual([ids[2]])
    expect(second.body['nextCursor']).toBeNull()
    expect(idsOf(await ask('GET', `dead-letters?topic=${app.topics.commands}`))).toEqual(ids)
    expect(idsOf(await ask('GET', `dead-letters?topic=${app.topics.outcomes}`))).toEqual([])
  })

  test('are shown decoded, and redriven once, with who did it and why', async () => {
    const id = await bury('redriven')
    expect((await ask('GET', `dead-letters/${id}`)).body).toMatchObject({
      ...{
        id,
        refusal: null,
        redriven: [],
        type: 'aegispay.commands.InitiatePayment',
        value: { amount: 500 }
      }
    })
    const redriven = await ask('POST', `dead-letters/${id}/redrive`, { reason: 'mended' })
    expect(redriven).toMatchObject({ status: 200, body: { id } })
    expect((await ask('GET', `dead-letters/${id}`)).body['redriven']).toMatchObject([
      { by: 'key:demoadmin', reason: 'mended' }
    ])
    const again = await ask('POST', `dead-letters/${id}/redrive`, { reason: 'mended' })
    expect(again).toMatchObject({ status: 409, body: { code: 'dead_letter_redriven' } })
    const meant = await ask('POST', `dead-letters/${id}/redrive`, { reason: 'mended', again: true })
    expect(meant.status).toBe(200)
    expect(idsOf(await ask('GET', 'dead-letters?open=true&limit=100'))).not.toContain(id)
  })

  test('are shown as redriven by the time that is answered, however long brokers take to let readers see it', async () => {
    const id = await bury('held')
    const held = app.kafka.producer({
      transactionalId: `hold-${id}`,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: 30_000
    })
    await held.connect()
    const transaction = await held.transaction()
    const partition = Number(id.split('-')[0])
    await transaction.send({
      topic: app.topics.deadLetters,
      messages: [{ partition, key: 'k', value: null }]
    })

    const redriven = ask('POST', `dead-letters/${id}/redrive`, { reason: 'mended' })
    const shown = redriven.then(() => ask('GET', `dead-letters/${id}`))
    await eventually(async () => {
      const commands = await readAll(app.kafka, app.topics.commands)
      const from = commands.map(({ headers }) => headers?.['aegispay-redriven-from']?.toString())
      expect(from).toContain(id)
    })
    await transaction.abort()
    await held.disconnect()
    expect((await redriven).status).toBe(200)
    expect((await shown).body['redriven']).toMatchObject([{ reason: 'mended' }])
  })

  test('that would come straight back are not redriven', async () => {
    await produce(app.kafka, app.topics.commands, [{ key: 'k', value: 'nonsense', partition: 0 }])
    const id = await eventually(async () => {
      const ids = idsOf(await ask('GET', 'dead-letters?code=undecodable'))
      expect(ids).toHaveLength(1)
      return ids[0]!
    })
    const refused = await ask('POST', `dead-letters/${id}/redrive`, { reason: 'hope' })
    expect(refused).toMatchObject({ status: 422, body: { code: 'dead_letter_unfit' } })
    expect(refused.body['detail']).toMatch(/^undecodable: /)
    expect((await ask('GET', `dead-letters/${id}`)).body).toMatchObject({
      refusal: 'undecodable',
      redriven: []
    })
  })

  test('show no card number, by whatever way it came onto the topic', async () => {
    const headers = {
      'aegispay-dlq-reason': 'undecodable',
      'aegispay-dlq-detail': `it says ${CARD}`,
      pan: CARD
    }
    await produce(app.kafka, app.topics.deadLetters, [{ key: CARD, value: CARD, headers, partition: 1 }])
    const list = await ask('GET', 'dead-letters?limit=1')
    const letter = await ask('GET', `dead-letters/${idsOf(list)[0]!}`)
    expect(JSON.stringify([list.body, letter.body])).not.toContain('424242')
    expect(JSON.stringify(letter.body)).toContain('withheld')
  })

  test.each<[string, string, object | undefined, string]>([
    ['GET', 'dead-letters?cursor=x', undefined, 'query_invalid'],
    ['GET', 'dead-letters?limit=101', undefined, 'query_invalid'],
    ['GET', 'dead-letters?since=yesterday', undefined, 'query_invalid'],
    ['GET', 'dead-letters?since=2026-12-31T23:59:60Z', undefined, 'query_invalid'],
    ['GET', 'dead-letters?colour=red', undefined, 'query_invalid'],
    ['GET', 'dead-letters/x', undefined, 'dead_letter_not_found'],
    ['GET', 'dead-letters/0-99999', undefined, 'dead_letter_not_found'],
    ['GET', 'dead-letters/77-0', undefined, 'dead_letter_not_found'],
    ['POST', 'dead-letters/0-99999/redrive', { reason: 'r' }, 'dead_letter_not_found'],
    ['POST', 'dead-letters/0-0/redrive', {}, 'body_invalid'],
    ['POST', 'dead-letters/0-0/redrive', { reason: '' }, 'body_invalid'],
    ['POST', 'dead-letters/0-0/redrive', { reason: 'r', force: true }, 'property_unknown'],
    ['POST', 'dead-letters/0-0/redrive', { reason: CARD }, 'card_number_not_allowed']
  ])('%s %s with %j is refused', async (method, path, body, code) => {
    expect((await ask(method, path, body)).body).toMatchObject({ code })
  })
})

describe('a routing policy', () => {
  const policy = { id: 'default', priorities: { 'sandbox-beta': 1 } }

  test.each<[string, object, string[]]>([
    ['that could be written', policy, []],
    ['that breaks its schema', { id: 'default', rules: 7, colour: 'red' }, ['/colour', '/rules']],
    ['that contradicts itself', { id: 'default', choice: 'thompson' }, ['/choice']],
    ['that names what there is not', { id: 'default', priorities: { nowhere: 1 } }, ['/priorities/nowhere']]
  ])('%s is told so, and not written', async (_, body, paths) => {
    const { status, body: answer } = await ask('POST', 'routing-policies/validate', body)
    const faults = answer['faults'] as { path: string }[]
    expect([status, answer['valid'], faults.map(({ path }) => path).sort()]).toEqual([
      ...[200, paths.length === 0, paths]
    ])
    expect((await ask('GET', 'routing-policies/default')).status).toBe(404)
  })

  const hour = { from: '2026-01-01T00:00:00Z' }

  test('is tried out on what has happened', async () => {
    await app.pay(worker, 'tried-out')
    const started = await ask('POST', 'routing-replays', { policy, ...hour })
    expect(started).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^rr_/) as unknown } })
    const path = String(started.headers.get('location')).replace('/v1/admin/', '')
    const { body } = await eventually(async () => {
      const replay = await ask('GET', path)
      expect(replay.body).toMatchObject({ status: 'done', progress: 1 })
      return replay
    })
    const result = body['result'] as Record<string, unknown>
    expect(Number(result['choices']) + Number(result['open'])).toBeGreaterThan(0)
    expect(result).toMatchObject({ policy: 'default', tooLittle: [expect.any(String)] })
    expect((await ask('DELETE', path)).status).toBe(204)
    expect((await ask('GET', path)).body).toMatchObject({ code: 'replay_not_found' })
  })

  test('is tried out twice at a time at most, and makes room when it is cancelled', async () => {
    const starts = await Promise.all([1, 2, 3].map(() => ask('POST', 'routing-replays', { policy, ...hour })))
    expect(starts.map(({ status }) => status).sort()).toEqual([202, 202, 429])
    const running = starts.filter(({ status }) => status === 202).map(({ body }) => String(body['id']))
    for (const id of running) expect((await ask('DELETE', `routing-replays/${id}`)).status).toBe(204)
    const next = await ask('POST', 'routing-replays', { policy, ...hour })
    expect(next.status).toBe(202)
    await ask('DELETE', `routing-replays/${String(next.body['id'])}`)
  })

  test.each<[object, string, string]>([
    [{ policy }, 'body_invalid', '/from'],
    [{ policy, from: 'yesterday' }, 'body_invalid', '/from'],
    [{ policy, from: '2026-02-30T25:00:00Z' }, 'body_invalid', '/from'],
    [{ policy, ...hour, to: hour.from }, 'body_invalid', '/to'],
    [{ policy: { id: 'x', rules: 7 }, ...hour }, 'body_invalid', '/policy/rules'],
    [{ policy: { id: 'x', choice: 'thompson' }, ...hour }, 'body_invalid', '/policy/choice'],
    [
      { policy: { id: 'x', rules: [{ name: 'x', prefer: ['nowhere'] }] }, ...hour },
      'reference_unknown',
      '/policy/rules/0/prefer/0'
    ],
    [{ policy: [], ...hour }, 'body_invalid', '/policy']
  ])('is not tried out by %j', async (body, code, path) => {
    const answer = await ask('POST', 'routing-replays', body)
    expect(answer).toMatchObject({ status: code === 'reference_unknown' ? 422 : 400, body: { code } })
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ path }))
  })
})

test('the lag of every group is told, with who reads for it', async () => {
  const { body } = await eventually(async () => {
    const answer = await ask('GET', 'lag')
    expect(answer.status).toBe(200)
    const groups = answer.body['data'] as { role: string; lag: number; faults: string[] }[]
    for (const { lag, faults } of groups) expect([lag, faults]).toEqual([0, []])
    return answer
  })
  const roles = (body['data'] as { role: string }[]).map(({ role }) => role)
  expect([...new Set(roles)]).toEqual(['processor', 'gateway', 'projector', 'delivery'])
})
