// How a gateway of the sandbox is made to do badly for a while, whatever the token: for tests, and to see what happens then.
import { setTimeout as delay } from 'node:timers/promises'
import { Type, type Static, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import type { SandboxGateway } from './gateways.ts'
import { RequestError } from './request-error.ts'

const share = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }))

const faultBody = Type.Object(
  {
    /** Milliseconds by which every answer is late, look-ups included. */
    latencyMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })),
    /** Of all requests that are answered 503 before anything is done, look-ups included. */
    errorShare: share,
    /** Of calls that are answered 429 with `Retry-After` before anything is done. */
    rateLimitShare: share,
    /** Seconds, for those. */
    retryAfterS: Type.Optional(Type.Integer({ minimum: 0, maximum: 60 })),
    /** Of calls that are done and never answered. */
    silentShare: share,
    /** Of calls that are neither done nor answered. */
    lostShare: share,
    /** Milliseconds after which all is well again by itself. */
    forMs: Type.Integer({ minimum: 1, maximum: 600_000 })
  },
  { additionalProperties: false }
)
type Fault = Static<typeof faultBody>

/** What a fault does to a call that it lets through. */
export interface Disturbance {
  /** Whether the call is done at all. */
  readonly isLost: boolean
  /** Whether it is answered. */
  readonly isSilent: boolean
  /** Milliseconds by which its answer is late. */
  readonly latencyMs: number
}

const undisturbed: Disturbance = { isLost: false, isSilent: false, latencyMs: 0 }

/** What is wrong with gateways now. */
export class Faults {
  readonly #clock: () => number
  readonly #faults = new Map<string, { readonly fault: Fault; readonly until: number }>()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  set(gateway: string, fault: Fault): void {
    this.#faults.set(gateway, { fault, until: this.#clock() + fault.forMs })
  }

  clear(gateway: string): void {
    this.#faults.delete(gateway)
  }

  /** What is wrong with the gateway now; null when nothing is. */
  of(gateway: string): Fault | null {
    const held = this.#faults.get(gateway)
    if (held === undefined) return null
    if (this.#clock() < held.until) return held.fault
    this.#faults.delete(gateway)
    return null
  }

  /** @throws RequestError when the fault has the request fail */
  async disturbLookUp(gateway: string): Promise<void> {
    const fault = this.of(gateway)
    if (fault === null) return
    if (fault.latencyMs !== undefined) await delay(fault.latencyMs)
    refuse(fault)
  }

  /** @throws RequestError when the fault has the call fail, and nothing is to be done */
  disturbCall(gateway: string): Disturbance {
    const fault = this.of(gateway)
    if (fault === null) return undisturbed
    refuse(fault)
    if (happens(fault.rateLimitShare)) {
      throw new RequestError(429, 'rate_limited', 'Too many requests.', {
        'retry-after': String(fault.retryAfterS ?? 1)
      })
    }
    return {
      isLost: happens(fault.lostShare),
      isSilent: happens(fault.silentShare),
      latencyMs: fault.latencyMs ?? 0
    }
  }
}

function refuse({ errorShare }: Fault): void {
  if (happens(errorShare)) throw new RequestError(503, 'unavailable', 'The gateway is out of order.')
}

const happens = (probability: number | undefined): boolean => Math.random() < (probability ?? 0)

const gatewayPath = Type.Object({ gateway: Type.String() })

/** `PUT`, `GET` and `DELETE /gateways/{id}/faults`. */
export function faultRoutes(
  app: FastifyInstance,
  faults: Faults,
  gateways: ReadonlyMap<string, SandboxGateway>
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const known = (id: string): string => {
    if (!gateways.has(id)) throw new RequestError(404, 'gateway_not_found', `There is no gateway ${id}.`)
    return id
  }
  routes.put(
    '/gateways/:gateway/faults',
    { schema: { params: gatewayPath, body: faultBody } },
    ({ params, body }) => {
      faults.set(known(params.gateway), body)
      return body
    }
  )
  routes.get('/gateways/:gateway/faults', { schema: { params: gatewayPath } }, ({ params }) => ({
    fault: faults.of(known(params.gateway))
  }))
  routes.delete('/gateways/:gateway/faults', { schema: { params: gatewayPath } }, ({ params }, reply) => {
    faults.clear(known(params.gateway))
    return reply.code(204).send()
  })
}
