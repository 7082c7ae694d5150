// What keeps a partition from being owned, as its checkpoint tells.

/** The inputs' log no longer holds the offset that the checkpoint names: records were deleted before they were seen. */
export class CheckpointOutOfRangeError extends Error {
  override readonly name = 'CheckpointOutOfRangeError'
}

/** The position of a checkpoint by which nobody may own the partition: its payments have moved, or have not all come. */
export const LOCKED = -1
export const LOCKED_REASON =
  'the payments of this installation have been copied to topics of another prefix, or have not all come to these: see ' +
  '`aegispay topics repartition`'
