// Bugs that somebody might make, each with the test that has to catch it. They are planted in a copy of the source, so the
// product contains no switch for them.

/** Text of a file that is replaced. It has to be there exactly once. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

export interface Catcher {
  readonly file: string
  /** The end of its full name. */
  readonly test: string
}

export interface PlantedBug {
  readonly name: string
  readonly edits: readonly Edit[]
  readonly caughtBy: Catcher
}

const races = (file: string, test: string): Catcher => ({
  file: `test/integration/races/${file}.test.ts`,
  test
})
const core = (file: string) => `src/processors/core/${file}.ts`

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'random-transactional-id',
    edits: [
      {
        file: core('owner-group'),
        find: '{ transactionalId: `${groupId}.${partition}`, transactionTimeoutMs }',
        replace: '{ transactionalId: `${groupId}.${partition}.${Math.random()}`, transactionTimeoutMs }'
      }
    ],
    caughtBy: races('processes', 'R1 a zombie that wakes between its acks and its EndTxn commits nothing')
  },
  {
    name: 'unawaited-send',
    edits: [
      {
        file: core('transactor'),
        find: 'const written = await send(transaction, records)',
        replace:
          'const written = await send(transaction, records.slice(0, 1))\n' +
          '      void send(transaction, records.slice(1)).catch(() => undefined)'
      }
    ],
    caughtBy: races('transactions', 'R13 no commit is sent before every record is acknowledged')
  },
  {
    name: 'token-not-checked',
    edits: [
      {
        file: core('transactor'),
        find: "if (!mayCommit()) throw new OwnershipLostError('the partition was lost before the commit')",
        replace: 'mayCommit()'
      }
    ],
    caughtBy: races(
      'takeover',
      'R7 an owner that is closed while its records are written does not commit them'
    )
  },
  {
    name: 'unknown-commit-taken-for-done',
    edits: [
      {
        file: core('transactor'),
        find: 'await transaction.commit()',
        replace: 'await transaction.commit().catch(() => undefined)'
      }
    ],
    caughtBy: races('transactions', 'R6 a commit that never arrived is found out about in the log')
  },
  {
    name: 'transaction-timeout-ignored',
    edits: [
      {
        file: core('transactor'),
        find: 'transactionTimeout: this.#options.transactionTimeoutMs',
        replace: 'transactionTimeout: 30_000'
      }
    ],
    caughtBy: races(
      'processes',
      'R12 a transaction whose owner is killed holds readers up no longer than it may last'
    )
  },
  {
    name: 'commit-repeated-under-the-same-epoch',
    edits: [
      {
        file: 'node_modules/kafkajs/src/producer/eosManager/index.js',
        find: 'broker.endTxn({ producerId, producerEpoch, transactionalId, transactionResult: true })\n        )',
        replace:
          'broker.endTxn({ producerId, producerEpoch, transactionalId, transactionResult: true })\n        )' +
          '.catch(() => askCoordinator(broker =>\n' +
          '          broker.endTxn({ producerId, producerEpoch, transactionalId, transactionResult: true })\n        ))'
      }
    ],
    caughtBy: races('transactions', 'R5 a commit that arrives late ends no later transaction')
  },
  {
    name: 'no-expected-position-check',
    edits: [
      {
        file: 'src/platform/kafka/group-reader.ts',
        find: 'if (Number(fetchedOffset) !== expected) {',
        replace: 'if (Number(fetchedOffset) < 0) {'
      }
    ],
    caughtBy: {
      file: 'test/integration/platform/kafka/group-reader.test.ts',
      test: 'R8 what a partition brings after it was sought begins at just the offset that was asked for'
    }
  },
  {
    name: 'read-uncommitted-owner',
    edits: [
      {
        file: 'src/platform/kafka/group-reader.ts',
        find: 'readUncommitted: false',
        replace: 'readUncommitted: true'
      }
    ],
    caughtBy: races(
      'takeover',
      'R2 what an aborted transaction left on the inputs or the changelog is never read'
    )
  },
  {
    name: 'read-uncommitted-projector',
    edits: [
      {
        file: 'src/platform/kafka/group-reader.ts',
        find: 'readUncommitted: false',
        replace: "readUncommitted: options.topics.some(topic => topic.endsWith('payments.events'))"
      }
    ],
    caughtBy: {
      file: 'test/integration/projections/projector.test.ts',
      test: 'what an aborted transaction left on the log is never shown'
    }
  },
  {
    name: 'position-outside-the-postgres-transaction',
    edits: [
      {
        file: 'src/projections/shared-transactions.ts',
        find:
          '    return inTransaction(this.#pool, async db => {\n' +
          '      await movePositions(db, this.#view.name, shares)\n' +
          '      await this.#view.apply(db, said)\n' +
          '    })',
        replace:
          '    return inTransaction(this.#pool, db => this.#view.apply(db, said)).then(() =>\n' +
          '      inTransaction(this.#pool, db => movePositions(db, this.#view.name, shares))\n' +
          '    )'
      }
    ],
    caughtBy: {
      file: 'test/integration/projections/projector.test.ts',
      test: 'R15 of two projectors that hold one partition, only one applies each event'
    }
  },
  {
    name: 'position-set-without-compare',
    edits: [
      {
        file: 'src/projections/positions.ts',
        find: ' AND stored.next_offset = moved.from_offset',
        replace: ''
      }
    ],
    caughtBy: {
      file: 'test/integration/projections/projector.test.ts',
      test: 'R15 of two projectors that hold one partition, only one applies each event'
    }
  },
  {
    name: 'skipped-poison',
    edits: [
      {
        file: 'src/processors/payments/logic.ts',
        find: 'written.push(outputs.deadLetter(record, inputTopics[record.input]!, reason, told, now()))',
        replace: 'outputs.deadLetter(record, inputTopics[record.input]!, reason, told, now())'
      }
    ],
    caughtBy: {
      file: 'test/integration/payments/commands-topic.test.ts',
      test: 'poison goes to the dead-letter topic with its reason, byte for byte, and the partition moves on bytes that are no Avro'
    }
  },
  {
    name: 'no-forwarding',
    edits: [
      {
        file: 'src/processors/payments/inputs.ts',
        find: "if (input.type === 'poison' || home === record.partition) return input",
        replace: 'if (home >= 0) return input'
      }
    ],
    caughtBy: {
      file: 'test/integration/races/forwarding.test.ts',
      test: 'R16 a payment that producers place by different hashes has one owner and is charged once'
    }
  }
]
