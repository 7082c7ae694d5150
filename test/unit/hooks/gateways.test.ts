// What is known of a call whose adapter is not ours and fails in the middle of it.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { pino } from 'pino'
import { hookAdapters } from '../../../src/hooks/gateways.ts'
import { HookModules } from '../../../src/hooks/load.ts'
import { openGateway } from '../../../src/processors/gateway/adapters/index.ts'
import type { Gateway, GatewayCall } from '../../../src/processors/gateway/spi.ts'
import { profile } from '../../adapter-kit/sandbox.ts'

let modules: HookModules
let adapters: ReturnType<typeof hookAdapters>
let gateway: Gateway

beforeEach(async () => {
  modules = await HookModules.load([join(import.meta.dirname, 'modules', 'failing-gateway.ts')], {
    memoryMb: 64,
    observe: { asked: () => undefined, restarted: () => undefined },
    log: pino({ level: 'silent' })
  })
  adapters = hookAdapters(await modules.start('gateways'))
  const own = { ...profile('hook:failing', 'http://127.0.0.1:9'), callTimeoutMs: 200 }
  gateway = openGateway(own, {}, adapters)
})
afterEach(() => modules.stop())

const call = (token: string): GatewayCall => ({
  ...{
    paymentId: 'pay_1',
    operationId: 'purchase-1',
    kind: 'PURCHASE',
    idempotencyKey: 'pay_1.purchase-1.1'
  },
  ...{ amount: 1234, currency: 'EUR', token, method: 'CARD', gatewayReference: null },
  ...{ sendBy: Date.now() + 30_000, timeoutMs: 200 }
})

test.each([
  ['exit', 'gateway_hook_died'],
  ['throw', 'gateway_hook_failed'],
  ['hang', 'gateway_hook_late'],
  ['loop', 'gateway_hook_late'],
  ['nothing', 'gateway_answer_unparsable'],
  ['cheaper', 'gateway_answer_mismatch'],
  ['no-reference', 'gateway_answer_unparsable'],
  ['declined-somehow', 'gateway_answer_unparsable'],
  ['unheard-of', 'gateway_answer_unparsable'],
  ['nowhere-to-go', 'gateway_answer_unparsable'],
  ['huge', 'gateway_hook_failed']
])('an adapter that dies or errs in mid-call leaves an unknown outcome: %s', async (how, code) => {
  expect(await gateway.perform(call(how))).toMatchObject({ outcome: 'UNKNOWN', code })
})

test.each(['exit', 'throw', 'hang', 'loop', 'nothing', 'unheard-of'])(
  'a look-up that fails says nothing about the operation: %s',
  async how => {
    expect(await gateway.lookUp(call(how))).toMatchObject({ outcome: 'UNKNOWN' })
  }
)

test('while an adapter is stuck nothing is sent, and that is known', async () => {
  expect(await gateway.perform(call('loop'))).toMatchObject({ outcome: 'UNKNOWN' })
  expect(await gateway.perform(call('fine'))).toMatchObject({
    outcome: 'NOT_SENT',
    code: 'gateway_hook_away'
  })
  expect(await gateway.lookUp(call('fine'))).toMatchObject({ outcome: 'UNKNOWN' })
})

test('a call that waited in the thread until its time was over is not begun', async () => {
  const [blocking, waiting] = [gateway.perform(call('block')), gateway.perform(call('fine'))]
  expect(await blocking).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(await waiting).toMatchObject({ outcome: 'NOT_SENT', code: 'gateway_too_late' })
})

test('what an adapter says for people is cut to its limit', async () => {
  expect((await gateway.perform(call('long'))).message).toHaveLength(256)
})

describe('a notification that the adapter does not judge', () => {
  test('is not taken, so that it comes again', async () => {
    const { notifications } = adapters.get('hook:failing')!
    await expect(notifications.judge(Buffer.from('{}'), {}, [])).rejects.toMatchObject({ code: 'not_ready' })
  })
})

test('a gateway whose adapter is not loaded here is sent nothing, and found nothing out of', async () => {
  const missing = openGateway(profile('hook:nothing', 'http://127.0.0.1:9'), {}, adapters)
  const code = 'gateway_adapter_missing'
  expect(await missing.perform(call('fine'))).toMatchObject({ outcome: 'NOT_SENT', code })
  expect(await missing.lookUp(call('fine'))).toMatchObject({ outcome: 'UNKNOWN', code })
})
