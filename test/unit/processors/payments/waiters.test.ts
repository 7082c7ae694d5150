import { expect, test } from '@jest/globals'
import type { PaymentState } from '../../../../src/domain/payment/state.ts'
import { waiterOf, Waiters } from '../../../../src/processors/payments/waiters.ts'

const HOUR_MS = 3_600_000
const waiter = (replyId: string, deadline: number) => ({ channel: 'c', replyId, deadline, commandId: 'cmd' })
const position = { input: 'commands' as const, partition: 0, offset: 0 }

/** A payment that has an answer to the command. */
const refused: PaymentState = {
  paymentId: 'pay_1',
  merchantId: 'm',
  commands: [{ commandId: 'cmd', fingerprint: '', rejection: { code: 'x', message: 'x' }, answer: null }],
  payment: null
}

test('whoever does not wait any more is forgotten, though others of the same or an earlier payment still wait', () => {
  const answered: string[] = []
  const waiters = new Waiters((_channel, { replyId }) => answered.push(replyId))
  waiters.add('pay_1', waiter('over', 1000))
  waiters.add('pay_1', waiter('waits', 9000))
  waiters.add('pay_2', waiter('over too', 1000))
  waiters.expire(5000)
  waiters.settle('pay_1', refused, position)
  waiters.settle('pay_2', { ...refused, paymentId: 'pay_2' }, position)
  expect(answered).toEqual(['waits'])
})

test('nobody is waited with for longer than a minute, whatever the header says', () => {
  const headers = {
    'aegispay-reply-to': 'c',
    'aegispay-reply-id': 'r',
    'aegispay-deadline': String(HOUR_MS)
  }
  expect(waiterOf(headers, 'cmd', 0)?.deadline).toBe(60_000)
})
