import { checkMeaning, writtenDocument } from '../control/document-faults.ts'
import type { RoutingPolicyDocument } from '../control/documents.ts'
import { checkReferences } from '../control/references.ts'
import type { ControlTable } from '../control/table.ts'
import { writtenFaults } from '../control/written-faults.ts'
import { ApiError } from '../errors.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import {
  cancelReplaySchema,
  findReplaySchema,
  startReplaySchema,
  validatePolicySchema
} from './replay-schemas.ts'

/** What the routes need of the running role. */
export interface ReplayService {
  readonly table: ControlTable
  readonly replays: Replays
}

/** Runs replays, beside what else the process does. */
export interface Replays {
  /** Its id; null when as many run as may. */
  start(policy: RoutingPolicyDocument, period: Period): string | null
  find(id: string): Replay | undefined
  /** False when there is none. */
  cancel(id: string): boolean
}

/** Epoch milliseconds. */
interface Period {
  readonly from: number
  readonly to: number
}

interface Replay {
  readonly id: string
  readonly status: 'running' | 'done' | 'failed'
  readonly policy: string
  readonly period: Period
  readonly startedAt: number
  readonly endedAt: number | null
  readonly progress: number
  readonly report: object | null
  readonly trouble: string | null
}

/** Seconds after which a replay may have ended. */
const RETRY_S = '5'

/** The routes on which a policy is tried out before it is written. */
export function policyTrialRoutes(app: HttpApp, service: Late<ReplayService>): void {
  authenticateRoutes(app, () => service.get().table)

  app.post('/v1/admin/routing-policies/validate', { schema: validatePolicySchema }, ({ body }, reply) => {
    const faults = writtenFaults('routing-policies', body, service.get().table)
    return reply.send({ valid: faults.length === 0, faults })
  })

  app.post('/v1/admin/routing-replays', { schema: startReplaySchema }, ({ body }, reply) => {
    const period = {
      from: Date.parse(body.from),
      to: body.to === undefined ? Date.now() : Date.parse(body.to)
    }
    if (!(period.from < period.to)) {
      throw new ApiError('body_invalid', { faults: [{ path: '/to', message: 'must be later than from' }] })
    }
    const { replays, table } = service.get()
    const id = replays.start(policyIn(body.policy, table), period)
    if (id === null) {
      reply.header('retry-after', RETRY_S)
      throw new ApiError('too_many_replays')
    }
    return reply.code(202).header('location', `/v1/admin/routing-replays/${id}`).send({ id })
  })

  app.get('/v1/admin/routing-replays/:id', { schema: findReplaySchema }, ({ params }, reply) => {
    const replay = service.get().replays.find(params.id)
    if (replay === undefined) throw new ApiError('replay_not_found')
    return reply.send(shown(replay))
  })

  app.delete('/v1/admin/routing-replays/:id', { schema: cancelReplaySchema }, ({ params }, reply) => {
    if (!service.get().replays.cancel(params.id)) throw new ApiError('replay_not_found')
    return reply.code(204).send()
  })
}

/** @throws ApiError body_invalid, reference_unknown; with paths into the request's body */
function policyIn(body: unknown, table: ControlTable): RoutingPolicyDocument {
  try {
    const policy = writtenDocument('routing-policies', body)
    checkMeaning('routing-policies', policy)
    checkReferences('routing-policies', policy, table)
    return policy
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const faults = error.faults.map(({ path, message }) => ({
      path: path === '/' ? '/policy' : `/policy${path}`,
      message
    }))
    throw new ApiError(error.code, { faults, cause: error })
  }
}

function shown({ id, status, policy, period, startedAt, endedAt, progress, report, trouble }: Replay) {
  const [from, to, started] = [period.from, period.to, startedAt].map(instant)
  return {
    ...{ id, status, progress, startedAt: started, endedAt: endedAt === null ? null : instant(endedAt) },
    ...{ policy, from, to, trouble },
    // As `aegispay replay routing --json` tells it.
    result: report && { policy, from, to, ...report }
  }
}

const instant = (at: number): string => new Date(at).toISOString()
