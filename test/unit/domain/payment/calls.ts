// What is to be believed of the calls of a life: which of them may have moved money.
import type { GatewayResult } from '../../../../src/domain/payment/commands.ts'
import type { RecordedEvent } from '../../../../src/domain/payment/events.ts'
import { NOT_AT_GATEWAY } from '../../../../src/domain/payment/proof.ts'
import type { Payment } from '../../../../src/domain/payment/state.ts'
import type { Life } from './life.ts'

/** A call that was asked for, and what is to be believed of it. */
export interface Call {
  readonly operationId: string
  readonly attempt: number
  readonly kind: string
  readonly amount: number
  /** Whether the gateway has taken it in: then it is no proof that one call came to nothing. */
  isAccepted: boolean
  /** Whether it provably came to nothing, or was undone since. */
  isDisproved: boolean
  /** Whatever is repeated of it then. */
  isUndone: boolean
}

/** Goes through a life event by event, with all calls that were asked for before each. */
export function inOrder(
  life: Life,
  visit: (event: RecordedEvent, at: { came: readonly Call[]; payment: Payment | null }) => void
): void {
  const came: Call[] = []
  for (const { events, result, after } of life.decided) {
    if (result !== undefined)
      believe(
        came.find(call => isOf(call, result)),
        result
      )
    for (const event of events) {
      if (event.type === 'OutcomeResolved') {
        const call = came.find(known => isOf(known, event))
        if (call !== undefined) call.isDisproved = event.outcome === 'FAILED'
      }
      if (event.type === 'CompensationSucceeded') {
        const { compensates } = after!.payment!.compensations.find(
          ({ operationId }) => operationId === event.operationId
        )!
        const undone = came.find(({ operationId, attempt }) => `${operationId}.${attempt}` === compensates)!
        undone.isDisproved = undone.isUndone = true
      }
      visit(event, { came, payment: after?.payment ?? null })
      if (event.type === 'GatewayOperationRequested')
        came.push({ ...event, isAccepted: false, isDisproved: false, isUndone: false })
    }
  }
}

type Attempt = Pick<Call, 'operationId' | 'attempt'>
const isOf = (call: Attempt, other: Attempt): boolean =>
  call.operationId === other.operationId && call.attempt === other.attempt

function believe(call: Call | undefined, { outcome, amount, code }: GatewayResult): void {
  if (call === undefined) return
  const isAboutIt = amount === null || amount === call.amount
  if (outcome === 'SUCCEEDED') call.isDisproved = call.isUndone
  else if (!isAboutIt) return
  else if (outcome === 'PENDING' || outcome === 'NEEDS_CUSTOMER') call.isAccepted = true
  else if (outcome === 'DECLINED') call.isDisproved = true
  else if (outcome === 'NOT_SENT' && code === NOT_AT_GATEWAY) call.isDisproved ||= !call.isAccepted
}
