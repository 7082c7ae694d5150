import { AegisPayError } from './errors.ts'
import { jittered, pause, type Pauses } from './pauses.ts'
import {
  PaymentService,
  type CommandOptions,
  type OperationOptions,
  type PaymentAnswer,
  type RefundOutcome
} from './payment-service.ts'
import {
  DEFAULT_TIMEOUT_MS,
  transport,
  type Send,
  type ServiceAnswer,
  type ServiceOptions,
  type ServiceRequest
} from './transport.ts'
import type { CancelRequest, CaptureRequest, PaymentRequest, RefundRequest } from './wire.ts'

export interface RetryOptions {
  /** Milliseconds for a call with all its retries; 60000 unless given. */
  readonly deadlineMs?: number
  /** Milliseconds before the first retry, at most; the pauses double. 200 unless given. */
  readonly firstPauseMs?: number
  /** Milliseconds of a pause, at most, unless the service asks for more; 5000 unless given. */
  readonly longestPauseMs?: number
}

/** As of a command, with a key that is drawn unless it is given. */
export type Keyed<O extends CommandOptions> = Omit<O, 'idempotencyKey'> & { readonly idempotencyKey?: string }

const DEADLINE_MS = 60_000
const PAUSES: Pauses = { firstMs: 200, longestMs: 5_000 }

/**
 * A {@link PaymentService} that tries again where that is safe: reads, and commands under the same idempotency key with the
 * same content, which take effect once however often they arrive.
 *
 * A command is repeated while nobody knows what came of it (a timeout, a broken connection, a 5xx) or the service asks for
 * patience (429, 503), with pauses that grow, are drawn anew and heed `Retry-After`; also while it is answered 202, until
 * the stored answer is there. A refusal is final, and thrown at once. After the deadline the error says by `outcomeUnknown`
 * whether the command may have taken effect, with `idempotencyKey`, under which to ask again. A command that is stored but
 * not settled by then is no error: the answer says `settled: false`.
 *
 * A key that is not given is drawn. Give one where the command must survive the process: stored before the first try.
 */
export class IdempotentPaymentService extends PaymentService {
  /** @throws AegisPayError request_invalid when the URL is none */
  constructor(options: ServiceOptions & RetryOptions) {
    super(options, retrying(transport(options), options))
  }

  override create(request: PaymentRequest, options: Keyed<CommandOptions> = {}): Promise<PaymentAnswer> {
    return super.create(request, keyed(options))
  }

  override capture(
    paymentId: string,
    request: CaptureRequest = {},
    options: Keyed<OperationOptions> = {}
  ): Promise<PaymentAnswer> {
    return super.capture(paymentId, request, keyed(options))
  }

  override cancel(
    paymentId: string,
    request: CancelRequest = {},
    options: Keyed<OperationOptions> = {}
  ): Promise<PaymentAnswer> {
    return super.cancel(paymentId, request, keyed(options))
  }

  override refund(
    paymentId: string,
    request: RefundRequest = {},
    options: Keyed<OperationOptions> = {}
  ): Promise<RefundOutcome> {
    return super.refund(paymentId, request, keyed(options))
  }

  override retry(paymentId: string, options: Keyed<OperationOptions> = {}): Promise<PaymentAnswer> {
    return super.retry(paymentId, keyed(options))
  }

  override closeRefunds(paymentId: string, options: Keyed<OperationOptions> = {}): Promise<PaymentAnswer> {
    return super.closeRefunds(paymentId, keyed(options))
  }
}

const keyed = <O extends Keyed<CommandOptions>>(options: O): O & { readonly idempotencyKey: string } => ({
  ...options,
  idempotencyKey: options.idempotencyKey ?? crypto.randomUUID()
})

function retrying(send: Send, options: ServiceOptions & RetryOptions): Send {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, deadlineMs = DEADLINE_MS } = options
  const { firstPauseMs: firstMs = PAUSES.firstMs, longestPauseMs: longestMs = PAUSES.longestMs } = options
  return request => {
    const isRepeatable = request.method === 'GET' || request.idempotencyKey !== undefined
    if (!isRepeatable) return send(request)
    return new Repeated(send, { timeoutMs, ...request }, deadlineMs, { firstMs, longestMs }).run()
  }
}

/** One request, made until it is answered or its time is over. */
class Repeated {
  readonly #send: Send
  readonly #request: ServiceRequest & { readonly timeoutMs: number }
  readonly #pauses: Pauses
  readonly #deadline: number
  #tries = 0
  #mayHaveTakenEffect = false
  /** That the command is stored; null while nobody said so. */
  #stored: ServiceAnswer | null = null

  constructor(
    send: Send,
    request: ServiceRequest & { readonly timeoutMs: number },
    deadlineMs: number,
    pauses: Pauses
  ) {
    this.#send = send
    this.#request = request
    this.#pauses = pauses
    this.#deadline = Date.now() + deadlineMs
  }

  async run(): Promise<ServiceAnswer> {
    for (;;) {
      const answer = await this.#try()
      const failure = answer instanceof AegisPayError ? answer : null
      if (failure === null && this.#isFinal(answer as ServiceAnswer)) return answer as ServiceAnswer
      const next = Math.max(jittered(this.#tries++, this.#pauses), failure?.retryAfterMs ?? 0)
      if (Date.now() + next >= this.#deadline) {
        if (this.#stored !== null) return this.#stored
        throw this.#withMemory(failure!)
      }
      await this.#pause(next)
    }
  }

  /** An answer, or a failure that may pass. @throws AegisPayError for one that does not */
  async #try(): Promise<ServiceAnswer | AegisPayError> {
    try {
      const left = Math.max(1, this.#deadline - Date.now())
      return await this.#send({ ...this.#request, timeoutMs: Math.min(left, this.#request.timeoutMs) })
    } catch (error) {
      if (!(error instanceof AegisPayError)) throw error
      this.#mayHaveTakenEffect ||= error.outcomeUnknown
      if (error.retryable) return error
      throw isAboutTheCommand(error) ? error : this.#withMemory(error)
    }
  }

  #isFinal(answer: ServiceAnswer): boolean {
    if (answer.status !== 202 || this.#request.headers?.['prefer'] !== undefined) return true
    this.#stored = answer
    return false
  }

  async #pause(ms: number): Promise<void> {
    try {
      await pause(ms, this.#request.signal)
    } catch (error) {
      throw this.#withMemory(error as AegisPayError)
    }
  }

  /** The last try may have been refused for want of room, and one before it taken. */
  #withMemory(error: AegisPayError): AegisPayError {
    const { idempotencyKey = null, paymentId = null } = this.#request
    const outcomeUnknown = this.#mayHaveTakenEffect || this.#stored !== null
    return error.with({ outcomeUnknown, idempotencyKey, paymentId })
  }
}

/** A refusal of the command says what became of all tries; one of the sender says nothing of the earlier ones. */
const isAboutTheCommand = ({ problem, status }: AegisPayError): boolean =>
  problem !== null && status !== 401 && status !== 403
