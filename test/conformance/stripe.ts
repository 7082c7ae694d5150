import { join } from 'node:path'
import { freePort } from '../../dev/stack/keep.ts'
import { StackError } from '../../dev/stack/stack-error.ts'
import type { Processes } from '../../dev/stack/processes.ts'
import type { Temporary } from '../../dev/temporary.ts'
import { openConnections, type Connect } from '../../src/processors/gateway/adapters/http-exchange.ts'
import { openGateway } from '../../src/processors/gateway/adapters/index.ts'
import type { GatewayCall, GatewayProfile, OperationKind } from '../../src/processors/gateway/spi.ts'

const MODULE = 'github.com/stripe/stripe-mock@v0.203.0'
const API_KEY = 'sk_test_123'
const READY_MS = 30_000
const EMPTY_PAGE = JSON.stringify({ object: 'search_result', data: [], has_more: false })

/** A request that was made, and how it was answered. */
interface Asked {
  readonly request: string
  readonly status: number
  readonly object: string
}

/**
 * Makes every request that the adapter for Stripe can make of stripe-mock, Stripe's own server of their API's description. It
 * checks the parameters and answers with examples, so what counts is whether it takes a request, not what it answers; it
 * keeps nothing and ignores idempotency keys.
 *
 * @returns whether all were taken, and a request that is wrong was not
 * @throws StackError when there is no Go or its modules cannot be reached
 */
export async function checkStripe({ dataDir, processes }: Temporary): Promise<boolean> {
  const url = await startStripeMock(processes, dataDir)
  const asked: Asked[] = []
  await askForAll(url, asked)
  const wrong = await openConnections(url, { maxConnections: 1, connectTimeoutMs: 5_000 }).exchange({
    method: 'POST',
    path: '/v1/payment_intents',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'application/x-www-form-urlencoded'
    },
    body: 'amount=plenty&currency=eur&confirmed=true',
    timeoutMs: 5_000
  })
  for (const { request, status, object } of asked) console.log(`  ${status} ${object.padEnd(15)} ${request}`)
  const refused = asked.filter(({ status }) => status !== 200)
  const isChecking = wrong.ending === 'ANSWERED' && wrong.status === 400
  if (!isChecking) console.log('  stripe-mock took a request that is wrong, so it proves nothing')
  console.log(`  ${asked.length} requests, ${refused.length} refused by ${MODULE}`)
  return isChecking && refused.length === 0 && asked.length > 0
}

async function startStripeMock(processes: Processes, dataDir: string): Promise<string> {
  try {
    await processes.run({ name: 'go', command: 'go', args: ['version'] })
  } catch {
    throw new StackError(
      'stripe-mock is built with Go, which is not on the PATH: install it from https://go.dev/dl'
    )
  }
  const bin = join(dataDir, 'bin')
  console.log(`  building ${MODULE}`)
  const env = { GOBIN: bin, GOFLAGS: '-buildvcs=false' }
  await processes.run({ name: 'go-install', command: 'go', args: ['install', MODULE], env })
  const [port, httpsPort] = [await freePort(), await freePort()]
  const mock = processes.start({
    name: 'stripe-mock',
    command: join(bin, 'stripe-mock'),
    // Without an address for HTTPS it would listen on all interfaces.
    args: ['-http-addr', `127.0.0.1:${port}`, '-https-addr', `127.0.0.1:${httpsPort}`],
    cwd: dataDir
  })
  const url = `http://127.0.0.1:${port}`
  await mock.untilReady(async () => {
    await fetch(url)
  }, READY_MS)
  return url
}

/** Each operation of the adapter, and the look-up of each. */
async function askForAll(url: string, asked: Asked[]): Promise<void> {
  const profile: GatewayProfile = {
    ...{ id: 'stripe-mock', adapter: 'stripe', url, returnUrl: 'https://shop.example/back?from=bank' },
    ...{ currencies: ['EUR'], operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND'] },
    ...{ maxConnections: 1, callTimeoutMs: 5_000, sendWithinMs: 30_000, settlingTimeMs: 60_000 },
    ...{ idempotencyWindowMs: 86_400_000, feeBasisPoints: 0, feeFixed: 0 }
  }
  const gateway = openGateway(profile, { apiKey: API_KEY, connect: recording(asked) })
  for (const kind of ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND'] as const) {
    await gateway.perform(callOf(kind))
    await gateway.lookUp(callOf(kind))
  }
  await gateway.close()
}

const callOf = (kind: OperationKind): GatewayCall => {
  const isCharge = kind === 'AUTHORIZE' || kind === 'PURCHASE'
  const operationId = `${kind.toLowerCase()}-1`
  return {
    ...{ paymentId: 'pay_1', operationId, kind, idempotencyKey: `pay_1.${operationId}.1` },
    ...{ amount: 1099, currency: 'EUR', token: isCharge ? 'pm_card_visa' : null, method: 'CARD' },
    gatewayReference: isCharge ? null : 'pi_123',
    ...{ sendBy: Date.now() + 30_000, timeoutMs: 5_000 }
  }
}

/** Notes what is asked. The search finds nothing, or what is done then would not be tried. */
const recording =
  (asked: Asked[]): Connect =>
  (url, limits) => {
    const connections = openConnections(url, limits)
    return {
      async exchange(request) {
        const exchange = await connections.exchange(request)
        const [path, query] = request.path.split('?')
        const said = exchange.ending === 'ANSWERED' ? exchange.body : exchange.code
        asked.push({
          request: `${request.method} ${path} ${decodeURIComponent(request.body ?? query ?? '')}`,
          status: exchange.ending === 'ANSWERED' ? exchange.status : 0,
          object: /"object": ?"(\w+)"/.exec(said)?.[1] ?? said.slice(0, 200)
        })
        const isSearch = path === '/v1/payment_intents/search'
        return isSearch && exchange.ending === 'ANSWERED' ? { ...exchange, body: EMPTY_PAGE } : exchange
      },
      close: () => connections.close()
    }
  }
