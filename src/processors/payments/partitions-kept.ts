import { CheckpointOutOfRangeError, LOCKED, LOCKED_REASON } from '../core/checkpoint.ts'
import { lastCheckpoints, type CheckpointPorts } from './last-checkpoints.ts'

/** The topics have another number of partitions than when their payments were dealt with. */
export class PartitionsChangedError extends Error {
  override readonly name = 'PartitionsChangedError'
}

/**
 * Asks before a partition is owned whether the payments are where they were. Kafka lets anyone add partitions to a topic.
 * From then on the keys of most payments lead to others, whose owners know nothing of them, and would charge again.
 *
 * @param partitions that the payments' topics have now
 * @throws PartitionsChangedError
 * @throws CheckpointOutOfRangeError when the payments have been copied to other topics, or have not all come to these
 */
export async function assertPartitionsKept(ports: CheckpointPorts, partitions: number): Promise<void> {
  for (const { commandsOffset, partitions: before } of (await lastCheckpoints(ports)).values()) {
    if (commandsOffset === LOCKED) throw new CheckpointOutOfRangeError(LOCKED_REASON)
    if (before === null || before === partitions) continue
    throw new PartitionsChangedError(
      `the topics have ${partitions} partitions, and their payments were spread over ${before}. With another number most ` +
        'payments belong to owners that know nothing of them, and could be charged again, so nothing is processed. ' +
        'Partitions cannot be taken away from a topic; `aegispay topics repartition` copies the payments to topics that ' +
        'have the number that you want: docs/operating.md, "More partitions"'
    )
  }
}
