import type { RoutingPolicy } from '../../domain/routing/policy.ts'
import type { EventLog } from '../event-log.ts'
import { Outcomes } from './outcomes.ts'
import { RoutingTally, type RoutingReport } from './tally.ts'

/** Choices from `from` on and before `to`, epoch milliseconds. */
export interface Period {
  readonly from: number
  readonly to: number
}

/**
 * Makes every choice of the period anew by a policy. The log is read on to its end, since what came of the last choices
 * stands behind them.
 *
 * @throws when a service does not answer
 */
export async function replayRouting(
  events: EventLog,
  policy: RoutingPolicy,
  { from, to }: Period,
  at: (offsets: number, total: number) => void
): Promise<RoutingReport> {
  const tally = new RoutingTally(policy)
  const partitions = await events.boundsSince(from)
  const total = [...partitions.values()].reduce((sum, { start, end }) => sum + end - start, 0)
  let read = 0
  for (const [partition, bounds] of partitions) {
    const outcomes = new Outcomes((choice, approved, chosenAt) => {
      if (chosenAt >= from && chosenAt < to) tally.add(choice, approved)
    })
    for await (const stretch of events.read(partition, bounds)) {
      for (const event of stretch.events) outcomes.take(event)
      at((read += stretch.to - stretch.from), total)
    }
    outcomes.end()
  }
  return tally.report()
}
