// What customers are told by mail, on real services and with an SMTP server on this machine.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import pg from 'pg'
import { App, eventually, type Worker } from '../app.ts'
import { produce } from '../payments/topic.ts'
import { MailServer } from './mail-server.ts'

jest.setTimeout(90_000)

const notifications = {
  from: 'pay@shop.example',
  events: ['payment.completed', 'payment.failed', 'payment.partially_refunded', 'payment.refunded']
}

let app: App
let worker: Worker
let mails: MailServer

beforeAll(async () => {
  mails = await MailServer.start()
  app = await App.create({
    name: 'mail',
    settings: {
      AEGISPAY_SMTP_HOST: '127.0.0.1',
      AEGISPAY_SMTP_PORT: String(mails.port),
      AEGISPAY_SMTP_SECURITY: 'none',
      AEGISPAY_MAIL_RETRY_MS: Array.from({ length: 30 }, () => '300').join(','),
      AEGISPAY_LOG_LEVEL: 'trace'
    }
  })
  worker = await app.start()
  await tell(notifications)
}, 90_000)

/** Changes what the merchant has its customers told. */
async function tell(settings: object, expected = 200) {
  const path = '/v1/admin/merchants/demo'
  const apiKey = app.adminKey
  const { headers, body } = await app.request(worker, 'GET', path, { apiKey })
  const changed = await app.request(worker, 'PUT', path, {
    ...{ apiKey, headers: { 'if-match': headers.get('etag')! } },
    body: { ...body, notifications: settings }
  })
  expect([changed.status, changed.body]).toEqual([expected, expect.anything()])
  return changed
}

const emailOf = (customer: string) => `${customer}@customers.example`
const pay = (key: string, changes: object = {}) =>
  app.pay(worker, key, {
    customer: { id: key, email: emailOf(key), name: 'Jane Doe' },
    ...changes
  })

async function notificationsOf(id: string) {
  const { status, body } = await app.request(worker, 'GET', `/v1/notifications?payment=${id}`)
  expect(status).toBe(200)
  return body['data'] as Record<string, unknown>[]
}
const untilEnded = (id: string, count: number) =>
  eventually(async () => {
    const listed = await notificationsOf(id)
    expect(listed).toHaveLength(count)
    expect(listed.map(({ status }) => status)).not.toContain('pending')
    return listed
  })

/** Delivery has come as far as the view of events has, and that shows the end of a payment. */
const untilRead = (id: string) =>
  eventually(async () => {
    const { body } = await app.request(worker, 'GET', `/v1/payments/${id}/events`)
    expect((body['data'] as { type: string }[]).map(({ type }) => type)).toContain('PaymentCompleted')
    const positions = await app.query<{ next_offset: number; partition: number; view: string }>(
      "SELECT view, partition, next_offset FROM projection_positions WHERE view IN ('webhooks', 'payment_events')"
    )
    const byPartition = Map.groupBy(positions, ({ partition }) => partition)
    for (const [, both] of byPartition)
      expect(new Set(both.map(({ next_offset }) => next_offset)).size).toBe(1)
  })

test('a completed payment is told of, with its amount and nothing of the card', async () => {
  const id = await pay('paid', { amount: 1_234_567, currency: 'JPY', description: 'Two chairs' })
  const [listed] = await untilEnded(id, 1)
  const [mail, ...others] = mails.to(emailOf('paid'))
  expect(others).toEqual([])
  const { parsed, raw, to } = mail!
  expect(to).toEqual([emailOf('paid')])
  expect(parsed.from?.value).toEqual([{ name: expect.any(String), address: 'pay@shop.example' }])
  expect(parsed.subject).toBe('We have received 1234567 JPY')
  expect(parsed.text).toContain('Hello Jane Doe,\n\nwe have received your payment of 1234567 JPY.')
  expect(parsed.text).toContain(`Two chairs\n\nReference: ${id}`)
  expect(parsed.html).toBe(false)
  expect(raw).not.toContain('tok_visa')
  expect(listed).toEqual({
    ...{ id: expect.stringMatching(/^ntf_/), paymentId: id, sequence: expect.any(Number) },
    ...{ eventType: 'payment.completed', status: 'sent', reason: null, attemptCount: 1 },
    ...{ nextAttemptAt: null, createdAt: expect.any(String), sentAt: expect.any(String) }
  })
})

test('refunds are told of in order, with what was given back', async () => {
  const id = await pay('refunded')
  await untilEnded(id, 1)
  await app.request(worker, 'POST', `/v1/payments/${id}/refunds`, { key: 'r-1', body: { amount: 300 } })
  await untilEnded(id, 2)
  await app.request(worker, 'POST', `/v1/payments/${id}/refunds`, { key: 'r-2' })
  await untilEnded(id, 3)
  const [received, part, all] = mails.to(emailOf('refunded')).map(({ parsed }) => parsed)
  expect(received!.subject).toBe('We have received 10.99 EUR')
  expect(part!.text).toContain('3.00 EUR of your payment, 3.00 EUR in all')
  expect(all!.text).toContain('7.99 EUR, and with it all of your payment')
})

test('what failed is told with what the customer can do about it', async () => {
  const id = await pay('declined', { paymentMethod: { type: 'card', token: 'tok_insufficient_funds' } })
  await untilEnded(id, 1)
  const [mail] = mails.to(emailOf('declined'))
  expect(mail!.parsed.subject).toBe('Your payment of 10.99 EUR did not go through')
  expect(mail!.parsed.text).toContain('Pay with another card.')
})

test('nobody is told of what the merchant does not want told, or who has no address', async () => {
  await tell({ ...notifications, events: ['payment.refunded'] })
  const unwanted = await pay('unwanted')
  // What counts is what the merchant wants told when the event is read.
  await untilRead(unwanted)
  await tell(notifications)
  const silent = await app.pay(worker, 'silent', { customer: { id: 'silent' } })
  const [listed] = await untilEnded(silent, 1)
  expect(listed).toMatchObject({ status: 'skipped', reason: 'no_address', attemptCount: 0 })
  expect(await notificationsOf(unwanted)).toEqual([])
})

describe('a mail server', () => {
  test('that says 4xx is asked again later, with the same message', async () => {
    let refusals = 2
    mails.answering = () => (refusals-- > 0 ? 451 : null)
    const id = await pay('later')
    const [listed] = await untilEnded(id, 1)
    expect(listed).toMatchObject({ status: 'sent', attemptCount: 3, reason: null })
    const ids = mails.to(emailOf('later')).map(({ parsed }) => parsed.messageId)
    expect(ids).toEqual([ids[0], ids[0], ids[0]])
    expect(ids[0]).toMatch(/^<[\w-]{32}@notifications\.aegispay>$/)
  })

  test('that says 5xx is not asked again, and what comes next goes out', async () => {
    mails.answering = ({ parsed }) => (parsed.subject?.includes('received') === true ? 550 : null)
    const id = await pay('refused')
    await app.request(worker, 'POST', `/v1/payments/${id}/refunds`, { key: 'r-refused' })
    const listed = await untilEnded(id, 2)
    mails.answering = () => null
    expect(listed.map(({ status, reason, attemptCount }) => [status, reason, attemptCount])).toEqual([
      ['sent', null, 1],
      ['failed', 'smtp_550', 1]
    ])
  })
})

test('a customer who is erased while a mail waits gets nothing, and is written nowhere', async () => {
  mails.answering = () => 451
  const id = await pay('erased')
  await eventually(async () => expect((await notificationsOf(id))[0]).toMatchObject({ reason: 'smtp_451' }))
  expect((await app.request(worker, 'DELETE', '/v1/customers/erased')).status).toBe(204)
  const tried = mails.to(emailOf('erased')).length
  mails.answering = () => null
  const [listed] = await untilEnded(id, 1)
  expect(listed).toMatchObject({ status: 'skipped', reason: 'no_address' })
  const last = mails.to(emailOf('erased'))
  // One may have been on its way when the customer was erased, and it was refused.
  expect(last.length - tried).toBeLessThanOrEqual(1)
  const kept = [
    ...(await app.query('SELECT * FROM notifications')),
    ...(await app.query("SELECT data, output FROM aegispay_jobs.job WHERE name = 'mail-lanes'"))
  ]
  expect(JSON.stringify(kept)).not.toContain('@customers.example')
  expect(worker.log.join('\n')).not.toContain('@customers.example')
})

describe('no header can be added', () => {
  const evil = 'Jane\r\nBcc: victim@elsewhere.example\r\n\r\nClick here'

  test('by a customer’s name or a description', async () => {
    const templates = {
      'payment.completed': {
        subject: 'For {customer}: {description}',
        text: 'Dear {customer}: {description}'
      }
    }
    await tell({ ...notifications, templates })
    const contact = {
      ...{ merchantId: 'demo', customerId: 'evil', email: emailOf('evil'), name: evil },
      ...{ phone: null, updatedAt: Date.now() }
    }
    const value = app.codec.encode('aegispay.customers.CustomerContact', contact)
    await produce(app.kafka, app.topics.customers, [{ key: 'demo/evil', value }])
    await eventually(async () =>
      expect((await app.request(worker, 'GET', '/v1/customers/evil')).body['name']).toBe(evil)
    )
    const id = await app.pay(worker, 'evil', { customer: { id: 'evil' }, description: evil })
    await untilEnded(id, 1)
    await tell(notifications)
    const [mail] = mails.to(emailOf('evil'))
    expect(mail!.to).toEqual([emailOf('evil')])
    expect(mail!.parsed.bcc).toBeUndefined()
    const flat = 'Jane Bcc: victim@elsewhere.example Click here'
    expect(mail!.parsed.subject).toBe(`For ${flat}: ${flat}`)
    expect(mail!.parsed.text?.trim()).toBe(`Dear ${flat}: ${flat}`)
  })

  test.each([
    ['a name', { fromName: 'Shop\r\nBcc: a@b.example' }],
    ['an address', { from: 'pay@shop.example\r\nBcc: a@b.example' }],
    ['two addresses', { from: 'pay@shop.example, a@b.example' }],
    ['a subject', { templates: { 'payment.completed': { subject: 'a\nBcc: a@b.example', text: 'a' } } }],
    [
      'a placeholder that means nothing',
      { templates: { 'payment.completed': { subject: '{hint}', text: 'a' } } }
    ]
  ])('by a merchant’s document: %s', async (_, change) => {
    const { body } = await tell({ ...notifications, ...change }, 400)
    expect(body['code']).toBe('body_invalid')
  })
})

test('events that are read again, and read models that begin anew, send nothing again', async () => {
  const id = await pay('once')
  await untilEnded(id, 1)
  const sent = mails.received.length
  await worker.end('SIGTERM')
  await app.query(
    "UPDATE projection_positions SET next_offset = 0 WHERE view IN ('webhooks', 'payments', 'payment_events')"
  )
  await app.query('TRUNCATE payments, payment_events')
  worker = await app.start()
  const next = await pay('after')
  await untilEnded(next, 1)
  await untilRead(next)
  expect(mails.received.length - mails.to(emailOf('after')).length).toBe(sent)
})

test('a process that dies after the server took a mail and before that is recorded: the same message again', async () => {
  const db = new pg.Client(app.settings['AEGISPAY_POSTGRES_URL'])
  await db.connect()
  const taken = Promise.withResolvers<undefined>()
  mails.answering = async () => {
    await db.query('BEGIN; LOCK TABLE notifications IN SHARE ROW EXCLUSIVE MODE')
    mails.answering = () => null
    taken.resolve(undefined)
    return null
  }
  const id = await pay('killed')
  await taken.promise
  await eventually(async () => {
    // Not in the transaction: there it would be seen for ever as it was seen first.
    const rows = await app.query<{ query: string }>(
      "SELECT left(query, 20) AS query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    expect(rows).toContainEqual({ query: 'UPDATE notifications' })
  })
  await worker.end('SIGKILL')
  // What the dead has asked for must not be done when the lock is gone.
  await app.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
  )
  await db.query('ROLLBACK')
  await db.end()
  worker = await app.start()
  await eventually(async () => untilEnded(id, 1), 60_000)
  const [first, again, ...others] = mails.to(emailOf('killed')).map(({ parsed }) => parsed)
  expect(others).toEqual([])
  expect(again!.messageId).toBe(first!.messageId)
  expect(again!.text).toBe(first!.text)
}, 150_000)
