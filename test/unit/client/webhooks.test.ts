import { expect, test } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { verifyWebhook } from '../../../client/src/index.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"type":"payment.completed","data":{"paymentId":"pay_1"}}'

function signed(at = new Date(), by = secret): Record<string, string> {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign('msg_1', at, body)
  }
}

test("verifies the specification's own example", async () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  }
  const anyAge = { toleranceSeconds: Infinity }
  expect(await verifyWebhook('{"test": 2432232314}', headers, secret, anyAge)).toEqual({ test: 2432232314 })
})

test('takes headers of both kinds, and one good signature among several', async () => {
  const headers = signed()
  const event = { type: 'payment.completed', data: { paymentId: 'pay_1' } }
  expect(await verifyWebhook(body, headers, secret)).toEqual(event)
  headers['webhook-signature'] = `v1,AAAA v2,x ${headers['webhook-signature']!}`
  expect(await verifyWebhook(body, new Headers(headers), secret)).toEqual(event)
})

// Signed when the test runs: times count from then.
test.each<[string, string, () => Record<string, string>, string]>([
  ['a changed body', 'webhook_signature_invalid', () => signed(), `${body} `],
  ['another secret', 'webhook_signature_invalid', () => signed(new Date(), 'whsec_b3RoZXI='), body],
  [
    'a signature that is no base64',
    'webhook_signature_invalid',
    () => ({ ...signed(), 'webhook-signature': 'v1,?' }),
    body
  ],
  ['one that is old', 'webhook_stale', () => signed(new Date(Date.now() - 301_000)), body],
  ['one from the future', 'webhook_stale', () => signed(new Date(Date.now() + 310_000)), body],
  ['no timestamp', 'webhook_malformed', () => ({ ...signed(), 'webhook-timestamp': '' }), body],
  ['no id', 'webhook_malformed', () => ({ ...signed(), 'webhook-id': '' }), body]
])('refuses %s', async (_what, code, headers, text) => {
  await expect(verifyWebhook(text, headers(), secret)).rejects.toMatchObject({ name: 'AegisPayError', code })
})

test('refuses to verify by something that is no secret', async () => {
  for (const none of ['', 'whsec_', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])
    await expect(verifyWebhook(body, signed(), none)).rejects.toMatchObject({ code: 'request_invalid' })
})
