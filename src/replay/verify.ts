import { PartitionVerification, type VerifyDeps } from './verify-partition.ts'

/** How far a verification has come. */
export interface VerifyProgress {
  /** @param offsets of the event store that have been read, of `total` */
  at(offsets: number, total: number): void
  partitionDone(partition: number, differences: number): void
}

/**
 * Checks every partition, or one, one after the other: memory holds the payments of one at a time.
 * @throws when a service does not answer, or there is no such partition
 */
export async function verify(
  deps: Omit<VerifyDeps, 'advanced'>,
  only: number | null,
  progress: VerifyProgress
): Promise<void> {
  const { logs, findings } = deps
  const partitions = only === null ? Array.from({ length: logs.partitions }, (_, i) => i) : [only]
  const bounds = await Promise.all(partitions.map(partition => logs.events.bounds(partition)))
  const total = bounds.reduce((sum, { start, end }) => sum + end - start, 0)
  let read = 0
  for (const partition of partitions) {
    const before = findings.total
    const advanced = (offsets: number) => progress.at((read += offsets), total)
    await new PartitionVerification({ ...deps, advanced }, partition).run()
    progress.partitionDone(partition, findings.total - before)
  }
}
