import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from './database.ts'
import type { SandboxGateway } from './gateways.ts'
import type { Effect, Ledger } from './ledger.ts'
import type { Notifications } from './notifications.ts'
import {
  approval,
  approve,
  decline,
  fingerprintOf,
  referenceOf,
  settlementFailure,
  type OperationRequest
} from './operations.ts'
import type { Decline } from './tokens.ts'

/** Either of an operation, or of the settlement of what it has captured. */
type Ending = 'APPROVE' | Decline | 'SETTLE' | 'FAIL_SETTLEMENT'

interface Row {
  readonly gateway: string
  readonly reference: string
  readonly request: string
  readonly ending: string | null
}

/**
 * What gateways still have to do about operations that they have answered: by themselves after a while, or when the
 * customer has decided. Money moves, the key's answer changes and the notification is written in one transaction.
 */
export class Commitments {
  readonly #db: DatabaseSync
  readonly #gateways: ReadonlyMap<string, SandboxGateway>
  readonly #ledger: Ledger
  readonly #notifications: Notifications
  readonly #clock: () => number
  readonly #statements: ReturnType<typeof prepare>

  constructor(
    db: DatabaseSync,
    parts: {
      readonly gateways: ReadonlyMap<string, SandboxGateway>
      readonly ledger: Ledger
      readonly notifications: Notifications
      /** Milliseconds since the epoch. */
      readonly clock: () => number
    }
  ) {
    this.#db = db
    this.#gateways = parts.gateways
    this.#ledger = parts.ledger
    this.#notifications = parts.notifications
    this.#clock = parts.clock
    this.#statements = prepare(db)
  }

  /**
   * Makes a commitment, in the caller's transaction, unless there is one about the operation.
   *
   * @param ending what will be done after the milliseconds; null when the customer decides, whenever that is.
   */
  make(
    gateway: SandboxGateway,
    request: OperationRequest,
    ending: { readonly is: Ending; readonly afterMs: number } | null
  ): void {
    this.#statements.insert.run(
      gateway.id,
      referenceOf(gateway, request),
      JSON.stringify(request),
      ending === null ? null : JSON.stringify(ending.is),
      ending === null ? null : this.#clock() + ending.afterMs
    )
  }

  /** Gives up what was to be done about an operation, in the caller's transaction. */
  drop(gateway: string, reference: string): void {
    this.#statements.remove.run(gateway, reference)
  }

  /** Does what has become due. */
  keepDue(): void {
    const due = this.#statements.due.all(this.#clock()) as unknown as Row[]
    for (const row of due) this.#keep(row, JSON.parse(row.ending!) as Ending)
  }

  /** What the customer is asked for; undefined when there is nothing to decide, or not any more. */
  awaited(gateway: string, reference: string): OperationRequest | undefined {
    const row = this.#statements.awaited.get(gateway, reference) as Row | undefined
    return row === undefined ? undefined : (JSON.parse(row.request) as OperationRequest)
  }

  /** Does what the customer has decided; false when there is nothing to decide, or not any more. */
  decide(gateway: string, reference: string, ending: Ending): boolean {
    const row = this.#statements.awaited.get(gateway, reference) as Row | undefined
    if (row === undefined) return false
    this.#keep(row, ending)
    return true
  }

  #keep({ gateway: id, reference, request: stored }: Row, ending: Ending): void {
    const gateway = this.#gateways.get(id)!
    const request = JSON.parse(stored) as OperationRequest
    const key = { gateway: id, idempotencyKey: request.idempotencyKey, fingerprint: fingerprintOf(request) }
    const effect = effectOf(ending, gateway, request)
    inTransaction(this.#db, () => {
      // A decline of what was charged is said, but takes nothing back.
      if (isOfSettlement(ending) || !this.#ledger.holds(id, reference)) this.#ledger.amend(key, effect)
      this.#notifications.add(id, request, effect.answer)
      this.#statements.remove.run(id, reference)
    })
  }
}

const isOfSettlement = (ending: Ending): boolean => ending === 'SETTLE' || ending === 'FAIL_SETTLEMENT'

function effectOf(ending: Ending, gateway: SandboxGateway, request: OperationRequest): Effect {
  switch (ending) {
    case 'APPROVE':
      return approve(gateway, request)
    case 'SETTLE':
      return { answer: approval(referenceOf(gateway, request), request, true), movement: null }
    case 'FAIL_SETTLEMENT':
      return { answer: settlementFailure(referenceOf(gateway, request), request), movement: null }
    default:
      return decline(gateway, request, ending)
  }
}

function prepare(db: DatabaseSync) {
  return {
    insert: db.prepare(
      'INSERT INTO commitments (gateway, reference, request, ending, due_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
    ),
    due: db.prepare('SELECT * FROM commitments WHERE due_at <= ? ORDER BY due_at'),
    awaited: db.prepare('SELECT * FROM commitments WHERE gateway = ? AND reference = ? AND due_at IS NULL'),
    remove: db.prepare('DELETE FROM commitments WHERE gateway = ? AND reference = ?')
  }
}
