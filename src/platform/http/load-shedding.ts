// Refuses requests that would only make everything slower: at once, before anything is spent on them. Writes go first;
// a share of the room is kept for reads, so that people can see what happens. Routes that are not in the API, such as
// the health checks, are never refused.
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../../errors.ts'
import type { Metrics } from '../metrics.ts'
import { EventLoopDelay } from './event-loop-delay.ts'
import type { HttpApp } from './app.ts'

export interface LoadLimits {
  /** Requests of one process that may be under way: those that wait for Kafka, for an answer or for Postgres. */
  readonly maxRequests: number
  /** Milliseconds of event-loop delay from which writes are refused. */
  readonly maxDelayMs: number
}

/** Of the requests under way: what is left is for reads. */
const WRITES_SHARE = 0.75
/** Reads are refused at so many times the delay at which writes are. */
const READS_PATIENCE = 4

type Kind = 'read' | 'write'

const kindOf = ({ method }: FastifyRequest): Kind =>
  method === 'GET' || method === 'HEAD' ? 'read' : 'write'

/** To be called before other hooks and before the routes are added. */
export function shedLoad(app: HttpApp, { maxRequests, maxDelayMs }: LoadLimits, metrics: Metrics): void {
  const marks: Readonly<Record<Kind, LoadLimits>> = {
    write: { maxRequests: Math.max(1, Math.floor(maxRequests * WRITES_SHARE)), maxDelayMs },
    read: { maxRequests, maxDelayMs: maxDelayMs * READS_PATIENCE }
  }
  const delayGauge = metrics.gauge('aegispay_event_loop_delay_seconds')
  const delay = new EventLoopDelay(ms => delayGauge.set(ms / 1000))
  app.decorateRequest('isUnderWay', false)
  let count = 0
  const shed = metrics.counter('aegispay_http_shed_total')
  const requests = metrics.gauge('aegispay_http_requests_under_way')
  metrics.beforeReading(() => requests.set(count))

  app.addHook('onRequest', (request, _reply, done) => {
    if (!isOfTheApi(request)) {
      done()
      return
    }
    const kind = kindOf(request)
    const reason =
      delay.milliseconds >= marks[kind].maxDelayMs
        ? 'delay'
        : count >= marks[kind].maxRequests
          ? 'backlog'
          : null
    if (reason !== null) {
      shed.inc({ kind, reason })
      done(new ApiError('overloaded'))
      return
    }
    request.isUnderWay = true
    count++
    done()
  })
  // Whoever has gone away is still being worked for, so what counts is the answer and not the connection.
  app.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.isUnderWay) count--
    request.isUnderWay = false
    done()
  })
  app.addHook('onClose', (_app, done) => {
    delay.stop()
    done()
  })
}

/** Whether a request is for a route that /openapi.json has. */
export const isOfTheApi = ({ routeOptions }: FastifyRequest): boolean =>
  routeOptions.schema !== undefined && routeOptions.schema.hide !== true

declare module 'fastify' {
  interface FastifyRequest {
    /** Counted among those that wait for an answer. */
    isUnderWay: boolean
  }
}
