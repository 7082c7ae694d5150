// Stands in for gateways and the way to them, in the sandbox's protocol: one ledger with idempotency keys, of which each has one
// effect, and all the ways in which an answer can fail to tell what happened.
import type {
  Connect,
  Exchange,
  ExchangeRequest
} from '../../src/processors/gateway/adapters/http-exchange.ts'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** Money that moved, or was reserved or released. */
export interface Movement {
  readonly gateway: string
  readonly idempotencyKey: string
  readonly payment: string
  readonly operation: string
  readonly kind: string
  readonly amount: number
  readonly currency: string
  readonly reference: string
  /** The authorization or charge that it is about. */
  readonly of: string | null
}

interface Answer {
  readonly status: number
  readonly body: string
}

interface Request {
  readonly gateway: string
  readonly idempotencyKey: string
  readonly kind: string
  readonly payment: string
  readonly operation: string
  readonly amount: number
  readonly currency: string
  readonly of: string | null
}

export interface Told {
  readonly gateway: string
  readonly id: string
  readonly body: unknown
}

/** What the gateway does with a request under a new key. */
type Conduct = keyof typeof conducts

const conducts = {
  approve: 52,
  approveAndSettleLater: 8,
  decline: 8,
  declineSoftly: 4,
  pend: 8,
  askCustomer: 4,
  failBefore: 3,
  failAfter: 4,
  refuse: 3,
  declineThenApprove: 3,
  approveThenDecline: 3
}

const NOT_SENT: Exchange = { ending: 'NOT_SENT', code: 'gateway_unreachable', message: 'refused' }
const LOST: Exchange = { ending: 'LOST', code: 'gateway_timeout', message: 'no answer in time' }
const LATER_MS = 4_000

export class SimulatedGateways {
  readonly movements: Movement[] = []
  /** Keys of which somebody was told that nothing was done. What is moved under them all the same goes against that. */
  readonly denied = new Set<string>()
  /** Keys under which the gateway moved money and then said that it did not: nobody may ever have heard the truth. */
  readonly disowned = new Set<string>()
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #answers = new Map<string, Answer>()
  /** By reference, the operation that ended an authorization. */
  readonly #ended = new Map<string, Movement>()
  readonly #notify: (told: Told) => void
  #told = 0
  /** Whether gateways and the way to them are at their worst; else they approve everything at once. */
  isDisturbed = true

  constructor(scheduler: Scheduler, random: Random, notify: (told: Told) => void) {
    this.#scheduler = scheduler
    this.#random = random
    this.#notify = notify
  }

  /** What opens connections of a machine to the gateway whose id ends the address. */
  connect(machine: Machine): Connect {
    return baseUrl => {
      const gateway = baseUrl.slice(baseUrl.lastIndexOf('/') + 1)
      return {
        exchange: request => this.#exchange(machine, gateway, request),
        close: () => Promise.resolve()
      }
    }
  }

  #exchange(machine: Machine, gateway: string, request: ExchangeRequest): Promise<Exchange> {
    const random = this.#random
    const isWorst = this.isDisturbed
    if (isWorst && random.chance(0.03)) {
      this.denied.add(`${gateway}/${String(request.headers['idempotency-key'])}`)
      return Promise.resolve(NOT_SENT)
    }
    const slow_ms = () => (isWorst && random.chance(0.1) ? random.between(1, 2 * request.timeoutMs) : 0)
    // What is on its way when the caller gives up may arrive all the same, within the time that the gateway takes to settle.
    const there_ms = Math.min(random.between(1, 20) + slow_ms(), request.timeoutMs + SETTLING_MS / 2)
    const isRequestLost = isWorst && random.chance(0.03)
    const isAnswerLost = isWorst && random.chance(0.06)
    return new Promise(resolve => {
      machine.clock.after(request.timeoutMs, () => resolve(LOST))
      if (isRequestLost) return
      this.#scheduler.after(there_ms, () => {
        const answer = this.#serve(gateway, request)
        this.#scheduler.note(
          `${gateway} answers ${machine.name} ${request.method} ${answer.status} ${answer.body}`
        )
        if (isAnswerLost) return
        this.#scheduler.after(random.between(1, 20) + slow_ms(), () =>
          machine.deliver(() => resolve({ ending: 'ANSWERED', ...answer }))
        )
      })
    })
  }

  #serve(gateway: string, { method, path, headers, body }: ExchangeRequest): Answer {
    if (method === 'GET') {
      const key = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))
      return this.#answers.get(`${gateway}/${key}`) ?? failure(404, 'not_found')
    }
    const [, resource, of, operation] = path.split('/')
    const request = {
      ...(JSON.parse(body!) as Pick<Request, 'payment' | 'operation' | 'amount' | 'currency'>),
      gateway,
      idempotencyKey: headers['idempotency-key']!,
      kind: KINDS[operation ?? resource!] ?? 'UNKNOWN',
      of: of === undefined ? null : decodeURIComponent(of)
    }
    const known = this.#answers.get(keyOf(request))
    if (known !== undefined) return known
    return this.#perform(request)
  }

  #perform(request: Request): Answer {
    const refused = request.of === null ? null : this.#conflict(request, request.of)
    if (refused !== null) return this.#remember(request, refused)
    const drawn = this.isDisturbed ? this.#random.weighted(conducts) : 'approve'
    // That an authorization is spent, and nobody knows by whom, is for people to clear up: it would be tried for ever.
    const conduct: Conduct = LIES.includes(drawn) && ENDS.includes(request.kind) ? 'approve' : drawn
    this.#scheduler.note(
      `${request.gateway} is asked for ${request.kind} ${request.idempotencyKey} and will ${conduct}`
    )
    switch (conduct) {
      case 'approve':
        return this.#approve(request)
      case 'approveAndSettleLater':
        return this.#settleLater(request, this.#approve(request, false))
      case 'decline':
        return this.#remember(request, this.#declined(request, 'card_declined'))
      case 'declineSoftly':
        return this.#remember(request, this.#declined(request, 'do_not_honor'))
      case 'pend':
        return this.#later(request, this.#remember(request, accepted(request, { status: 'pending' })))
      case 'askCustomer': {
        const asks = { status: 'customer_action_required', redirectUrl: 'https://bank.example/ask' }
        return this.#later(request, this.#remember(request, accepted(request, asks)))
      }
      case 'failBefore':
        return failure(500, 'internal_error')
      case 'failAfter':
        this.#approve(request)
        return failure(500, 'internal_error')
      case 'refuse':
        this.denied.add(keyOf(request))
        return failure(429, 'rate_limited')
      case 'declineThenApprove':
        return this.#later(request, this.#remember(request, this.#declined(request, 'card_declined')), true)
      case 'approveThenDecline':
        this.disowned.add(keyOf(request))
        return this.#later(request, this.#approve(request), false)
    }
  }

  /** An authorization is captured or voided once. That sums are within what was authorized is left to the caller. */
  #conflict({ kind }: Request, of: string): Answer | null {
    if (!this.movements.some(({ reference }) => reference === of))
      return failure(404, 'authorization_not_found')
    if (kind === 'REFUND' || kind === 'SETTLE') return null
    const ended = this.#ended.get(of)
    if (ended === undefined) return null
    return failure(409, ended.kind === 'VOID' ? 'already_voided' : 'already_captured')
  }

  #approve(request: Request, settles = true): Answer {
    const { gateway, idempotencyKey, payment, operation, kind, amount, currency, of } = request
    const reference = referenceOf(request)
    const settled = settles && SETTLED.includes(kind)
    if (!this.movements.some(movement => movement.reference === reference)) {
      const movement = { gateway, idempotencyKey, payment, operation, kind, amount, currency, reference, of }
      this.movements.push(movement)
      if (of !== null && ENDS.includes(kind)) this.#ended.set(of, movement)
      this.#scheduler.note(`${gateway} moves ${amount} for ${kind} ${idempotencyKey}`)
    }
    return this.#remember(request, answered(request, { status: 'approved', settled }))
  }

  /** Captured money is paid out later, or not at all; the gateway tells. */
  #settleLater(request: Request, answer: Answer): Answer {
    if (!SETTLED.includes(request.kind)) return answer
    this.#scheduler.after(this.#random.between(1, LATER_MS), () => {
      const fails = this.isDisturbed && this.#random.chance(0.4)
      const failed = { status: 'settlement_failed', settled: false, code: 'acquirer_rejected' }
      const said = answered(request, fails ? failed : { status: 'approved', settled: true })
      this.#tell(request, this.#remember(request, said))
    })
    return answer
  }

  /** The gateway goes on with it after its answer, and tells. */
  #later(request: Request, answer: Answer, approves = this.#random.chance(0.7)): Answer {
    this.#scheduler.after(this.#random.between(1, LATER_MS), () => {
      // A decline of what was charged is said, but takes nothing back.
      const isCharged = this.movements.some(({ reference }) => reference === referenceOf(request))
      const clash = request.of === null ? null : this.#conflict(request, request.of)
      const approved = approves && (isCharged || clash === null)
      this.#tell(request, approved ? this.#approve(request) : this.#declineLate(request, isCharged))
    })
    return answer
  }

  #declineLate(request: Request, isCharged: boolean): Answer {
    const decline = this.#declined(request, 'card_declined')
    return isCharged ? decline : this.#remember(request, decline)
  }

  #tell({ gateway, idempotencyKey }: Request, { body }: Answer): void {
    const data = { idempotencyKey, ...(JSON.parse(body) as object) }
    const told = { gateway, id: `msg_${++this.#told}`, body: { type: 'operation.updated', data } }
    this.#notify(told)
    if (this.#random.chance(0.3))
      this.#scheduler.after(this.#random.between(1, LATER_MS), () => this.#notify(told))
  }

  #declined(request: Request, code: string): Answer {
    this.denied.add(keyOf(request))
    return answered(request, { status: 'declined', code, message: 'no', settled: false })
  }

  #remember(request: Request, answer: Answer): Answer {
    this.#answers.set(keyOf(request), answer)
    return answer
  }
}

/** Milliseconds after which a gateway that knows nothing of a call was never asked. */
export const SETTLING_MS = 2_000

const KINDS: Readonly<Record<string, string>> = {
  authorizations: 'AUTHORIZE',
  purchases: 'PURCHASE',
  captures: 'CAPTURE',
  voids: 'VOID',
  refunds: 'REFUND',
  settlements: 'SETTLE'
}

/** What captured money is paid out with. */
const SETTLED = ['CAPTURE', 'PURCHASE', 'SETTLE']
/** To say the opposite of what was said before. */
const LIES: readonly Conduct[] = ['declineThenApprove', 'approveThenDecline']
/** What an authorization takes once. */
const ENDS = ['CAPTURE', 'VOID']

export const keyOf = ({ gateway, idempotencyKey }: Pick<Request, 'gateway' | 'idempotencyKey'>): string =>
  `${gateway}/${idempotencyKey}`
const referenceOf = (request: Request): string => `ref_${keyOf(request).replaceAll(/[^a-z0-9]/gi, '_')}`

const answered = (request: Request, said: object): Answer => {
  const { amount, currency } = request
  return { status: 200, body: JSON.stringify({ id: referenceOf(request), amount, currency, ...said }) }
}
const accepted = (request: Request, said: object): Answer => answered(request, { ...said, settled: false })
const failure = (status: number, code: string): Answer => ({
  status,
  body: JSON.stringify({ code, message: code })
})
