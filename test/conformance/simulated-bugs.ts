// Bugs that somebody might make in what payments, executors and projectors do, each with the rule of the simulation that it
// breaks. They are planted in a copy of the source, one at a time.
import type { Edit } from './planted-bugs.ts'

export interface SimulatedBug {
  readonly name: string
  readonly edits: readonly Edit[]
  /** In what the simulation says of a seed that fails. */
  readonly breaks: string
}

const domain = (file: string) => `src/domain/payment/${file}.ts`
const WAITING_OUTCOMES =
  "    case 'PENDING':\n    case 'NEEDS_CUSTOMER':\n    case 'UNKNOWN':\n    case 'UNRECOGNIZED':\n"
const UNKNOWN_APART = (leadsTo: string) =>
  `    case 'UNKNOWN':\n      return ${leadsTo}(result, operation, situation)\n` +
  "    case 'PENDING':\n    case 'NEEDS_CUSTOMER':\n    case 'UNRECOGNIZED':\n"

/** What is asked for again when a refund begins: with it nothing shows of a guard that is lost before. */
const SECOND_REFUND_GUARD_LOST: Edit = {
  file: domain('refunds'),
  find: 'amount > notGivenBack(payment) ? MAY_HAVE_MOVED : null',
  replace: 'amount < 0 ? MAY_HAVE_MOVED : null'
}

export const simulatedBugs: readonly SimulatedBug[] = [
  {
    name: 'random-gateway-key',
    edits: [
      {
        file: 'src/processors/gateway/caller.ts',
        find: 'idempotencyKey: request.idempotencyKey,',
        replace: 'idempotencyKey: `${request.idempotencyKey}${Math.floor(Math.random() * 9)}`,'
      }
    ],
    breaks: 'moved money'
  },
  {
    name: 'unknown-taken-for-failure',
    edits: [{ file: domain('decide-result'), find: WAITING_OUTCOMES, replace: UNKNOWN_APART('failed') }],
    breaks: 'knows nothing of'
  },
  {
    name: 'another-attempt-after-a-timeout',
    edits: [
      {
        file: domain('decide-result'),
        find: WAITING_OUTCOMES,
        replace: UNKNOWN_APART('again')
      },
      {
        file: domain('decide-result'),
        find: 'function decideOpen(',
        replace:
          'const again = (_: GatewayResult, operation: Operation, situation: Situation) => [\n' +
          '  requestAgain(situation, operation, profileOf(situation.context, operation.gateway)!)\n' +
          ']\n\nfunction decideOpen('
      }
    ],
    breaks: 'moved money'
  },
  {
    name: 'another-gateway-after-a-timeout',
    edits: [{ file: domain('decide-result'), find: WAITING_OUTCOMES, replace: UNKNOWN_APART('afterProof') }],
    breaks: 'moved money'
  },
  {
    name: 'another-attempt-after-a-refusal',
    edits: [
      {
        file: domain('decide-result'),
        find: 'if (provesNothingDone(result)) return afterProof(',
        replace: 'if (operation.attempt > 0) return afterProof('
      }
    ],
    breaks: 'knows nothing of'
  },
  {
    name: 'not-found-taken-for-proof',
    edits: [
      {
        file: 'src/processors/gateway/call.ts',
        find: 'return absent(isSettled)',
        replace: 'return absent(true)'
      }
    ],
    breaks: 'knows nothing of'
  },
  {
    name: 'superseded-result-accepted',
    edits: [
      {
        file: domain('decide-result'),
        find: 'operationId === result.operationId && attempt === result.attempt && gateway === result.gateway',
        replace: 'gateway === result.gateway'
      }
    ],
    breaks: 'which no gateway knows of'
  },
  {
    name: 'late-success-ignored',
    edits: [
      {
        file: domain('decide-result'),
        find: '...contradicted(result, situation), ',
        replace: ''
      }
    ],
    breaks: 'knows nothing of'
  },
  {
    name: 'duplicate-command-accepted',
    edits: [
      {
        file: domain('decide'),
        find: 'if (seen !== undefined) {',
        replace: 'if (seen !== undefined && seen.commandId === null) {'
      }
    ],
    breaks: 'outcomes'
  },
  {
    name: 'rejection-forgotten',
    edits: [
      {
        file: domain('evolve'),
        find: '  if (!event.remembered) return commands\n',
        replace: '  if (event.remembered) return commands\n'
      }
    ],
    breaks: 'outcomes'
  },
  {
    name: 'capture-guard-lost',
    edits: [
      {
        file: domain('guards'),
        find: 'amount === null || amount <= payment.authorizedAmount',
        replace: 'amount === null || amount > 0'
      }
    ],
    breaks: 'captured'
  },
  {
    name: 'refund-guard-lost',
    edits: [
      {
        file: domain('guards'),
        find: 'return left > 0 && (amount ?? left) <= left',
        replace: 'return left > 0 || amount !== null'
      },
      SECOND_REFUND_GUARD_LOST
    ],
    breaks: 'refunded'
  },
  {
    name: 'refund-not-reserved',
    edits: [
      {
        file: domain('refunds'),
        find: 'funds.refunds.filter(isPending).reduce((left, { amount }) => left - amount, notGivenBack(funds))',
        replace: 'notGivenBack(funds)'
      },
      SECOND_REFUND_GUARD_LOST
    ],
    breaks: 'refunded'
  },
  {
    name: 'captured-beside-a-cancellation',
    edits: [
      {
        file: domain('guards'),
        find: '  operation === null\n    ? null\n    : refuse(',
        replace: '  operation === null || operation.kind !== null\n    ? null\n    : refuse('
      }
    ],
    breaks: 'knows nothing of'
  },
  {
    name: 'expired-while-an-operation-is-open',
    edits: [
      {
        file: domain('timers'),
        find: "  if (status === 'AUTHORIZED' && operation === null) {",
        replace: "  if (status === 'AUTHORIZED' && (operation === null || operation.kind === 'CAPTURE')) {"
      },
      {
        file: domain('timers'),
        find: '  if (operation !== null)\n    return isDue',
        replace: "  if (operation !== null && operation.kind !== 'CAPTURE')\n    return isDue"
      }
    ],
    breaks: 'knows nothing of'
  },
  {
    name: 'timer-that-does-not-end',
    edits: [
      {
        file: domain('timers'),
        find: '!payment.refundsClosed &&',
        replace: 'payment.amount > 0 &&'
      }
    ],
    breaks: 'does not come to rest'
  },
  {
    name: 'position-before-the-outcome',
    edits: [
      {
        file: 'src/processors/gateway/executor.ts',
        find: '      const request = decoded.value\n',
        replace: '      const request = decoded.value\n      assignment.progress.finish(Number(offset))\n'
      }
    ],
    breaks: 'is left with'
  },
  {
    name: 'position-outside-the-transaction',
    edits: [
      {
        file: 'src/projections/shared-transactions.ts',
        find: '      await movePositions(db, this.#view.name, shares)\n      await this.#view.apply(db, said)\n    })',
        replace:
          '      await this.#view.apply(db, said)\n' +
          '    }).then(() => inTransaction(this.#pool, db => movePositions(db, this.#view.name, shares)))'
      }
    ],
    breaks: 'the row of'
  },
  {
    name: 'sum-left-out-of-the-read-model',
    edits: [
      {
        file: 'src/projections/payments/index.ts',
        find: '       captured_amount = EXCLUDED.captured_amount,\n',
        replace: ''
      }
    ],
    breaks: 'the row of'
  }
]
