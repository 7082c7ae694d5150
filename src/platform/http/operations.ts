import type { Metrics } from '../metrics.ts'
import type { Routes } from './app.ts'

/** Left out of the API's description, the log and the traces. */
const ROUTINE = { schema: { hide: true }, config: { isRoutine: true } } as const

/** Why each role of the process does not do its work yet, or null. */
export type Readiness = () => Readonly<Record<string, string | null>>

/** Routes for whoever runs the process. Whether it lives never depends on another service; whether it is ready does. */
export const operationsRoutes =
  (metrics: Metrics, readiness: Readiness): Routes =>
  app => {
    app.get('/healthz', ROUTINE, () => ({ status: 'ok' }))

    app.get('/readyz', ROUTINE, (_request, reply) => {
      const reasons = readiness()
      const ready = Object.values(reasons).every(reason => reason === null)
      const roles = Object.fromEntries(
        Object.entries(reasons).map(([role, reason]) => [role, reason ?? 'ready'])
      )
      return reply.code(ready ? 200 : 503).send({ ready, roles })
    })

    app.get('/metrics', ROUTINE, async (_request, reply) => {
      const { contentType, text } = await metrics.render()
      return reply.type(contentType).send(text)
    })
  }
