import { ApiError } from '../../errors.ts'
import type { HttpApp } from '../../platform/http/app.ts'
import {
  authenticate,
  authenticateRoutes,
  scopeOf,
  type KeyDirectory
} from '../../platform/http/authentication.ts'
import type { Late } from '../../platform/http/late.ts'
import type { StreamHub } from './hub.ts'
import { parseStreamPosition, type Offsets } from './position.ts'
import { EVENT_STREAM, streamSchema } from './schemas.ts'
import type { StreamFilter } from './subscriber.ts'

/** What the route needs of the running role. */
export interface StreamService {
  readonly streams: Pick<StreamHub, 'open' | 'close'>
  readonly keys: KeyDirectory
  /** Of payments.events. */
  readonly partitions: number
}

/** The route that shows a merchant's events as they happen. */
export function streamRoutes(app: HttpApp, service: Late<StreamService>): void {
  authenticateRoutes(app, () => service.get().keys)
  // No connection closes by itself while it is told what happens.
  app.addHook('preClose', done => {
    service.current?.streams.close()
    done()
  })

  app.get('/v1/stream', { schema: streamSchema, config: { isOpenEnded: true } }, async (request, reply) => {
    reply.headers({
      'content-type': EVENT_STREAM,
      'cache-control': 'no-store',
      // Proxies are asked to hand on each event at once.
      'x-accel-buffering': 'no'
    })
    const { streams, keys, partitions } = service.get()
    const { merchantId, apiKeyId, query, headers } = request
    const from = positionIn(headers['last-event-id'], query.from, partitions)
    if (request.method === 'HEAD') return reply.send()
    const stream = await streams.open({
      ...{ merchantId, apiKeyId, from },
      filter: filterOf(query),
      authorize: () => authenticate(request, keys, scopeOf(streamSchema)!),
      cut: () => reply.raw.destroy()
    })
    // Nothing else comes over a connection that had a stream.
    return reply.header('connection', 'close').send(stream)
  })
}

/** Null begins with what happens next. */
function positionIn(
  lastEventId: string | string[] | undefined,
  from: 'beginning' | undefined,
  partitions: number
): Offsets | null {
  // A client that comes again knows better than the address that it began with.
  if (lastEventId === undefined || lastEventId === '') {
    return from === undefined ? null : Array.from({ length: partitions }, () => 0)
  }
  const position = parseStreamPosition(String(lastEventId), partitions)
  if (position === null) throw new ApiError('stream_position_unknown')
  return position
}

function filterOf({
  payment,
  type,
  customer
}: {
  readonly payment?: string
  readonly type?: string
  readonly customer?: string
}): StreamFilter {
  return {
    ...(payment === undefined ? {} : { payment }),
    ...(type === undefined ? {} : { types: new Set(type.split(',')) }),
    ...(customer === undefined ? {} : { customer })
  }
}
