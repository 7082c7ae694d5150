// Brokers, as the clients of a simulation reach them: the log, the coordinators, and when what they decide is seen.
import type { Assigner } from 'kafkajs'
import { GroupModel } from './group-model.ts'
import { LogModel } from './log-model.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** Milliseconds from the decision of a transaction to the marks by which readers see it. */
const MARKS_MS = 8
/** A coordinator that is busy takes as long now and then. */
const LATE_MARKS_MS = 700

export class Cluster {
  readonly log: LogModel
  readonly scheduler: Scheduler
  readonly #random: Random
  readonly #groups = new Map<string, GroupModel>()
  /** Share of transactions whose marks are late. */
  lateMarks = 0

  constructor(scheduler: Scheduler, random: Random) {
    this.scheduler = scheduler
    this.#random = random
    this.log = new LogModel(() => scheduler.now)
  }

  /** @param assigner of the first member of the group */
  group(id: string, assigner: Assigner | null): GroupModel {
    let group = this.#groups.get(id)
    if (group === undefined) {
      group = new GroupModel(this.scheduler, topic => this.log.partitionsOf(topic), assigner)
      this.#groups.set(id, group)
    }
    return group
  }

  committed(groupId: string, topic: string, partition: number): number {
    return this.#groups.get(groupId)?.committed(topic, partition) ?? -1
  }

  /** Gives the open transaction as long as its producer asked for. */
  limit(id: string, epoch: number, timeoutMs: number): void {
    const transaction = this.log.openTransaction(id, epoch)
    if (transaction === null) return
    this.scheduler.after(timeoutMs, () => {
      if (this.log.openTransaction(id, epoch) !== transaction) return
      this.scheduler.note(`coordinator gives a transaction of ${id} up`)
      this.log.timeOut(id, transaction)
    })
  }

  /** @throws FencedError, NoTransactionError */
  endTransaction(id: string, epoch: number, commits: boolean): void {
    this.log.endTransaction(id, epoch, commits)
    this.scheduler.note(`${id} ${commits ? 'commits' : 'aborts'}`)
    const isLate = this.#random.chance(this.lateMarks)
    const ms = isLate ? this.#random.between(MARKS_MS, LATE_MARKS_MS) : this.#random.between(0, MARKS_MS)
    this.scheduler.after(ms, () => this.log.writeMarks(id))
  }

  /** Resolves when the last transaction of the id has its marks: until then it takes no other. */
  async whenEnded(id: string): Promise<void> {
    while (this.log.isEnding(id)) await new Promise<void>(resolve => this.scheduler.after(3, resolve))
  }
}
