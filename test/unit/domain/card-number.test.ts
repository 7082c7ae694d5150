import { describe, expect, test } from '@jest/globals'
import { containsCardNumber } from '../../../src/domain/card-number.ts'

describe('finds card numbers', () => {
  test.each([
    ['bare', '4111111111111111'],
    ['with spaces', 'card 5555 5555 5555 4444 please'],
    ['with dashes', '3782-822463-10005'],
    ['with dots', '6011.1111.1111.1117'],
    ['with an expiry and a CVV behind it', '4111 1111 1111 1111 12/26 123'],
    ['with its CVV as another group', '4111 1111 1111 1111 123'],
    ['between letters', 'x4111111111111111y'],
    ['of nineteen digits', '4000000000000000006'],
    ['of Maestro', '6759649826438453'],
    ['of JCB', '3530111333300000'],
    ['in JSON', '{"note":"4242424242424242"}']
  ])('%s', (_how, text) => expect(containsCardNumber(text)).toBe(true))
})

describe('lets other numbers pass', () => {
  test.each([
    ['a wrong check digit', '4111111111111112'],
    ['a time stamp in milliseconds', '1790000000000'],
    ['an order number of twenty digits', '41111111111111110000'],
    ['a UUID', '550e8400-e29b-41d4-a716-446655440000'],
    ['a UUID with digits that would pass', 'ef439455-4397-409e-8f8d-e156732cfef7'],
    ['the id of a webhook endpoint with digits that would pass', 'we_a4242424242424242bcdefabcdefabcd'],
    ['the id of a webhook with such digits', '/v1/webhook-deliveries/msg_a4242424242424242bcdefabcdefabcd'],
    ['a short number', '411111111111'],
    ['a payment id', 'pay_z6ajk7uxbt6sqnwmghjho5xhbui5ikv2'],
    ['no digits', 'tok_visa']
  ])('%s', (_what, text) => expect(containsCardNumber(text)).toBe(false))
})
