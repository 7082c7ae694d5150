import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance } from 'fastify'
import { Commitments } from './commitments.ts'
import { customerPages } from './customer-page.ts'
import { inTransaction, openDatabase } from './database.ts'
import { Faults, faultRoutes } from './faults.ts'
import { gatewayRoutes } from './gateway-routes.ts'
import { sandboxGateways, type SandboxGateway } from './gateways.ts'
import { Ledger } from './ledger.ts'
import { Notifications, type NotificationTarget } from './notifications.ts'
import { Performer } from './performer.ts'
import { answerErrors } from './request-error.ts'
import { Settlements } from './settlements.ts'
import { StripeGateway } from './stripe/gateway.ts'
import { stripeRoutes } from './stripe/routes.ts'
import { Store } from './stripe/store.ts'
import { STRIPE_GATEWAY } from './stripe/webhook-signature.ts'

export interface SandboxOptions {
  /** Folder of the ledger; made if it does not exist, continued if it does. */
  readonly dataDir: string
  /** Milliseconds since the epoch; the system's by default. */
  readonly clock?: () => number
  /** Replaces the mean latency of every gateway; 0 answers as soon as the ledger has committed. */
  readonly latencyMs?: number | undefined
  /** What `tok_slow` takes, milliseconds; 2000 by default. */
  readonly slowMs?: number | undefined
  /** How far the index of the search at the gateway like Stripe is behind, milliseconds; 1000 by default. */
  readonly searchLagMs?: number | undefined
  /** How long after an answer a gateway goes on with what it has to say later, milliseconds; 2000 by default. */
  readonly laterMs?: number | undefined
  /** Whom the gateways notify; nobody by default. */
  readonly notifications?: NotificationTarget | undefined
}

const DEFAULT_SLOW_MS = 2_000
const DEFAULT_LATER_MS = 2_000
const DEFAULT_SEARCH_LAG_MS = 1_000
const LOOK_EVERY_MS = 50

/**
 * The sandbox: three imaginary gateways over HTTP, and one that is like Stripe, with one durable ledger, which tells afterwards what really happened
 * to money. Money moves first and the answer takes its latency after that, so a caller that gives up waiting has been
 * charged all the same, as with a real gateway.
 *
 * Closing it waits for the requests in flight and then closes the ledger.
 */
export function buildSandbox(options: SandboxOptions): FastifyInstance {
  const gateways = new Map(
    sandboxGateways.map(gateway => [
      gateway.id,
      { ...gateway, latencyMs: options.latencyMs ?? gateway.latencyMs } satisfies SandboxGateway
    ])
  )
  const clock = options.clock ?? Date.now
  const db = openDatabase(options.dataDir)
  const ledger = new Ledger(db, clock)
  const notifications = new Notifications(db, options.notifications ?? null, clock)
  const commitments = new Commitments(db, { gateways, ledger, notifications, clock })
  const faults = new Faults(clock)
  const laterMs = options.laterMs ?? DEFAULT_LATER_MS
  const performer = new Performer({
    ...{ ledger, commitments, faults, laterMs },
    settlements: new Settlements({ ledger, commitments, laterMs }),
    slowMs: options.slowMs ?? DEFAULT_SLOW_MS
  })
  const looking = setInterval(() => {
    commitments.keepDue()
    stripe.keepDue()
    notifications.sendDue()
  }, LOOK_EVERY_MS)
  const app = fastify({
    bodyLimit: 64 * 1024,
    // Keys of 255 characters may be three times as long once they are percent-encoded.
    routerOptions: { maxParamLength: 1024 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } }
  })
  const store = new Store(db, STRIPE_GATEWAY, notifications, clock)
  const stripe = new StripeGateway({
    ...{ ledger, store, clock, laterMs },
    transact: work => inTransaction(db, work)
  })
  const closers: (() => void)[] = []
  let closing = false
  app.addHook('preClose', done => {
    closing = true
    clearInterval(looking)
    performer.close()
    for (const close of closers) close()
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Else the caller would keep the connection alive, and closing would wait for it.
    if (closing) reply.header('connection', 'close')
    done()
  })
  app.addHook('onClose', async () => {
    clearInterval(looking)
    await notifications.settled()
    db.close()
  })
  answerErrors(app)
  gatewayRoutes(app, { gateways, ledger, performer, faults })
  faultRoutes(app, faults, gateways)
  customerPages(app.withTypeProvider<TypeBoxTypeProvider>(), commitments)
  app.register(
    (scope, _options, done) => {
      stripeRoutes(scope, {
        ...{ ledger, store, gateway: stripe },
        slowMs: options.slowMs ?? DEFAULT_SLOW_MS,
        searchLagMs: options.searchLagMs ?? DEFAULT_SEARCH_LAG_MS,
        whenClosing: close => closers.push(close)
      })
      done()
    },
    { prefix: '/stripe' }
  )
  app.get('/healthz', () => ({ status: 'ok' }))
  return app
}
