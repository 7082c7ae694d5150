import type { Commitments } from './commitments.ts'
import type { SandboxGateway } from './gateways.ts'
import type { Charge, Effect, Ledger } from './ledger.ts'
import { approval, type OperationRequest } from './operations.ts'
import type { TokenBehaviour } from './tokens.ts'

interface SettlementParts {
  readonly ledger: Ledger
  readonly commitments: Commitments
  /** Milliseconds. */
  readonly laterMs: number
}

/** Pays captured money out: at once, later, or when it is asked for. All of it in the caller's transaction. */
export class Settlements {
  readonly #parts: SettlementParts

  constructor(parts: SettlementParts) {
    this.#parts = parts
  }

  /** Of money that a purchase or a capture has just captured and not settled; nothing for what was settled at once. */
  begin(gateway: SandboxGateway, captured: OperationRequest, settlement: TokenBehaviour['settlement']): void {
    if (settlement === undefined) return
    const { commitments, laterMs } = this.#parts
    const is = settlement === 'LATER' ? 'SETTLE' : 'FAIL_SETTLEMENT'
    commitments.make(gateway, captured, { is, afterMs: laterMs })
  }

  /** What it comes to that somebody asks for it: it is done now, once, and the capture is told as settled from now on. */
  demand(gateway: SandboxGateway, charge: Charge, effect: Effect): Effect {
    const { ledger, commitments } = this.#parts
    const [key, reference] = [charge.captureKey!, charge.captureReference!]
    const { settled } = JSON.parse(ledger.answerOf(gateway.id, key)!.body) as { settled: boolean }
    if (settled) return { ...effect, movement: null }
    commitments.drop(gateway.id, reference)
    ledger.restate(gateway.id, key, approval(reference, { ...charge, amount: charge.captured }, true))
    return effect
  }
}
