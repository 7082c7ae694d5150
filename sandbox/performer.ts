import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { Commitments } from './commitments.ts'
import { CUSTOMER_PAGES } from './customer-page.ts'
import { draw } from './draw.ts'
import type { SandboxGateway } from './gateways.ts'
import type { Effect, Ledger } from './ledger.ts'
import { behaviourOf, charge, endAuthorization, fingerprintOf, type OperationRequest } from './operations.ts'
import { RequestError } from './request-error.ts'
import type { TokenBehaviour } from './tokens.ts'

interface PerformerParts {
  readonly ledger: Ledger
  readonly commitments: Commitments
  /** What `tok_slow` takes, milliseconds. */
  readonly slowMs: number
  /** How long after an answer a gateway goes on with what it has to say later, milliseconds. */
  readonly laterMs: number
}

/** Does what a gateway is asked for, and answers as the token has it. */
export class Performer {
  readonly #parts: PerformerParts
  /** Of callers that never get an answer. */
  readonly #ignored = new Set<Socket>()
  #closing = false

  constructor(parts: PerformerParts) {
    this.#parts = parts
  }

  /** Hangs up on callers that get no answer, those that come later at once. */
  close(): void {
    this.#closing = true
    for (const socket of this.#ignored) socket.destroy()
  }

  /** @param address of the sandbox, as the caller knows it. */
  async perform(
    gateway: SandboxGateway,
    request: OperationRequest,
    address: string,
    reply: FastifyReply
  ): Promise<FastifyReply> {
    refuseUnsupported(gateway, request)
    const { ledger, slowMs } = this.#parts
    const { idempotencyKey, authorization } = request
    const behaviour: TokenBehaviour =
      authorization === null ? behaviourOf(gateway, request) : { does: 'APPROVE' }
    const answered = await ledger.answerOnce(
      { gateway: gateway.id, idempotencyKey, fingerprint: fingerprintOf(request) },
      () =>
        authorization === null
          ? this.#charge(gateway, request, behaviour, `${address}${CUSTOMER_PAGES}`)
          : endAuthorization(gateway, request, ledger.authorization(gateway.id, authorization))
    )
    if (answered.key === 'REUSED_FOR_ANOTHER_REQUEST') {
      throw new RequestError(
        422,
        'idempotency_key_reused',
        'The idempotency key was used for another request.'
      )
    }
    if (behaviour.answers === 'NEVER') return this.#ignore(reply)
    if (behaviour.answers === 'SLOWLY') await delay(slowMs)
    if (gateway.latencyMs > 0) await delay(gateway.latencyMs * (0.5 + draw('latency', idempotencyKey)))
    if (answered.key === 'UNTOUCHED') {
      if (behaviour.answers === 'WITH_500')
        throw new RequestError(500, 'internal_error', 'Something broke at the gateway.')
      reply.header('retry-after', '1')
      throw new RequestError(429, 'rate_limited', 'Too many requests.')
    }
    return reply
      .code(answered.answer.status)
      .header('idempotent-replayed', String(answered.key === 'REPLAYED'))
      .type('application/json')
      .send(answered.answer.body)
  }

  #charge(
    gateway: SandboxGateway,
    request: OperationRequest,
    behaviour: TokenBehaviour,
    customerPage: string
  ): Effect | null {
    const { commitments, laterMs } = this.#parts
    const { does, later } = behaviour
    if (later !== undefined) commitments.make(gateway, request, { is: later, afterMs: laterMs })
    else if (does === 'ASK_CUSTOMER') commitments.make(gateway, request, null)
    return charge(gateway, request, behaviour, customerPage)
  }

  /** Keeps the caller waiting until it gives up. */
  #ignore(reply: FastifyReply): FastifyReply {
    const { socket } = reply.raw
    reply.hijack()
    if (socket === null || this.#closing) {
      socket?.destroy()
      return reply
    }
    this.#ignored.add(socket)
    socket.once('close', () => this.#ignored.delete(socket))
    return reply
  }
}

function refuseUnsupported(gateway: SandboxGateway, { kind, currency }: OperationRequest): void {
  if (!gateway.operations.includes(kind)) {
    throw new RequestError(400, 'operation_not_supported', `${gateway.id} does not offer ${kind}.`)
  }
  if (!gateway.currencies.includes(currency)) {
    throw new RequestError(400, 'currency_not_supported', `${gateway.id} does not take ${currency}.`)
  }
}
