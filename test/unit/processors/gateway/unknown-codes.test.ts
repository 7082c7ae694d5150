import { expect, test } from '@jest/globals'
import { Metrics } from '../../../../src/platform/metrics.ts'
import { nothingStated, type Gateway, type GatewayProfile } from '../../../../src/processors/gateway/spi.ts'
import { UnknownCodes } from '../../../../src/processors/gateway/unknown-codes.ts'

const profile = { id: 'one', adapter: 'stripe' } as GatewayProfile
const declined = (code: string) => ({ ...nothingStated, outcome: 'DECLINED' as const, code })

async function counted(metrics: Metrics): Promise<string[]> {
  const { text } = await metrics.render()
  return text.split('\n').filter(line => line.startsWith('aegispay_gateway_unknown_codes_total{'))
}

test('codes that nobody has sorted in are counted, in calls and look-ups, and no others', async () => {
  const metrics = new Metrics()
  const codes = new UnknownCodes(metrics)
  const answers = [declined('moon'), declined('insufficient_funds'), declined('toString')]
  const gateway: Gateway = {
    perform: () => Promise.resolve(answers.shift()!),
    lookUp: () => Promise.resolve(answers.length > 0 ? answers.shift()! : null),
    close: () => Promise.resolve()
  }
  const watched = codes.watching(profile, gateway)
  expect('probe' in watched).toBe(false)
  await watched.perform({} as never)
  await watched.perform({} as never)
  await watched.lookUp({} as never)
  expect(await watched.lookUp({} as never)).toBeNull()
  codes.observe(profile, { ...declined('moon'), outcome: 'UNKNOWN' })
  expect(await counted(metrics)).toEqual([
    'aegispay_gateway_unknown_codes_total{gateway="one",code="moon"} 1',
    'aegispay_gateway_unknown_codes_total{gateway="one",code="toString"} 1'
  ])
})

test('a gateway that can be probed still can', async () => {
  const probe = () => Promise.resolve(true)
  const watched = new UnknownCodes(new Metrics()).watching(profile, { probe } as Gateway)
  expect(await watched.probe?.()).toBe(true)
})

test('a gateway that makes its codes up fills no memory', async () => {
  const metrics = new Metrics()
  const codes = new UnknownCodes(metrics)
  for (let i = 0; i < 80; i++) codes.observe(profile, declined(`made-up-${i}`))
  const lines = await counted(metrics)
  expect(lines).toHaveLength(51)
  expect(lines).toContain('aegispay_gateway_unknown_codes_total{gateway="one",code="other"} 30')
})
