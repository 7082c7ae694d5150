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
  /** Each of these has to. */
  readonly caughtBy: readonly Catcher[]
}

const races = (file: string, test: string): Catcher => ({
  file: `test/integration/races/${file}.test.ts`,
  test
})
const core = (file: string) => `src/processors/core/${file}.ts`

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'position-read-before-the-fence',
    edits: [
      {
        file: core('partition-owner'),
        find: '    await allEnded([this.#ports.transactor.fence(), this.#openLocal()])\n',
        replace:
          '    await this.#openLocal()\n' +
          '    const bounds0 = await this.#ports.logBounds(this.#ports.changelog.topic, this.partition)\n' +
          '    const early = bounds0.end > 0 ? await this.#restore(bounds0.start, bounds0.end - 1) : null\n' +
          '    await this.#ports.transactor.fence()\n'
      },
      {
        file: core('partition-owner'),
        find: 'const { positions, records } = await this.#restore(changelogBounds!.start, fencedAt)',
        replace:
          'const { positions, records } = early ?? (await this.#restore(changelogBounds!.start, fencedAt))'
      }
    ],
    caughtBy: [
      races('transactions', 'R1 what an owner commits until it is fenced, its successor has read'),
      races('transactions', 'R4 a successor waits until what its predecessor committed can be read'),
      races(
        'takeover',
        'R3 300 take-overs, each right after a commit of an owner that goes on, lose and double nothing'
      )
    ]
  },
  {
    name: 'restored-to-the-last-stable-offset',
    edits: [
      {
        file: core('partition-owner'),
        find: 'await this.#restore(changelogBounds!.start, fencedAt)',
        replace: 'await this.#restore(changelogBounds!.start, changelogBounds!.end - 1)'
      }
    ],
    caughtBy: [
      races(
        'transactions',
        'R4 restoring goes as far as the fence, also while a transaction of others hides the end of the log'
      )
    ]
  },
  {
    name: 'merged-before-the-commit',
    edits: [
      {
        file: core('partition-owner'),
        find: 'const written = await transactor.commit(records, ',
        replace:
          'this.#store.merge(null as unknown as Mark)\n' +
          '    const written = await transactor.commit(records, '
      }
    ],
    caughtBy: [races('transactions', 'R6 a commit that never arrived is found out about in the log')]
  },
  {
    name: 'answered-before-the-commit',
    edits: [
      {
        file: core('partition-owner'),
        find: '    let mark: Mark\n',
        replace: '    let mark: Mark\n    logic.committed(this.#store)\n'
      }
    ],
    caughtBy: [races('takeover', 'nobody is told of a record before its commit is certain')]
  },
  {
    name: 'checkpoint-in-a-transaction-of-its-own',
    edits: [
      {
        file: core('partition-owner'),
        find: 'const entries = [...states, changelog.encodeCheckpoint(positions, changelogId)]',
        replace: 'const entries = [...states]'
      },
      {
        file: core('partition-owner'),
        find: '    this.#checkpointed = JSON.stringify(positions)\n',
        replace:
          '    const checkpoint = changelog.encodeCheckpoint(positions, changelogId)\n' +
          '    await transactor.commit([{ topic, partition, ...checkpoint }], () => true)\n' +
          '    this.#checkpointed = JSON.stringify(positions)\n'
      }
    ],
    caughtBy: [
      races('transactions', 'R6 a commit the answer to which was lost is found out about in the log')
    ]
  },
  {
    name: 'offset-of-the-group-for-the-checkpoint',
    edits: [
      {
        file: core('partition-owner'),
        find: 'if (checkpoint === undefined) return start',
        replace: 'if (start >= 0) return start'
      },
      {
        file: core('owner-group'),
        find: 'logBounds: (topic, of) => partitionBounds(this.#admin, topic, of, this.#clock)',
        replace:
          'logBounds: async (topic, of) => {\n' +
          '        const bounds = await partitionBounds(this.#admin, topic, of)\n' +
          '        if (topic === changelog.topic) return bounds\n' +
          '        const [own] = await this.#admin.fetchOffsets({ groupId, topics: [topic] })\n' +
          '        const { offset } = own!.partitions.find(({ partition }) => partition === of)!\n' +
          '        return { ...bounds, start: Math.max(bounds.start, Number(offset)) }\n' +
          '      }'
      }
    ],
    caughtBy: [
      races(
        'group',
        'R14 whoever moves the offsets of the group moves nothing, and R2 nor does it hold anything up'
      )
    ]
  },
  {
    name: 'membership-not-confirmed',
    edits: [
      {
        file: core('partition-owner'),
        find: 'this.#ports.membershipConfirmed(),',
        replace: 'Promise.resolve(),'
      }
    ],
    caughtBy: [
      races(
        'takeover',
        'an owner that was fenced leaves its successor alone until it knows itself to be a member'
      )
    ]
  },
  {
    name: 'disk-of-another-changelog-trusted',
    edits: [
      {
        file: core('restore'),
        find: 'if (tail.changelogId === mark.changelogId) return tail',
        replace: 'return tail'
      }
    ],
    caughtBy: [
      {
        file: 'test/integration/core/restore.test.ts',
        test: 'states on a disk that are of another changelog of the same name are wiped'
      }
    ]
  },
  {
    name: 'random-transactional-id',
    edits: [
      {
        file: core('owner-group'),
        find: '{ transactionalId: `${groupId}.${partition}`, transactionTimeoutMs }',
        replace: '{ transactionalId: `${groupId}.${partition}.${Math.random()}`, transactionTimeoutMs }'
      }
    ],
    caughtBy: [races('processes', 'R1 a zombie that wakes between its acks and its EndTxn commits nothing')]
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
    caughtBy: [races('transactions', 'R13 no commit is sent before every record is acknowledged')]
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
    caughtBy: [
      races('takeover', 'R7 an owner that is closed while its records are written does not commit them')
    ]
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
    caughtBy: [races('transactions', 'R6 a commit that never arrived is found out about in the log')]
  },
  {
    name: 'refused-commit-taken-for-done',
    edits: [
      {
        file: core('transactor'),
        find: 'await transaction.commit()',
        replace:
          'await transaction.commit().catch((error: Error & { type?: string }) => {\n' +
          "        if (error.type !== 'INVALID_PRODUCER_EPOCH') throw error\n" +
          '      })'
      }
    ],
    caughtBy: [races('processes', 'R9 an owner whose transaction the coordinator gave up starts anew')]
  },
  {
    name: 'owner-ends-at-an-error',
    edits: [
      { file: core('partition-owner'), find: 'await this.#giveUpStaged(error as Error)', replace: 'return' }
    ],
    caughtBy: [races('transactions', 'R10 an owner whose ids the brokers have forgotten starts anew')]
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
    caughtBy: [
      races(
        'processes',
        'R12 a transaction whose owner is killed holds readers up no longer than it may last'
      )
    ]
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
    caughtBy: [races('transactions', 'R5 a commit that arrives late ends no later transaction')]
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
    caughtBy: [
      {
        file: 'test/integration/platform/kafka/group-reader.test.ts',
        test: 'R8 what a partition brings after it was sought begins at just the offset that was asked for'
      }
    ]
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
    caughtBy: [
      races('takeover', 'R2 what an aborted transaction left on the inputs or the changelog is never read')
    ]
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
    caughtBy: [
      {
        file: 'test/integration/projections/projector.test.ts',
        test: 'what an aborted transaction left on the log is never shown'
      }
    ]
  },
  {
    name: 'position-outside-the-postgres-transaction',
    edits: [
      {
        file: 'src/projections/shared-transactions.ts',
        find:
          '    await inTransaction(this.#pool, async db => {\n' +
          '      await movePositions(db, this.#view.name, shares)\n' +
          '      await this.#view.apply(db, said)\n' +
          '    })',
        replace:
          '    await inTransaction(this.#pool, db => this.#view.apply(db, said)).then(() =>\n' +
          '      inTransaction(this.#pool, db => movePositions(db, this.#view.name, shares))\n' +
          '    )'
      }
    ],
    caughtBy: [
      {
        file: 'test/integration/projections/projector.test.ts',
        test: 'R15 of two projectors that hold one partition, only one applies each event'
      }
    ]
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
    caughtBy: [
      {
        file: 'test/integration/projections/projector.test.ts',
        test: 'R15 of two projectors that hold one partition, only one applies each event'
      }
    ]
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
    caughtBy: [
      {
        file: 'test/integration/payments/commands-topic.test.ts',
        test: 'poison goes to the dead-letter topic with its reason, byte for byte, and the partition moves on bytes that are no Avro'
      }
    ]
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
    caughtBy: [
      {
        file: 'test/integration/races/forwarding.test.ts',
        test: 'R16 a payment that producers place by different hashes has one owner and is charged once'
      }
    ]
  }
]
