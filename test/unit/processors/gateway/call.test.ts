import { describe, expect, test } from '@jest/globals'
import { deliver, lookUp, type Delivery } from '../../../../src/processors/gateway/call.ts'
import { nothingStated, type Gateway, type GatewayOutcome } from '../../../../src/processors/gateway/spi.ts'

const outcome = (of: GatewayOutcome['outcome']): GatewayOutcome => ({ ...nothingStated, outcome: of })

const delivery = (changes: Partial<Delivery> = {}): Delivery => ({
  call: {
    paymentId: 'pay_1',
    operationId: 'purchase-1',
    kind: 'PURCHASE',
    idempotencyKey: 'pay_1.purchase-1.1',
    amount: 100,
    currency: 'EUR',
    token: 'tok_visa',
    method: 'CARD',
    gatewayReference: null,
    sendBy: 0,
    timeoutMs: 1000
  },
  sendBy: 5000,
  isFirst: () => true,
  wasContested: false,
  settlingTimeMs: 2000,
  memoryMs: 100_000,
  ...changes
})

/** Answers as told and remembers what it was asked. */
function gateway(performs: GatewayOutcome, found: GatewayOutcome | null): Gateway & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    perform: () => {
      asked.push('perform')
      return Promise.resolve(performs)
    },
    lookUp: () => {
      asked.push('lookUp')
      return Promise.resolve(found)
    },
    close: () => Promise.resolve()
  }
}

describe('a first delivery', () => {
  test('is called once, in time', async () => {
    const asked = gateway(outcome('SUCCEEDED'), null)
    expect(await deliver(delivery(), asked, () => 5000)).toEqual(outcome('SUCCEEDED'))
    expect(asked.asked).toEqual(['perform'])
  })

  test.each(['NOT_SENT', 'REFUSED'] as const)(
    '%s proves nothing when the partition was lost during the call',
    async ending => {
      let isHeld = true
      const asked = gateway(outcome(ending), null)
      const losing = {
        ...asked,
        perform: (call: Parameters<Gateway['perform']>[0]) => {
          isHeld = false
          return asked.perform(call)
        }
      }
      const lost = delivery({ isFirst: () => isHeld })
      expect(await deliver(lost, losing, () => 0)).toMatchObject({ outcome: 'UNKNOWN' })
    }
  )

  test('is not called after its time: nothing was sent, provably', async () => {
    const asked = gateway(outcome('SUCCEEDED'), null)
    expect(await deliver(delivery(), asked, () => 5001)).toMatchObject({
      outcome: 'NOT_SENT',
      code: 'send_by_passed'
    })
    expect(asked.asked).toEqual([])
  })

  test('for a gateway without a profile was not sent', async () => {
    expect(await deliver(delivery(), null, () => 0)).toMatchObject({
      outcome: 'NOT_SENT',
      code: 'gateway_unknown'
    })
  })
})

describe('a request that an earlier executor may have sent', () => {
  const redelivered = delivery({ isFirst: () => false })

  test('is sent again under the same key while its time lasts', async () => {
    const asked = gateway(outcome('SUCCEEDED'), null)
    expect(await deliver(redelivered, asked, () => 0)).toEqual(outcome('SUCCEEDED'))
  })

  test.each(['NOT_SENT', 'REFUSED'] as const)('%s proves nothing about the first sending', async ending => {
    const asked = gateway(outcome(ending), null)
    expect(await deliver(redelivered, asked, () => 0)).toMatchObject({ outcome: 'UNKNOWN' })
  })

  test('is looked up, not sent, when its time is over', async () => {
    const asked = gateway(outcome('SUCCEEDED'), outcome('DECLINED'))
    expect(await deliver(redelivered, asked, () => 5001)).toEqual(outcome('DECLINED'))
    expect(asked.asked).toEqual(['lookUp'])
  })

  test('"not found" is no proof before the gateway has settled', async () => {
    const asked = gateway(outcome('SUCCEEDED'), null)
    expect(await deliver(redelivered, asked, () => 8000)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(await deliver(redelivered, asked, () => 8001)).toMatchObject({
      outcome: 'NOT_SENT',
      code: 'not_at_gateway'
    })
  })

  test('"not found" is as old as the question: a look-up that is answered late proves nothing more', async () => {
    let time = 8000
    const slow = {
      ...gateway(outcome('SUCCEEDED'), null),
      lookUp: () => {
        time = 9000
        return Promise.resolve(null)
      }
    }
    expect(await deliver(redelivered, slow, () => time)).toMatchObject({ outcome: 'UNKNOWN' })
  })

  test('"not found" is no proof once the gateway may have forgotten', async () => {
    const asked = gateway(outcome('SUCCEEDED'), null)
    const remembered = delivery({ isFirst: () => false, memoryMs: 10_000 })
    expect(await deliver(remembered, asked, () => 14_999)).toMatchObject({ outcome: 'NOT_SENT' })
    expect(await deliver(remembered, asked, () => 15_000)).toMatchObject({
      outcome: 'UNKNOWN',
      code: 'gateway_may_have_forgotten'
    })
  })

  test('stays unknown when its gateway has no profile any more', async () => {
    expect(await deliver(redelivered, null, () => 0)).toMatchObject({ outcome: 'UNKNOWN' })
  })
})

describe('a request that another executor was seen to call', () => {
  const contested = delivery({ isFirst: () => false, wasContested: true })

  test('is looked up first, and not sent when the gateway knows it', async () => {
    const asked = gateway(outcome('SUCCEEDED'), outcome('DECLINED'))
    expect(await deliver(contested, asked, () => 0)).toEqual(outcome('DECLINED'))
    expect(asked.asked).toEqual(['lookUp'])
  })

  test.each([null, outcome('UNKNOWN')])(
    'is sent under the same key when the look-up says %j',
    async found => {
      const asked = gateway(outcome('SUCCEEDED'), found)
      expect(await deliver(contested, asked, () => 0)).toEqual(outcome('SUCCEEDED'))
      expect(asked.asked).toEqual(['lookUp', 'perform'])
    }
  )

  test('is not sent when its time passes during the look-up', async () => {
    let time = 5000
    const asked = gateway(outcome('SUCCEEDED'), null)
    const slow = {
      ...asked,
      lookUp: (call: Parameters<Gateway['lookUp']>[0]) => {
        time = 5001
        return asked.lookUp(call)
      }
    }
    expect(await deliver(contested, slow, () => time)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(asked.asked).not.toContain('perform')
  })
})

describe('a look-up', () => {
  const question = delivery()

  test.each([0, 5000, 8001, 200_000])('at %i never makes the call', async time => {
    const asked = gateway(outcome('SUCCEEDED'), null)
    await lookUp(question, asked, () => time)
    expect(asked.asked).toEqual(['lookUp'])
  })

  test.each(['SUCCEEDED', 'DECLINED', 'PENDING', 'NEEDS_CUSTOMER', 'SETTLEMENT_FAILED', 'UNKNOWN'] as const)(
    'says what the gateway says, %s, however late',
    async found => {
      const asked = gateway(outcome('SUCCEEDED'), outcome(found))
      expect(await lookUp(question, asked, () => 0)).toEqual(outcome(found))
      expect(await lookUp(question, asked, () => 200_000)).toEqual(outcome(found))
    }
  )

  test.each([
    ['while the call may start', 5000, 'UNKNOWN', 'not_at_gateway_yet'],
    ['while the call may last, or its effect may appear', 8000, 'UNKNOWN', 'not_at_gateway_yet'],
    ['when the gateway has settled', 8001, 'NOT_SENT', 'not_at_gateway'],
    ['when the gateway just remembers', 104_999, 'NOT_SENT', 'not_at_gateway'],
    ['when the gateway may have forgotten', 105_000, 'UNKNOWN', 'gateway_may_have_forgotten']
  ] as const)('"not found" %s is %s, %s', async (_when, time, proves, code) => {
    const asked = gateway(outcome('SUCCEEDED'), null)
    expect(await lookUp(question, asked, () => time)).toMatchObject({ outcome: proves, code })
  })

  test('"not found" is as old as the question, and as young as the answer', async () => {
    let time = 0
    const answeringAt = (then: number) => ({
      ...gateway(outcome('SUCCEEDED'), null),
      lookUp: () => {
        time = then
        return Promise.resolve(null)
      }
    })
    time = 8000
    expect(await lookUp(question, answeringAt(8001), () => time)).toMatchObject({ outcome: 'UNKNOWN' })
    time = 104_999
    expect(await lookUp(question, answeringAt(105_000), () => time)).toMatchObject({ outcome: 'UNKNOWN' })
  })

  test('proves nothing about a gateway that has no profile', async () => {
    expect(await lookUp(question, null, () => 8001)).toMatchObject({
      outcome: 'UNKNOWN',
      code: 'gateway_unknown'
    })
  })
})
