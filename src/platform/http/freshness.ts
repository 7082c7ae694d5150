// What answers that are made of read models say of how old they may be. A route names the models in its schema, `madeOf`.
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { HttpApp } from './app.ts'

/** How old an answer may be. */
export interface Freshness {
  /** It shows everything that was on record then, and perhaps more. */
  readonly asOf: Date
  /** Milliseconds that have passed since. */
  readonly lagMs: number
}

/** Of what is made of all of the views; null while that is not known. */
export type FreshnessOf = (views: readonly string[]) => Freshness | null

const AS_OF_HEADER = 'AegisPay-As-Of'
const LAG_HEADER = 'AegisPay-Lag'

/** As /openapi.json describes them. */
export const freshnessHeaders = {
  [AS_OF_HEADER]: Type.String({
    format: 'date-time',
    description:
      'The answer shows everything that was on record at this time, and perhaps more. Absent while that is not known.'
  }),
  [LAG_HEADER]: Type.String({
    pattern: '^[0-9]+$',
    description:
      'How far the answer may be behind: milliseconds since `AegisPay-As-Of`, by one clock. Below 1500 while all is well.'
  })
}

/** Lets every route of the scope say how old its answers may be, when they have been read or were not found. */
export function stateFreshness(app: HttpApp, of: () => FreshnessOf): void {
  app.addHook('preHandler', ({ routeOptions: { schema } }, reply, done) => {
    // Before the handler reads: what is read afterwards is at least as new.
    if (schema?.madeOf !== undefined) setFreshness(reply, of()(schema.madeOf))
    done()
  })
}

/** For an answer of which the route's schema cannot say what it is made of. */
export function setFreshness(reply: FastifyReply, freshness: Freshness | null): void {
  if (freshness === null) return
  reply.header(AS_OF_HEADER, textOf(freshness.asOf))
  reply.header(LAG_HEADER, String(Math.round(freshness.lagMs)))
}

/** Many answers are as of one moment. */
const texts = new WeakMap<Date, string>()

function textOf(moment: Date): string {
  let text = texts.get(moment)
  if (text === undefined) texts.set(moment, (text = moment.toISOString()))
  return text
}
