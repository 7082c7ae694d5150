// The map of the product: nothing is started that does not stand in this table.
import { deadLetterRoutes } from './admin/dead-letter-routes.ts'
import { lagRoutes } from './admin/lag-routes.ts'
import { policyTrialRoutes } from './admin/replay-routes.ts'
import { adminRoutes } from './admin/routes.ts'
import type { Dependency } from './dependencies.ts'
import { notificationRoutes as customerNotificationRoutes } from './delivery/mail/routes.ts'
import { webhookReadRoutes, webhookWriteRoutes } from './delivery/routes.ts'
import { erasureRoutes } from './ingress/erasure-routes.ts'
import { notificationRoutes } from './ingress/notification-routes.ts'
import { resolutionRoutes } from './ingress/resolution-routes.ts'
import { ingressRoutes } from './ingress/routes.ts'
import { Late } from './platform/http/late.ts'
import type { HttpApp, Routes } from './platform/http/app.ts'
import { logMadeLater } from './platform/http/request-log.ts'
import type { Role, RoleName } from './platform/role.ts'
import { analyticsRoutes } from './query/analytics-routes.ts'
import { consoleRoutes } from './query/console-routes.ts'
import { graphqlRoutes } from './query/graphql/routes.ts'
import { gatewayHealthRoutes } from './query/gateway-health-routes.ts'
import { customerRoutes, queryRoutes, operatorRoutes } from './query/routes.ts'
import { sessionRoutes } from './query/session-routes.ts'
import { statementRoutes } from './query/statement-routes.ts'
import { streamRoutes } from './query/stream/routes.ts'
import {
  type RoleContext,
  startAdminRole,
  startDeliveryRole,
  startGatewayRole,
  startIngressRole,
  startListenerRole,
  startProcessorRole,
  startProjectorRole,
  startQueryRole
} from './role-starts.ts'

interface RoleParts {
  readonly start: (context: RoleContext) => Promise<Role>
  readonly routes?: readonly Routes[]
}

interface RoleDefinition {
  readonly name: RoleName
  readonly reads: string
  readonly writes: string
  readonly guarantee: string
  /** Without these the role is not ready. */
  readonly needs: readonly Dependency[]
  readonly create: () => RoleParts
}

/** In the order of the way of a payment. */
export const roles: readonly RoleDefinition[] = [
  {
    name: 'ingress',
    reads: 'HTTP',
    writes: 'payments.commands, payments.outcomes, customers',
    guarantee: 'nothing is acknowledged that is not on all in-sync replicas',
    needs: ['kafka'],
    create: () =>
      withRoutes(
        'ingress',
        [ingressRoutes, resolutionRoutes, erasureRoutes, notificationRoutes],
        startIngressRole
      )
  },
  {
    name: 'query',
    reads: 'Postgres, gateways.health',
    writes: 'HTTP',
    guarantee: 'read only; as fresh as the position that is asked for',
    needs: ['postgres'],
    create: () =>
      withRoutes(
        'query',
        [
          queryRoutes,
          streamRoutes,
          analyticsRoutes,
          operatorRoutes,
          gatewayHealthRoutes,
          customerRoutes,
          statementRoutes,
          sessionRoutes,
          graphqlRoutes,
          app => consoleRoutes(app)
        ],
        startQueryRole
      )
  },
  {
    name: 'processor',
    reads: 'payments.commands, payments.outcomes, gateways.approvals, gateways.health',
    writes: 'payments.events, payments.state, gateway.requests, payments.dlq, gateways.approvals',
    guarantee: 'exactly once, by Kafka transaction; what is learnt of approvals, now and then',
    needs: ['kafka'],
    create: () => ({ start: startProcessorRole })
  },
  {
    name: 'gateway',
    reads: 'gateway.requests',
    writes: 'HTTP, payments.outcomes, gateways.health',
    guarantee: 'at least once, under an idempotency key that follows from the request',
    needs: ['kafka'],
    create: () => ({ start: startGatewayRole })
  },
  {
    name: 'projector',
    reads: 'payments.events, customers, control',
    writes: 'Postgres, audit.anchors',
    guarantee:
      'exactly once, by a position in the same Postgres transaction; anchors of the audit trail at least once, after the commit',
    needs: ['kafka', 'postgres'],
    create: () => ({ start: startProjectorRole })
  },
  {
    name: 'listener',
    reads: 'payments.events',
    writes: "what the user's own listeners write",
    guarantee: 'at least once, in the order of each payment',
    needs: ['kafka'],
    create: () => ({ start: startListenerRole })
  },
  {
    name: 'delivery',
    reads: 'payments.events, HTTP',
    writes: 'merchants’ HTTP, SMTP, Postgres',
    guarantee:
      'at least once and under the same id, of each payment in order at each endpoint; nothing again for being read again',
    needs: ['kafka', 'postgres'],
    create: () =>
      withRoutes(
        'delivery',
        [webhookReadRoutes, webhookWriteRoutes, customerNotificationRoutes],
        startDeliveryRole
      )
  },
  {
    name: 'admin',
    reads: 'HTTP, control, payments.dlq, payments.events',
    writes: 'control, payments.dlq, and what is redriven',
    guarantee:
      'of two changes that are based on the same version one wins; what is answered holds here already',
    needs: ['kafka'],
    create: () =>
      withRoutes('admin', [adminRoutes, policyTrialRoutes, deadLetterRoutes, lagRoutes], startAdminRole)
  }
]

/** A role that serves HTTP: its routes, each set in a scope of its own, are there before it is. */
function withRoutes<R extends Role>(
  name: RoleName,
  routes: readonly ((app: HttpApp, role: Late<R>) => void)[],
  start: (context: RoleContext) => Promise<R>
): RoleParts {
  const role = new Late<R>()
  return {
    routes: routes.map(add => app => {
      app.setChildLoggerFactory((log, bindings, options) =>
        logMadeLater(() => log.child({ role: name, ...bindings }, options), log.level)
      )
      add(app, role)
    }),
    start: async context => {
      const running = await start(context)
      role.arrive(running)
      return running
    }
  }
}
