// The operators' console in a real browser, on a service of its own.
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { App, eventually, type Worker } from '../../integration/app.ts'
import { Receiver, verify } from '../../integration/delivery/receiver.ts'
import { addEndpoint, deliveriesOf } from '../../integration/delivery/shop.ts'
import { Outputs } from '../../../src/processors/payments/outputs.ts'
import { initiate } from '../../integration/payments/initiate.ts'
import { produce } from '../../integration/payments/topic.ts'
import { browserPath, MISSING, signIn, visit, type Visit } from './browser.ts'
import { flaws } from './looks.ts'

jest.setTimeout(60_000)

if (browserPath === null) console.warn(MISSING)
const inBrowser = browserPath === null ? describe.skip : describe

const HOUR_MS = 60 * 60 * 1000
/** Whose payments are held. */
const WATCHED = 'cus_watched'

inBrowser('the console', () => {
  let app: App
  let worker: Worker
  let home: string
  const visits: Visit[] = []

  beforeAll(async () => {
    // For so long it proves nothing that a gateway does not know a call: what is unknown stays so.
    app = await App.create({
      name: 'console',
      profile: () => ({ settlingTimeMs: HOUR_MS }),
      settings: { AEGISPAY_WEBHOOK_RETRY_MS: '50' }
    })
    worker = await app.start()
    home = `${worker.url}/console`
    const watched = {
      name: 'watched',
      when: { customers: [WATCHED] },
      score: 60,
      message: 'They are watched.'
    }
    const { status } = await app.request(worker, 'PUT', '/v1/admin/fraud-rules/default', {
      apiKey: app.adminKey,
      headers: { 'if-none-match': '*' },
      body: { id: 'default', rules: [watched], reviewFrom: 50, blockFrom: 90 }
    })
    expect(status).toBe(201)
  }, 120_000)

  afterEach(async () => {
    for (const { context, complaints } of visits.splice(0)) {
      await context.close()
      expect(complaints).toEqual([])
    }
  })

  /** A window of somebody who has signed in. */
  async function signedIn(apiKey: string, path = ''): Promise<Page> {
    const visited = await visit()
    visits.push(visited)
    await signIn(visited.page, `${home}${path}`, apiKey)
    return visited.page
  }

  /** A key of those who run the installation. */
  async function keyOf(role: 'viewer' | 'operator'): Promise<string> {
    const { status, body } = await app.request(worker, 'POST', '/v1/admin/api-keys', {
      apiKey: app.adminKey,
      body: { scopes: [role] }
    })
    expect(status).toBe(201)
    return body['apiKey'] as string
  }

  const withToken = (token: string) => ({ paymentMethod: { type: 'card', token } })

  /** Puts a command aside as the processor does, one that it could take now; returns the payment's id. */
  async function bury(key: string): Promise<string> {
    const command = initiate(key)
    const record = {
      ...{ input: 'commands', partition: 0, offset: 7, timestamp: 0, headers: {} },
      key: Buffer.from(command.paymentId),
      value: app.codec.encode('aegispay.commands.InitiatePayment', command)
    }
    const outputs = new Outputs(app.codec, app.topics)
    const letter = outputs.deadLetter(
      record,
      app.topics.commands,
      'decision_failed',
      'it is a test',
      Date.now()
    )
    const { headers = {}, ...rest } = letter
    await produce(app.kafka, app.topics.deadLetters, [{ ...rest, headers }])
    return command.paymentId
  }

  /** Presses the key until what has the focus is called so. */
  async function tabTo(page: Page, name: string | RegExp): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate<string>(
        `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText ?? '').trim() || document.activeElement.labels?.[0]?.innerText || ''`
      )
      if (typeof name === 'string' ? focused === name : name.test(focused)) return
    }
    throw new Error(`the key Tab does not lead to ${String(name)}`)
  }

  /** Has the service name a merchant more, who comes first. */
  const withMerchantBefore = (page: Page) =>
    page.route('**/v1/session', async route => {
      const response = await route.fetch()
      const session = (await response.json()) as { merchants: object[] }
      const merchants = [{ id: 'aaa', name: 'Aaa', active: true }, ...session.merchants]
      await route.fulfill({ response, json: { ...session, merchants } })
    })

  test('asks for no key again because the service cannot be reached, and goes on when it can', async () => {
    const page = await signedIn(await keyOf('viewer'))
    await page.route('**/v1/session', route => route.abort())
    await page.reload()
    await page.getByText('The service cannot be reached.').waitFor()
    expect(await page.getByLabel('API key').count()).toBe(0)
    await page.unroute('**/v1/session')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    // The browser says so, too, once for each time.
    const said = visits.at(-1)!.complaints.splice(0)
    expect(new Set(said)).toEqual(new Set(['Failed to load resource: net::ERR_FAILED']))
  })

  test('shows the same merchant after the next load, whichever merchants have come meanwhile', async () => {
    const page = await signedIn(await keyOf('viewer'))
    const chosen = page.getByLabel('Merchant')
    const shown = await chosen.inputValue()
    await withMerchantBefore(page)
    await page.reload()
    await chosen.getByRole('option', { name: 'Aaa' }).waitFor({ state: 'attached' })
    expect(await chosen.inputValue()).toBe(shown)
  })

  test('keeps in the address whose payments it shows, for whoever opens it', async () => {
    const id = await app.pay(worker, 'addressed')
    const page = await signedIn(await keyOf('viewer'))
    await withMerchantBefore(page)
    await page.reload()
    await page.getByRole('option', { name: 'Aaa' }).waitFor({ state: 'attached' })
    await page.getByRole('link', { name: 'Payments' }).click()
    await page
      .getByRole('link', { name: id.slice(0, 12) })
      .first()
      .click()
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
    // As in another tab, which knows of no merchant.
    await page.evaluate(`sessionStorage.removeItem('aegispay.merchant')`)
    await page.reload()
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  })

  test('leads from sign-in over the search to a refund, by keyboard alone', async () => {
    const id = await app.pay(worker, 'refunded', { amount: 4250 })
    const page = await signedIn(await keyOf('operator'))
    await page.keyboard.press('/')
    await page.getByRole('searchbox').waitFor()
    await page.locator('input[type=search]:focus').waitFor()
    await page.keyboard.type(id)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
    await tabTo(page, 'Refund …')
    await page.keyboard.press('Enter')
    const amount = page.getByLabel('Amount (EUR)')
    await amount.waitFor()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('12.5')
    await tabTo(page, /^Refund .*12\.50$/)
    await page.keyboard.press('Enter')
    await page.getByText('Refunded.', { exact: true }).waitFor()
    await page.locator('.badge', { hasText: 'partially refunded' }).first().waitFor()
    // Who asked for it stands in the timeline.
    await page
      .getByText(/ by key:[0-9a-f]+$/)
      .first()
      .waitFor()
    const refunds = (await app.ledger(id)).filter(({ kind }) => kind === 'REFUND')
    expect(refunds.map(({ amount: given }) => given)).toEqual([1250])
  })

  test.each([
    ['tok_capture_declined', 'Capture …', /^Capture .*\d$/],
    ['tok_capture_timeout_charged', 'Capture …', /^Capture .*\d$/],
    ['tok_void_declined', 'Cancel …', 'Cancel the payment']
  ])('does not say that what the gateway did not confirm was done: %s', async (token, action, verb) => {
    const paid = { capture: 'manual', paymentMethod: { type: 'card', token } }
    const page = await signedIn(app.apiKey, `/payments/${await app.pay(worker, token, paid)}`)
    await page.getByRole('button', { name: action }).click()
    await page.getByRole('dialog').getByRole('button', { name: verb }).click()
    const said = page.getByRole('status').filter({ hasText: /./ })
    await said.filter({ hasText: /has not done it|under way/ }).waitFor()
  })

  test('shows what is done elsewhere while its page is open', async () => {
    const id = await app.pay(worker, 'captured-elsewhere', { capture: 'manual' })
    const page = await signedIn(app.apiKey, `/payments/${id}`)
    await page.locator('.badge', { hasText: 'authorized' }).first().waitFor()
    await app.request(worker, 'POST', `/v1/payments/${id}/capture`, { key: 'c1', body: {} })
    await page.locator('.badge', { hasText: 'completed' }).first().waitFor()
  })

  test('finds payments by what the URL says, and goes back through what was looked for', async () => {
    await app.pay(worker, 'of-jane', { customer: { id: 'cus_jane' } })
    const page = await signedIn(app.apiKey, '/payments?customer=cus_jane')
    await page.getByRole('cell', { name: 'cus_jane' }).waitFor()
    await page.getByLabel('Customer').fill('cus_nobody')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('No payment of Demo merchant is like that.').waitFor()
    await page.goBack()
    await page.getByRole('cell', { name: 'cus_jane' }).waitFor()
  })

  test('shows a payment as it was', async () => {
    const id = await app.pay(worker, 'as-it-was')
    const page = await signedIn(app.apiKey, `/payments/${id}`)
    const slider = page.getByRole('slider', { name: 'As of' })
    await slider.focus()
    await page.keyboard.press('Home')
    await page.getByRole('heading', { name: 'As it was, version 1' }).waitFor()
    await page.locator('.badge', { hasText: 'initiated' }).first().waitFor()
    expect(page.url()).toContain('as_of=1')
  })

  test('puts on record what became of an operation of which nobody knew', async () => {
    const id = await app.pay(worker, 'lost', withToken('tok_error'))
    const page = await signedIn(app.adminKey, '/unknown')
    await page.getByRole('link', { name: id.slice(0, 12) }).click()
    await page.getByRole('button', { name: 'Resolve …' }).click()
    await page.getByLabel('failed').check()
    await page.getByLabel('Reason').fill('not on the statement')
    await page.getByRole('button', { name: 'Put on record' }).click()
    await page.locator('.badge', { hasText: 'failed' }).first().waitFor()
    const { body } = await app.request(worker, 'GET', `/v1/payments/${id}`)
    expect(body['status']).toBe('FAILED')
  })

  test('edits a routing policy and puts it in force', async () => {
    const page = await signedIn(app.adminKey, '/routing/default')
    const editor = page.getByRole('textbox', { name: 'Policy default' })
    await editor.fill('{\n  "id": "default",\n}')
    await page.getByRole('button', { name: 'Line 3' }).waitFor()
    await editor.fill(JSON.stringify({ id: 'default', priorities: { 'sandbox-omega': 1 } }, null, 2))
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Line 4 /priorities/sandbox-omega is no gateway' })
      .waitFor()
    await editor.fill(JSON.stringify({ id: 'default', priorities: { 'sandbox-beta': 1 } }, null, 2))
    await page.getByText('It could be written.').waitFor()
    await page.getByRole('button', { name: 'Replay' }).click()
    await page.getByRole('heading', { name: 'Volume by gateway' }).waitFor()
    await page.getByRole('button', { name: 'Activate …' }).click()
    await page.getByLabel('Reason').fill('beta is cheaper this month')
    await page.getByRole('button', { name: 'Activate', exact: true }).click()
    await page.getByText('In force.').waitFor()
    await page.getByText('“beta is cheaper this month”').waitFor()
    const { body } = await app.request(worker, 'GET', '/v1/admin/routing-policies/default', {
      apiKey: app.adminKey
    })
    expect(body).toMatchObject({ priorities: { 'sandbox-beta': 1 } })
  })

  test('redrives a dead letter', async () => {
    const id = await bury('put-aside')
    const page = await signedIn(await keyOf('operator'), '/dead-letters')
    await page.getByRole('table', { name: 'Dead letters' }).getByRole('link').first().click()
    await page.getByText('it is a test').waitFor()
    await page.getByRole('button', { name: 'Redrive …' }).click()
    await page.getByLabel('Reason').fill('mended')
    await page.getByRole('button', { name: 'Redrive', exact: true }).click()
    await page.getByText('“mended”').waitFor()
    await eventually(async () => {
      const { body } = await app.request(worker, 'GET', `/v1/payments/${id}`)
      expect(body['status']).toBe('COMPLETED')
    })
  })

  test('sends a webhook again that had failed for good, and shows that it arrived', async () => {
    const receiver = await Receiver.start((_, response) => response.writeHead(503).end('closed for today'))
    const { secret } = await addEndpoint(app, worker, receiver, { eventTypes: ['payment.completed'] })
    const id = await app.pay(worker, 'not-told')
    const page = await signedIn(await keyOf('operator'), '/webhooks')
    await eventually(async () =>
      expect(await deliveriesOf(app, worker, `payment=${id}&status=failed`)).toHaveLength(1)
    )
    await page.getByLabel('Status').selectOption('failed')
    const row = page.getByRole('row').filter({ hasText: id.slice(0, 12) })
    await row.getByRole('link', { name: 'payment.completed' }).click()
    await page.locator('.badge', { hasText: 'failed' }).waitFor()
    await page.getByLabel('Answer to attempt 2').getByText('closed for today').waitFor()
    receiver.answering = () => undefined
    await tabTo(page, 'Send again')
    await page.keyboard.press('Enter')
    await page.locator('.badge', { hasText: 'delivered' }).waitFor()
    await page.locator('.badge', { hasText: '204' }).waitFor()
    const [first, ...again] = receiver.of(id)
    expect(again.map(received => received.id)).toEqual([first!.id, first!.id])
    verify(again.at(-1)!, secret)
  })

  test('lets a payment that is held go on, by keyboard alone', async () => {
    const id = await app.pay(worker, 'held-approved', { customer: { id: WATCHED } })
    const page = await signedIn(await keyOf('operator'), '/reviews')
    await page.getByRole('link', { name: id.slice(0, 12) }).waitFor()
    await tabTo(page, `${id.slice(0, 12)}…${id.slice(-4)}`)
    await page.keyboard.press('Enter')
    await page.getByText('They are watched.').waitFor()
    await tabTo(page, 'Decide …')
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: 'Approve' }).waitFor()
    await page.keyboard.press('Space')
    await tabTo(page, 'Reason')
    await page.keyboard.type('the customer was called')
    await tabTo(page, 'Decide')
    await page.keyboard.press('Enter')
    await page.locator('.badge', { hasText: 'completed' }).first().waitFor()
    await page.getByText('“the customer was called”').waitFor()
    expect((await app.ledger(id)).map(({ kind }) => kind)).toEqual(['PURCHASE'])
  })

  test('rejects a payment that is held before any gateway knows of it', async () => {
    const id = await app.pay(worker, 'held-rejected', { customer: { id: WATCHED } })
    const page = await signedIn(await keyOf('operator'), '/reviews')
    await page.getByRole('link', { name: id.slice(0, 12) }).click()
    await page.getByRole('button', { name: 'Decide …' }).click()
    await page.getByLabel('Reject').check()
    await page.getByLabel('Reason').fill('the card was stolen')
    await page.getByRole('button', { name: 'Decide', exact: true }).click()
    await page.getByText('review_rejected').waitFor()
    await page.getByText('“the card was stolen”').waitFor()
    await page.getByRole('link', { name: 'Reviews' }).click()
    await page.getByText('No payment is held.').waitFor()
    expect(await app.ledger(id)).toEqual([])
  })

  test('offers a viewer no refund, and says why', async () => {
    const id = await app.pay(worker, 'viewed')
    const page = await signedIn(await keyOf('viewer'), `/payments/${id}`)
    const refund = page.getByRole('button', { name: 'Refund …' })
    await refund.waitFor()
    expect(await refund.isDisabled()).toBe(true)
    await page.getByText('Your key has the role viewer: this needs operator or admin.').waitFor()
  })

  test('turns away a key that does not work, and forgets one at signing out', async () => {
    const visited = await visit()
    visits.push(visited)
    const { page } = visited
    await page.goto(home)
    await page.getByLabel('API key').fill('ak_demo_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('api_key_invalid').waitFor()
    await page.getByLabel('API key').fill(app.apiKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage, ...localStorage })')).not.toContain('ak_')
  })

  test('can be used by everybody and fits, on every page, dark and light, wide and narrow', async () => {
    const declined = await app.pay(worker, 'shown-declined', withToken('tok_declined'))
    const refunded = await app.pay(worker, 'shown', {
      description: 'Two chairs',
      metadata: { order: '4711' }
    })
    await app.request(worker, 'POST', `/v1/payments/${refunded}/refunds`, {
      key: 'r1',
      body: { amount: 100 }
    })
    const unknown = await app.pay(worker, 'shown-unknown', withToken('tok_error'))
    await eventually(async () => {
      const { body } = await app.request(worker, 'GET', '/v1/unknown', { apiKey: app.adminKey })
      expect(JSON.stringify(body)).toContain(unknown)
    })
    await bury('shown-put-aside')
    const page = await signedIn(app.adminKey)
    const found: string[] = []
    for (const [name, path, heading] of [
      ['overview', '', 'Overview'],
      ['payments', '/payments', 'Payments'],
      ['filters', '/payments?status=FAILED,COMPLETED&currency=EUR', 'Payments'],
      ['payment', `/payments/${refunded}`, 'Timeline'],
      ['payment-failed', `/payments/${declined}`, 'Timeline'],
      ['payment-past', `/payments/${refunded}?as_of=2`, 'Timeline'],
      ['unknown', '/unknown', 'Unknown outcomes'],
      ['reviews', '/reviews', 'Reviews'],
      ['dead-letters', '/dead-letters', 'Dead letters'],
      ['gateways', '/gateways', 'Gateways'],
      ['policies', '/routing', 'Routing'],
      ['policy', '/routing/default', 'Policy default'],
      ['webhooks', '/webhooks', 'Webhooks'],
      ['nowhere', '/nowhere', 'There is no such page']
    ] as const) {
      await page.goto(`${home}${path}`)
      await page.getByRole('heading', { name: heading }).first().waitFor()
      // The network never rests: the stream is open.
      await page.locator('.loading').first().waitFor({ state: 'detached' })
      found.push(...(await flaws(page, name)))
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    found.push(...(await flaws(page, 'sign-in')))
    expect(found).toEqual([])
  }, 120_000)
})
