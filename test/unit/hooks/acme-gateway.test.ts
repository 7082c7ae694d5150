// The example of a gateway, in its thread, against what every adapter has to do.
import { afterAll } from '@jest/globals'
import { pino } from 'pino'
import { hookAdapters } from '../../../src/hooks/gateways.ts'
import { HookModules } from '../../../src/hooks/load.ts'
import { openGateway, notificationsOf } from '../../../src/processors/gateway/adapters/index.ts'
import { describeAdapter } from '../../adapter-kit/conformance.ts'
import { profile, sandbox, sandboxNotifications, sandboxTokens } from '../../adapter-kit/sandbox.ts'

const modules = await HookModules.load(['examples/hooks/acme-gateway.ts'], {
  memoryMb: 64,
  observe: { asked: () => undefined, restarted: () => undefined },
  log: pino({ level: 'silent' })
})
const adapters = hookAdapters(await modules.start('gateways'))
afterAll(() => modules.stop())

describeAdapter({
  name: 'a gateway of your own',
  start: () => sandbox('/gateways/sandbox-gamma'),
  open: url => openGateway(profile('hook:acme', url), {}, adapters),
  tokens: sandboxTokens,
  notifications: {
    protocol: notificationsOf(profile('hook:acme', 'http://127.0.0.1:9'), adapters)!,
    ...sandboxNotifications
  }
})
