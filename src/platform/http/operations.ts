import type { Metrics } from '../metrics.ts'
import type { Routes } from './app.ts'

/** Left out of the API's description, the log and the traces. */
const ROUTINE = { schema: { hide: true }, config: { isRoutine: true } } as const

/** Why something does not do its work, by name; null for what does. */
type Troubles = Readonly<Record<string, string | null>>

export interface Readiness {
  readonly roles: Troubles
  /** The services that some of the roles cannot work without. */
  readonly dependencies: Troubles
}

/** Routes for whoever runs the process. Whether it lives never depends on another service; whether it is ready does. */
export const operationsRoutes =
  (metrics: Metrics, readiness: () => Readiness): Routes =>
  app => {
    app.get('/healthz', ROUTINE, () => ({ status: 'ok' }))

    app.get('/readyz', ROUTINE, (_request, reply) => {
      const { roles, dependencies } = readiness()
      const ready = Object.values(roles).every(trouble => trouble === null)
      return reply.code(ready ? 200 : 503).send({
        ready,
        roles: inWords(roles, 'ready'),
        dependencies: inWords(dependencies, 'answers')
      })
    })

    app.get('/metrics', ROUTINE, async (_request, reply) => {
      const { contentType, text } = await metrics.render()
      return reply.type(contentType).send(text)
    })
  }

const inWords = (troubles: Troubles, well: string): Record<string, string> =>
  Object.fromEntries(Object.entries(troubles).map(([name, trouble]) => [name, trouble ?? well]))
