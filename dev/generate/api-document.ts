import { pino } from 'pino'
import { roles } from '../../src/roles.ts'
import { createHttpServer } from '../../src/platform/http/server.ts'
import { Metrics } from '../../src/platform/metrics.ts'

/** What /openapi.json says of a process with all roles. None of them is started. */
export async function describeApi(): Promise<object> {
  const app = await createHttpServer({
    version: '0',
    routes: roles.flatMap(({ create }) => create().routes ?? []),
    screen: () => undefined,
    isStopping: () => false,
    trustedProxies: [],
    load: { maxRequests: 1, maxDelayMs: 1000 },
    rates: { perAddress: 1, perKey: 1, ofMerchant: () => undefined, redis: null, prefix: '' },
    metrics: new Metrics(),
    tracing: null,
    logged: 'none',
    log: pino({ level: 'silent' })
  })
  try {
    await app.ready()
    return app.swagger()
  } finally {
    await app.close()
  }
}
