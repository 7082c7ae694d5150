import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import kafkajs, { type Producer } from 'kafkajs'
import { IdempotentPaymentService, PaymentService, type PaymentRequest } from '../../../client/src/index.ts'
import { TransactionalPaymentService } from '../../../client/src/kafka/index.ts'
import { App, eventually, type Worker } from '../app.ts'
import { decodeAll, readAll } from '../payments/topic.ts'
import { DroppingProxy } from './dropping-proxy.ts'
import { everyRequest } from './every-request.ts'
import { Project } from './project.ts'

jest.setTimeout(60_000)

const payment = (changes: Partial<PaymentRequest> = {}): PaymentRequest => ({
  amount: 1099,
  currency: 'EUR',
  customer: { id: 'cus_1' },
  paymentMethod: { type: 'card', token: 'tok_visa' },
  ...changes
})

let app: App
let worker: Worker
let proxy: DroppingProxy | undefined
let payments: IdempotentPaymentService

beforeAll(async () => {
  app = await App.create({ name: 'client' })
  worker = await app.start()
  proxy = await DroppingProxy.start(worker.url)
  payments = new IdempotentPaymentService({
    ...{ url: proxy.url, apiKey: app.apiKey, merchantId: 'demo' },
    firstPauseMs: 10
  })
}, 60_000)
afterAll(() => proxy?.close())

test('asks for nothing that the service does not offer', async () => {
  const { paths } = (await (await fetch(`${worker.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, object>>
  }
  const offered = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, 'id')}`)
  )
  const asked = await everyRequest()
  expect(asked.filter(request => !offered.includes(request))).toEqual([])
  expect(asked.length).toBeGreaterThan(20)
})

describe('where answers are lost after the request was taken', () => {
  test('a payment is started once, charged once, and answered', async () => {
    proxy!.lose(3)
    const { paymentId, settled } = await payments.create(payment(), { idempotencyKey: 'lost-1' })
    expect(settled).toBe(true)
    expect(proxy!.answers).toEqual([201, 201, 201, 201])
    expect(await app.ledger(paymentId)).toHaveLength(1)
    const started = await payments.events(paymentId)
    expect(started.filter(({ type }) => type === 'PaymentInitiated')).toHaveLength(1)
  })

  test('a refund is given once', async () => {
    const { paymentId } = await payments.create(payment(), { idempotencyKey: 'lost-2' })
    proxy!.lose(2)
    const outcome = await payments.refund(paymentId, { amount: 300 })
    expect(outcome).toMatchObject({
      settled: true,
      refund: { amount: 300 },
      refundId: expect.stringMatching(/^ref_/)
    })
    const refunded = await payments.waitFor(paymentId, ({ refundedAmount }) => refundedAmount > 0)
    expect(refunded.refundedAmount).toBe(300)
    const refunds = (await app.ledger(paymentId)).filter(({ kind }) => kind === 'REFUND')
    expect(refunds.map(({ amount }) => amount)).toEqual([300])
    expect(await payments.getRefund(paymentId, outcome.refundId)).toMatchObject({ status: 'succeeded' })
  })

  test('a refusal is the same at each try', async () => {
    const { paymentId } = await payments.create(payment(), { idempotencyKey: 'lost-3' })
    proxy!.lose(2)
    const refused = payments.capture(paymentId, { amount: 1 })
    await expect(refused).rejects.toMatchObject({
      ...{ code: 'status_conflict', status: 409, retryable: false, outcomeUnknown: false, paymentId },
      problem: { code: 'status_conflict' }
    })
    expect(proxy!.answers).toEqual([409, 409, 409])
  })
})

test('takes a payment through its life, and reads what it has written', async () => {
  const metadata = { order: 'life' }
  const customer = { id: 'cus_life', email: 'life@shop.example' }
  const started = await payments.create(payment({ capture: 'manual', metadata, customer }))
  const { paymentId: id, position } = started
  const authorized = await payments.get(id, { position })
  expect(authorized).toMatchObject({ status: 'AUTHORIZED', metadata })
  expect(started).toEqual({ settled: true, paymentId: id, position, payment: authorized })
  const captured = await payments.capture(id, { amount: 999 }, { ifVersion: authorized.version })
  expect(captured).toMatchObject({ settled: true, payment: { status: 'COMPLETED', capturedAmount: 999 } })
  const late = payments.cancel(id, { reason: 'too late' }, { ifVersion: authorized.version })
  await expect(late).rejects.toMatchObject({ code: 'version_conflict' })
  expect(await payments.getAsOf(id, 1)).toMatchObject({ status: 'INITIATED', version: 1 })
  const closed = await payments.closeRefunds(id)
  await expect(payments.refund(id)).rejects.toMatchObject({ code: 'refund_window_closed' })
  const events = await payments.events(id, { position: closed.position })
  expect(events.at(-1)).toMatchObject({ type: 'RefundsClosed' })
  expect(await payments.routing(id)).toMatchObject([{ gateway: expect.stringMatching(/^sandbox-/) }])
  expect(await payments.refunds(id)).toEqual([])
  const held = await eventually(() => payments.getCustomer('cus_life'))
  expect(held.email).toBe('life@shop.example')
  await payments.eraseCustomer('cus_life')
  await eventually(() =>
    expect(payments.getCustomer('cus_life')).rejects.toMatchObject({ code: 'customer_not_found' })
  )

  const failed = await payments.create(payment({ paymentMethod: { type: 'card', token: 'tok_declined' } }))
  const again = await payments.retry(failed.paymentId)
  expect(again).toMatchObject({
    settled: true,
    payment: { status: 'FAILED', failure: { code: 'card_declined' } }
  })
  const position_ = again.position
  const listed = []
  for await (const { id } of payments.list({ customer: 'cus_1', pageSize: 1 }, { position: position_ }))
    listed.push(id)
  expect(new Set(listed).size).toBe(listed.length)
  expect(listed).toContain(failed.paymentId)
})

describe('shows', () => {
  const customer = { id: 'cus_shown' }
  const inYen = { amount: 700, currency: 'JPY', customer }
  let shown: string
  let refused: string

  beforeAll(async () => {
    shown = (await payments.create(payment(inYen))).paymentId
    await payments.refund(shown, { amount: 200 })
    const declined = { paymentMethod: { type: 'card', token: 'tok_declined' } } as const
    refused = (await payments.create(payment({ ...inYen, ...declined }))).paymentId
    await payments.create(payment({ ...inYen, capture: 'manual' }))
  })

  test('what a customer has paid and got back, as JSON and as CSV', async () => {
    const [yen] = await eventually(async () => {
      const { currencies } = await payments.getStatement(customer.id)
      expect(currencies).toMatchObject([{ currency: 'JPY', captured: 700, refunded: 200, closing: 500 }])
      return currencies
    })
    const entries = yen!.entries.map(({ kind, amount, balance, paymentId }) => [
      kind,
      amount,
      balance,
      paymentId
    ])
    expect(entries).toEqual([
      ['capture', 700, 700, shown],
      ['refund', -200, 500, shown]
    ])
    const period = { to: yen!.entries[1]!.occurredAt, currency: 'JPY' }
    const lines = (await payments.getStatementAsCsv(customer.id, period)).split('\r\n')
    expect(lines.map(line => line.split(',')).map(([currency, , kind]) => [currency, kind])).toEqual([
      ['currency', 'kind'],
      ...['opening', 'capture', 'closing'].map(kind => ['JPY', kind]),
      ['', undefined]
    ])
    const nobody = payments.getStatement('cus_nobody')
    await expect(nobody).rejects.toMatchObject({ code: 'customer_not_found' })
  })

  test('what the audit trail has of a payment', async () => {
    const entries = await eventually(async () => {
      const [entries, events] = await Promise.all([payments.audit(shown), payments.events(shown)])
      expect(events.at(-1)!.type).toBe('PaymentPartiallyRefunded')
      expect(entries.map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id))
      return entries
    })
    expect(entries[0]).toMatchObject({
      type: 'PaymentInitiated',
      chain: expect.stringMatching(/^[0-9a-f]{64}$/)
    })
  })

  test('figures, by pages of one period, what is under way, and why payments came to nothing', async () => {
    const { analytics } = payments
    await eventually(async () => {
      const rows = []
      const filter = { by: ['day', 'gateway'], currency: 'JPY', pageSize: 1 } as const
      for await (const row of analytics.payments(filter)) rows.push(row)
      expect(rows.length).toBeGreaterThan(1)
      expect(rows.reduce((sum, { payments }) => sum + payments.initiated.count, 0)).toBe(3)
      expect(rows.reduce((sum, { refunds }) => sum + refunds.succeeded.amount, 0)).toBe(200)
    })
    const authorized = { currency: 'JPY', status: 'AUTHORIZED', count: 1, amount: 700 }
    expect(await analytics.inFlight()).toContainEqual(authorized)
    const { of, data } = await analytics.declines({ of: 'attempt', currency: 'JPY', limit: 1 })
    expect([of, data]).toMatchObject(['attempt', [{ code: 'card_declined', count: 1, share: 1 }]])
  })

  test('what happens, as it happens, and behind what one has been told', async () => {
    // The proxy keeps answers until they are whole.
    const direct = new PaymentService({ url: worker.url, apiKey: app.apiKey })
    const filter = { customer: customer.id, type: ['PaymentInitiated', 'PaymentFailed'] } as const
    const places = []
    const told = []
    for await (const event of direct.stream({ ...filter, from: 'beginning' })) {
      told.push([event.type, event.paymentId])
      places.push(event.lastEventId)
      if (told.length === 4) break
    }
    expect(told).toContainEqual(['PaymentInitiated', shown])
    expect(told).toContainEqual(['PaymentFailed', refused])
    const ending = new AbortController()
    const again = []
    const options = { lastEventId: places[1]!, signal: ending.signal }
    for await (const event of direct.stream(filter, options)) {
      again.push([event.type, event.paymentId])
      if (again.length === 2) await payments.create(payment({ customer }))
      if (again.length === 3) ending.abort()
    }
    expect(again.slice(0, 2)).toEqual(told.slice(2))
    expect(again).toHaveLength(3)
  })

  test('those who run the installation the payments of the merchant whom they name', async () => {
    const asOperator = (merchantId?: string) =>
      new PaymentService({
        ...{ url: worker.url, apiKey: app.adminKey },
        ...(merchantId === undefined ? {} : { merchantId })
      })
    expect(await asOperator('demo').get(shown)).toMatchObject({ id: shown })
    for await (const { paymentId } of asOperator('demo').stream({ payment: shown, from: 'beginning' })) {
      expect(paymentId).toBe(shown)
      break
    }
    await expect(asOperator().get(shown)).rejects.toMatchObject({ code: 'merchant_required' })
    await expect(asOperator('nobody').get(shown)).rejects.toMatchObject({ code: 'merchant_not_found' })
    const mistaken = new PaymentService({ url: worker.url, apiKey: app.apiKey, merchantId: 'rival' })
    await expect(mistaken.get(shown)).rejects.toMatchObject({ code: 'merchant_mismatch' })
  })
})

describe('inside a Kafka transaction of the caller', () => {
  let transactional: TransactionalPaymentService
  let producer: Producer
  let orders: string

  beforeAll(async () => {
    const admin = app.kafka.admin()
    await admin.connect()
    const prefix = app.settings['AEGISPAY_PREFIX']!
    orders = `${prefix}orders`
    await admin.createTopics({ topics: [{ topic: orders, numPartitions: 1 }], waitForLeaders: true })
    transactional = await TransactionalPaymentService.connect({
      ...{ merchantId: 'demo', admin, prefix },
      schemaRegistry: app.settings['AEGISPAY_SCHEMA_REGISTRY_URL']!
    })
    await admin.disconnect()
    producer = app.kafka.producer({
      ...{ transactionalId: `${prefix}shop`, transactionTimeout: 30_000 },
      ...{ idempotent: true, maxInFlightRequests: 1 },
      // It would place half of the keys elsewhere: the client does not leave it to the producer.
      createPartitioner: kafkajs.Partitioners.LegacyPartitioner
    })
    await producer.connect()
  })
  afterAll(() => producer.disconnect())

  async function place(
    order: string,
    amount: number,
    end: 'commit' | 'abort',
    more: Partial<PaymentRequest> = {}
  ) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: orders, messages: [{ key: order, value: String(amount) }] })
    const produced = await transactional.create(transaction, payment({ amount, ...more }), {
      ...{ idempotencyKey: order, correlationId: `from-${order}` }
    })
    await transaction[end]()
    return produced
  }

  const placed = async (order: string) =>
    (await readAll(app.kafka, orders))
      .filter(({ key }) => key?.toString() === order)
      .map(({ value }) => value?.toString())

  test('a command never takes effect when it is aborted, and once when it is committed, as the caller’s own record', async () => {
    const order = 'order-1'
    await place(order, 1, 'abort')
    // The same key with another amount: had the first been seen, this would be refused.
    const { paymentId, partition } = await place(order, 1099, 'commit')
    await place(order, 1099, 'commit')
    const completed = await payments.waitFor(paymentId, ['COMPLETED', 'FAILED'])
    expect(completed).toMatchObject({ status: 'COMPLETED', amount: 1099, capturedAmount: 1099 })
    expect(await app.ledger(paymentId)).toMatchObject([{ kind: 'PURCHASE', amount: 1099 }])
    expect(await placed(order)).toEqual(['1099', '1099'])
    const commands = (await readAll(app.kafka, app.topics.commands)).filter(
      ({ key }) => key?.toString() === paymentId
    )
    expect(commands.map(command => command.partition)).toEqual([partition, partition])
    const [initiated] = await payments.events(paymentId)
    expect(initiated).toMatchObject({ type: 'PaymentInitiated', correlationId: `from-${order}` })
    // Had it been on the wrong partition, it would have been forwarded to the right one.
    const metrics = await (await fetch(`${worker.url}/metrics`)).text()
    expect(metrics).not.toMatch(/^aegispay_processor_forwarded_total\S* [1-9]/m)
  })

  test('every command can be given so', async () => {
    const contact = { id: 'cus_kafka', email: 'kafka@shop.example', country: 'DE' }
    const details = { captureDelayMs: 1, description: 'Order 2', metadata: { order: '2' }, customer: contact }
    const { paymentId: id } = await place('order-2', 800, 'commit', details)
    const inTransaction = async (
      give: (transaction: Awaited<ReturnType<Producer['transaction']>>) => Promise<unknown>
    ) => {
      const transaction = await producer.transaction()
      await give(transaction)
      await transaction.commit()
    }
    await payments.waitFor(id, ['COMPLETED'])
    expect(await payments.getCustomer('cus_kafka')).toMatchObject({ email: contact.email })
    const { paymentId: reserved } = await place('order-3', 700, 'commit', { capture: 'manual' })
    const { paymentId: released } = await place('order-4', 600, 'commit', { capture: 'manual' })
    const declined = { paymentMethod: { type: 'card', token: 'tok_declined' } } as const
    const { paymentId: refused } = await place('order-5', 500, 'commit', declined)
    await payments.waitFor(reserved, ['AUTHORIZED'])
    await payments.waitFor(released, ['AUTHORIZED'])
    const failed = await payments.waitFor(refused, ['FAILED'])
    await inTransaction(async transaction => {
      const key = (operation: string) => ({ idempotencyKey: operation })
      await transactional.capture(transaction, reserved, { amount: 650 }, key('capture'))
      await transactional.cancel(transaction, released, { reason: 'Sold out' }, key('cancel'))
      await transactional.refund(transaction, id, { amount: 200 }, key('refund'))
      await transactional.retry(transaction, refused, { ...key('retry'), ifVersion: failed.version })
    })
    await payments.waitFor(reserved, ({ capturedAmount }) => capturedAmount === 650)
    await payments.waitFor(released, ['CANCELLED'])
    await payments.waitFor(id, ({ refundedAmount }) => refundedAmount === 200)
    await payments.waitFor(refused, ({ version, status }) => version > failed.version && status === 'FAILED')
    await inTransaction(transaction =>
      transactional.closeRefunds(transaction, id, { idempotencyKey: 'close' })
    )
    await eventually(async () =>
      expect((await payments.events(id)).at(-1)).toMatchObject({ type: 'RefundsClosed' })
    )
  })

  test('is the command that HTTP makes of the same request', async () => {
    const request = payment({
      description: 'Either way',
      metadata: { way: 'any' },
      customer: { id: 'c', country: 'DE' }
    })
    const overHttp = await payments.create(request, { idempotencyKey: 'either-way' })
    const transaction = await producer.transaction()
    await transactional.create(transaction, request, { idempotencyKey: 'either-way' })
    await transaction.commit()
    const commands = (await decodeAll(app.kafka, app.topics.commands, app.codec)).filter(
      ({ value }) => 'paymentId' in value && value.paymentId === overHttp.paymentId
    )
    expect(commands).toHaveLength(2)
    expect(commands[0]).toEqual(commands[1])
  })

  test('what cannot be written is refused before anything of it is sent', async () => {
    const sent: unknown[] = []
    const nowhere = { send: (record: unknown) => Promise.resolve(sent.push(record)) }
    const key = { idempotencyKey: 'bad' }
    const contact = { id: 'cus_bad', email: 'bad@shop.example' }
    for (const bad of [
      payment({ amount: 1.5, customer: contact }),
      payment({ currency: 978 as unknown as string, customer: contact }),
      payment({ customer: { ...contact, address: '192.0.2.1' } })
    ])
      await expect(transactional.create(nowhere, bad, key)).rejects.toMatchObject({ code: 'request_invalid' })
    await expect(transactional.create(nowhere, payment(), { idempotencyKey: '' })).rejects.toMatchObject({
      code: 'request_invalid'
    })
    expect(sent).toEqual([])
  })

  test('connecting says what is missing', async () => {
    const admin = app.kafka.admin()
    await admin.connect()
    const options = { merchantId: 'demo', admin, prefix: app.settings['AEGISPAY_PREFIX']! }
    const registry = app.settings['AEGISPAY_SCHEMA_REGISTRY_URL']!
    await expect(
      TransactionalPaymentService.connect({ ...options, schemaRegistry: 'http://127.0.0.1:9' })
    ).rejects.toMatchObject({ code: 'schema_unavailable', retryable: true })
    await expect(
      TransactionalPaymentService.connect({ ...options, schemaRegistry: `${registry}/nowhere` })
    ).rejects.toMatchObject({ code: 'schema_unavailable', retryable: false })
    await admin.disconnect()
  })
})

describe('the package', () => {
  let project: Project

  beforeAll(async () => {
    project = await Project.withPackage()
  }, 60_000)

  test('holds compiled JavaScript with declarations, and brings no other package along', () => {
    expect(project.installed()).toEqual(['aegispay'])
    expect(project.installed('aegispay').sort()).toEqual(['README.md', 'dist', 'package.json'])
    const files = project.installed('aegispay/dist').filter(name => name !== 'kafka')
    expect(new Set(files.map(name => name.replace(/^\w+(-\w+)*/, '')))).toEqual(new Set(['.js', '.d.ts']))
  })

  test('is compiled against strictly, without the types of Node', async () => {
    project.write(
      'shop.ts',
      `import { AegisPayError, IdempotentPaymentService, PaymentService, type Payment } from 'aegispay/client'
       const services: PaymentService[] = [new IdempotentPaymentService({ url: 'http://127.0.0.1', apiKey: 'k' })]
       export async function statusOf(id: string): Promise<Payment['status'] | AegisPayError> {
         try { return (await services[0]!.get(id)).status }
         catch (error) { if (error instanceof AegisPayError) return error; throw error }
       }
       // @ts-expect-error a text is no amount
       void services[0]!.refund('pay_1', { amount: '10.99' }, { idempotencyKey: 'k' })
       // @ts-expect-error a command needs a key
       void services[0]!.capture('pay_1', {}, {})
       for await (const { paymentId } of services[0]!.stream({ type: 'PaymentCaptured' })) void (paymentId satisfies string)
      `
    )
    await project.compile(['shop.ts'], { lib: ['es2022', 'dom'], types: [] })
  })

  test('its examples compile against the declarations, and do what they say', async () => {
    // What users of the part for Kafka install themselves.
    project.add('avsc', 'kafkajs', '@types', 'undici-types')
    const examples = ['http', 'idempotent', 'kafka-transaction', 'stream']
    for (const name of examples) project.copy(`examples/client/${name}.ts`, `${name}.ts`)
    await project.compile(
      examples.map(name => `${name}.ts`),
      { types: ['node'] }
    )
    const settings = app.settings
    project.write(
      'dev.json',
      JSON.stringify({
        ...{ url: worker.url, apiKey: app.apiKey, sandbox: app.sandboxUrl },
        kafka: { brokers: settings['AEGISPAY_KAFKA_BROKERS']!.split(',') },
        schemaRegistry: settings['AEGISPAY_SCHEMA_REGISTRY_URL'],
        prefix: settings['AEGISPAY_PREFIX']
      })
    )
    const said = await Promise.all(
      examples.map(async name =>
        (await project.run(process.execPath, [`${name}.js`, 'dev.json'])).split('\n')
      )
    )
    const [http, idempotent, transaction, stream] = said.map(lines =>
      lines.filter(line => !line.startsWith('event'))
    )
    expect(http).toEqual([
      expect.stringMatching(/^payment {2}pay_\w+ COMPLETED$/),
      'read     COMPLETED 1099 EUR',
      'refund   succeeded',
      'read     PARTIALLY_REFUNDED 500 refunded',
      'refused  amount_exceeds_refundable',
      ''
    ])
    expect(idempotent).toEqual([
      ...['answer   201, lost on the way', 'answer   201, lost on the way', 'answer   201'],
      ...[expect.stringMatching(/^payment {2}pay_\w+ settled$/), 'charges  1', '']
    ])
    expect(transaction).toEqual([
      ...['order    1 aborted', 'order    1099 committed'],
      ...[expect.stringMatching(/^payment {2}pay_\w+ COMPLETED 1099$/), '']
    ])
    const told = stream!.slice(0, -1)
    expect(told.map(line => line.split(/ +/)[1])).toEqual(told.map((_, index) => String(index + 1)))
    expect([told[0], told.at(-1)]).toEqual([
      'told     1 PaymentInitiated',
      expect.stringMatching(/^told {5}\d+ PaymentCompleted$/)
    ])
  })
})
