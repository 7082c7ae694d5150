import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { notificationTypes, templateFaults } from '../../../../src/control/notifications-document.ts'
import { messageIdOf, notificationIdOf } from '../../../../src/delivery/mail/mail-event.ts'
import { valuesOf } from '../../../../src/delivery/mail/values.ts'
import { wordsOf } from '../../../../src/delivery/mail/words.ts'
import type { PaymentView } from '../../../../src/domain/payment/view.ts'

const settings = { from: 'pay@shop.example', events: [...notificationTypes] }
const values = {
  ...{ amount: '10.99 EUR', refunded: '1.00 EUR', customer: 'Jane', merchant: 'Shop', payment: 'pay_1' },
  ...{ description: '', hint: '', link: 'https://bank.example/' }
}

const payment = (changes: Partial<PaymentView> = {}): PaymentView => ({
  ...{ id: 'pay_1', status: 'COMPLETED', amount: 1099, currency: 'EUR', capture: 'automatic' },
  ...{ authorizedAmount: 1099, capturedAmount: 1099, refundedAmount: 0, gateway: 'one', version: 6 },
  ...{ customer: { id: 'cus_1' }, metadata: {}, createdAt: '', updatedAt: '' },
  ...changes
})
const about = (changes: Partial<PaymentView> = {}, adapter = 'sandbox') => ({
  payment: payment(changes),
  contact: { id: 'cus_1', updatedAt: '' },
  merchant: 'Shop',
  adapterOf: () => adapter
})

test.each(notificationTypes)('%s has words, of which none is left to be filled in', type => {
  const { subject, text } = wordsOf(type, settings, values)
  expect(subject).not.toMatch(/[{}\n]/)
  expect(text).not.toMatch(/[{}]|\n\n\n/)
  expect(text).toContain('10.99 EUR')
  expect(text.endsWith('Reference: pay_1\n\nShop\n')).toBe(true)
})

test('whoever has no name is greeted without', () => {
  const { text } = wordsOf('payment.completed', settings, { ...values, customer: '' })
  expect(text.startsWith('Hello,\n\n')).toBe(true)
})

test('whatever a value is, it begins no line and is filled in once', () => {
  const templates = { 'payment.completed': { subject: '{customer}', text: '{customer}' } }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), customer => {
      const words = wordsOf('payment.completed', { ...settings, templates }, { ...values, customer })
      for (const text of [words.subject, words.text]) expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    })
  )
  const twice = wordsOf('payment.completed', { ...settings, templates }, { ...values, customer: '{amount}' })
  expect(twice.text).toBe('{amount}')
})

describe('amounts', () => {
  test.each([
    [1099, 'EUR', '10.99 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [1099, 'JPY', '1099 JPY'],
    [1_234_567, 'KWD', '1234.567 KWD'],
    [9_007_199_254_740_990, 'EUR', '90071992547409.90 EUR'],
    [1099, 'XXQ', '1099 XXQ']
  ])('%i of %s is %s', (amount, currency, shown) => {
    expect(valuesOf({ amount }, about({ currency })).amount).toBe(shown)
  })
})

test.each([
  ['insufficient_funds', 'sandbox', 'Pay with another card.'],
  ['fraudulent', 'stripe', 'Ask the bank that issued the card, or pay with another.'],
  ['amount_mismatch', 'sandbox', ''],
  ['never_heard_of', 'sandbox', ''],
  ['insufficient_funds', 'hook:acme', ''],
  ['constructor', 'constructor', '']
])('the code %s of %s is hinted at by %j', (code, adapter, hint) => {
  expect(valuesOf({ code }, about({}, adapter)).hint).toBe(hint)
})

test('ids follow from the event, and the message’s from the customer too', () => {
  expect(notificationIdOf('pay_1.6')).toBe(notificationIdOf('pay_1.6'))
  expect(notificationIdOf('pay_1.6')).not.toBe(notificationIdOf('pay_1.7'))
  expect(messageIdOf('pay_1.6', 'a')).toBe(messageIdOf('pay_1.6', 'a'))
  expect(messageIdOf('pay_1.6', 'a')).not.toBe(messageIdOf('pay_1.6', 'b'))
})

test('a placeholder that means nothing where it stands is found', () => {
  const templates = {
    'payment.completed': { subject: '{amount}', text: '{hint} and {nobody}' },
    'payment.failed': { subject: '{hint}', text: '{ not one }' }
  }
  expect(templateFaults({ notifications: { ...settings, templates } })).toMatchObject([
    {
      path: '/notifications/templates/payment.completed/text',
      message: expect.stringMatching(/^\{hint\} means nothing here/)
    },
    { path: '/notifications/templates/payment.completed/text', message: expect.stringMatching(/^\{nobody\}/) }
  ])
  expect(templateFaults({})).toEqual([])
})
