import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { Commitments } from './commitments.ts'
import { CUSTOMER_PAGES } from './customer-page.ts'
import { draw } from './draw.ts'
import { behaviourAfter, followUp } from './follow-ups.ts'
import type { Faults } from './faults.ts'
import type { FollowUpKind, SandboxGateway } from './gateways.ts'
import type { Effect, Ledger } from './ledger.ts'
import { behaviourOf, charge, fingerprintOf, type OperationRequest } from './operations.ts'
import { RequestError } from './request-error.ts'
import type { Settlements } from './settlements.ts'
import type { TokenBehaviour } from './tokens.ts'

/** What is asked about an authorization or purchase. */
type FollowUp = OperationRequest & { readonly kind: FollowUpKind; readonly authorization: string }

const isFollowUp = (request: OperationRequest): request is FollowUp => request.authorization !== null

interface PerformerParts {
  readonly ledger: Ledger
  readonly commitments: Commitments
  readonly settlements: Settlements
  readonly faults: Faults
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
    const { ledger, slowMs, faults } = this.#parts
    const disturbance = faults.disturbCall(gateway.id)
    if (disturbance.isLost) return this.#ignore(reply)
    const { idempotencyKey } = request
    const behaviour = this.#behaviourOf(gateway, request)
    const answered = await ledger.answerOnce(
      { gateway: gateway.id, idempotencyKey, fingerprint: fingerprintOf(request) },
      () =>
        isFollowUp(request)
          ? this.#followUp(gateway, request)
          : this.#charge(gateway, request, behaviour, `${address}${CUSTOMER_PAGES}`)
    )
    if (answered.key === 'REUSED_FOR_ANOTHER_REQUEST') {
      throw new RequestError(
        422,
        'idempotency_key_reused',
        'The idempotency key was used for another request.'
      )
    }
    if (disturbance.isSilent) return this.#ignore(reply)
    if (disturbance.latencyMs > 0) await delay(disturbance.latencyMs)
    if (behaviour.answers === 'NEVER' && this.#isIgnored(gateway, request)) return this.#ignore(reply)
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
    const { commitments, settlements, laterMs } = this.#parts
    const { does, later, settlement } = behaviour
    if (later !== undefined) {
      // What the gateway does not know yet is done before it may be taken for never sent.
      const afterMs = does === 'NOTHING' ? Math.min(laterMs, gateway.settlingTimeMs / 2) : laterMs
      commitments.make(gateway, request, { is: later, afterMs })
    } else if (does === 'ASK_CUSTOMER') commitments.make(gateway, request, null)
    if (request.kind === 'PURCHASE') settlements.begin(gateway, request, settlement)
    return charge(gateway, request, behaviour, customerPage)
  }

  #followUp(gateway: SandboxGateway, request: FollowUp): Effect {
    const { ledger, settlements } = this.#parts
    const charged = ledger.charge(gateway.id, request.authorization)
    const behaviour = behaviourAfter(request.kind, charged?.token ?? null)
    const effect = followUp(gateway, request, charged, behaviour)
    if (effect.movement === null) return effect
    if (request.kind === 'SETTLE') return settlements.demand(gateway, charged!, effect)
    settlements.begin(gateway, request, behaviour.settlement)
    return effect
  }

  #behaviourOf(gateway: SandboxGateway, request: OperationRequest): TokenBehaviour {
    if (!isFollowUp(request)) return behaviourOf(gateway, request)
    const charged = this.#parts.ledger.charge(gateway.id, request.authorization)
    return behaviourAfter(request.kind, charged?.token ?? null)
  }

  /** Of what follows on a charge, only the first that is done. */
  #isIgnored(gateway: SandboxGateway, request: OperationRequest): boolean {
    if (!isFollowUp(request)) return true
    const { authorization, kind, idempotencyKey } = request
    return this.#parts.ledger.isFirst(gateway.id, authorization, kind, idempotencyKey)
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
