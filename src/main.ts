// A process with its roles, from its start to its end.
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { Dependencies, type Dependency } from './dependencies.ts'
import type { ControlTable } from './control/table.ts'
import { HookModules } from './hooks/load.ts'
import { operationsRoutes } from './platform/http/operations.ts'
import { createHttpServer, drain } from './platform/http/server.ts'
import { Metrics } from './platform/metrics.ts'
import type { Role, RoleName } from './platform/role.ts'
import { startTracing } from './platform/tracing/start-tracing.ts'
import { refuseCardNumbers } from './screen.ts'
import { SharedClients } from './shared-clients.ts'
import { topicNames } from './topics.ts'
import type { StartSettings } from './role-starts.ts'
import { roles } from './roles.ts'

/** A process with its roles, which may still be starting. */
export interface RunningRoles {
  /** Where it listens. */
  readonly url: string
  /** Resolves when every role runs; never when one fails. */
  readonly started: Promise<unknown>
  /** Resolves, with the reason, when a role cannot start or go on. */
  readonly failed: Promise<Error>
  /** Takes no more requests, finishes those under way, stops the roles and closes the clients. */
  stop(): Promise<void>
}

/**
 * Listens at once, so that the process can be seen to live, and starts the roles.
 *
 * @throws when the port cannot be listened on, or a module of hooks cannot be used
 */
export async function startRoles(
  settings: StartSettings,
  names: readonly RoleName[],
  log: Logger
): Promise<RunningRoles> {
  const metrics = new Metrics(names)
  const hooks = await HookModules.load(settings.hooks.modules ?? [], {
    memoryMb: settings.hooks.memoryMb,
    observe: {
      asked: (hook, result, seconds) => {
        metrics.counter('aegispay_hook_asks_total').inc({ hook, result })
        metrics.histogram('aegispay_hook_seconds').observe({ hook }, seconds)
      },
      restarted: hook => metrics.counter('aegispay_hook_restarts_total').inc({ hook })
    },
    log
  })
  const tracing = await startTracing(settings.tracing, refuseCardNumbers, packageJson.version, log)
  const clients = new SharedClients(settings, log, { keepControlHistory: names.includes('admin'), metrics })
  const chosen = roles
    .filter(({ name }) => names.includes(name))
    .map(({ name, needs, create }) => ({ name, needs, ...create() }))
  const dependencies = Dependencies.follow(new Set(chosen.flatMap(({ needs }) => needs)), clients, log)
  const running = new Map<RoleName, Role>()
  const failure = Promise.withResolvers<Error>()
  let isStopping = false

  const troubleOf = ({ name, needs }: { name: RoleName; needs: readonly Dependency[] }): string | null => {
    if (isStopping) return 'stopping'
    const role = running.get(name)
    return dependencies.troubleOf(needs) ?? (role === undefined ? 'starting' : role.notReady())
  }
  let control: ControlTable | undefined
  // No request is authenticated before it is there; a failure shows where the roles wait for it.
  if (chosen.some(({ routes }) => routes !== undefined)) {
    clients.control().then(
      table => (control = table),
      () => undefined
    )
  }
  const http = await createHttpServer({
    version: packageJson.version,
    routes: [
      operationsRoutes(metrics, () => ({
        roles: Object.fromEntries(chosen.map(role => [role.name, troubleOf(role)])),
        dependencies: dependencies.report()
      })),
      ...chosen.flatMap(({ routes }) => routes ?? [])
    ],
    screen: refuseCardNumbers,
    isStopping: () => isStopping,
    trustedProxies: settings.http.trustedProxies ?? [],
    load: settings.http,
    rates: {
      perAddress: settings.http.addressRequestsPerMinute,
      perKey: settings.http.keyRequestsPerMinute,
      ofMerchant: merchantId => control?.limits(merchantId)?.requestsPerMinute,
      redis: clients.redis(),
      prefix: settings.topics.prefix
    },
    metrics,
    tracing,
    logged: settings.log.requests,
    log
  })
  const { host, port } = settings.http
  const url = await http.listen({ host, port }).catch(async (error: unknown) => {
    await Promise.all([dependencies.stop(), tracing?.stop()])
    throw error
  })

  const starting = chosen.map(async ({ name, start }) => {
    const fatal = (error: Error) =>
      failure.resolve(new Error(`the role ${name} failed: ${error.message}`, { cause: error }))
    const topics = topicNames(settings.topics.prefix)
    try {
      running.set(
        name,
        await start({
          ...{ clients, settings, topics, metrics, tracing, hooks, log: log.child({ role: name }), fatal }
        })
      )
      log.info({ role: name }, 'running')
    } catch (error) {
      fatal(error as Error)
    }
  })

  return {
    url,
    started: Promise.all(starting).then(() => (running.size === chosen.length ? undefined : failure.promise)),
    failed: failure.promise,
    async stop() {
      const timed = async (part: string, stop: () => Promise<unknown>) => {
        const began = performance.now()
        await stop()
        log.info({ part, ms: Math.round(performance.now() - began) }, 'part stopped')
      }
      isStopping = true
      const drained = timed('http', () => drain(http))
      // Requests under way need the roles. Where none takes requests, others need the partitions sooner than probes the port.
      if (chosen.some(({ routes }) => routes !== undefined)) await drained
      await Promise.all(starting)
      // At once: with brokers that do not answer each may take seconds, and together they would take too long.
      const stops = chosen.map(({ name }) => timed(name, async () => running.get(name)?.stop()))
      const failures = (await Promise.allSettled([...stops, drained])).flatMap(stop =>
        stop.status === 'rejected' ? [stop.reason as unknown] : []
      )
      await timed('clients', async () => {
        await hooks.stop()
        await dependencies.stop()
        await clients.close()
      })
      await tracing?.stop()
      if (failures.length > 0) throw new AggregateError(failures)
    }
  }
}
