// The model of Kafka's group coordinator: who is a member, and who has which partitions.
import { AssignerProtocol, type Assigner, type GroupMember } from 'kafkajs'
import type { Scheduler } from './scheduler.ts'

export interface JoinRequest {
  /** Null for one that was never a member, or is none any more. */
  readonly memberId: string | null
  /** Begins the id of a new member. */
  readonly name: string
  readonly topics: readonly string[]
  readonly metadata: Buffer
  readonly sessionTimeoutMs: number
}

export interface Joined {
  readonly memberId: string
  readonly generation: number
  /** By topic. */
  readonly assignment: ReadonlyMap<string, readonly number[]>
}

export type HeartbeatAnswer = 'MEMBER' | 'REBALANCING' | 'UNKNOWN'

export class NotAMemberError extends Error {
  override readonly name = 'NotAMemberError'
}

interface Member extends Omit<JoinRequest, 'memberId'> {
  heardAt: number
  /** While it waits for the others. */
  joined: ((answer: Joined) => void) | null
}

/** Milliseconds that members have to join anew, as the readers ask for. */
const REBALANCE_TIMEOUT_MS = 1_500
/** Milliseconds that the coordinator waits for more of those that join at once. */
const GATHER_MS = 5

export class GroupModel {
  readonly #scheduler: Scheduler
  readonly #partitionsOf: (topic: string) => number
  readonly #assigner: Assigner | null
  readonly #members = new Map<string, Member>()
  readonly #committed = new Map<string, number>()
  #generation = 0
  #isRebalancing = false
  #memberIds = 0
  #attempt = 0

  /** @param assigner the leader's; round robin unless given */
  constructor(scheduler: Scheduler, partitionsOf: (topic: string) => number, assigner: Assigner | null) {
    this.#scheduler = scheduler
    this.#partitionsOf = partitionsOf
    this.#assigner = assigner
  }

  join({ memberId: known, ...request }: JoinRequest): Promise<Joined> {
    const memberId =
      known !== null && this.#members.has(known) ? known : `${request.name}#${++this.#memberIds}`
    return new Promise(resolve => {
      const heardAt = this.#scheduler.time
      const isNew = !this.#members.has(memberId)
      this.#members.set(memberId, { ...request, heardAt, joined: resolve })
      if (isNew) this.#expectHeartbeats(memberId)
      this.#rebalance()
      this.#scheduler.after(GATHER_MS, () => this.#completeIfAllJoined())
    })
  }

  heartbeat(memberId: string, generation: number): HeartbeatAnswer {
    const member = this.#members.get(memberId)
    if (member === undefined || generation > this.#generation) return 'UNKNOWN'
    member.heardAt = this.#scheduler.time
    if (this.#isRebalancing) return 'REBALANCING'
    return generation === this.#generation ? 'MEMBER' : 'UNKNOWN'
  }

  leave(memberId: string): void {
    if (this.#members.delete(memberId)) this.#rebalance()
    this.#completeIfAllJoined()
  }

  /** @throws NotAMemberError */
  commit(memberId: string, generation: number, topic: string, partition: number, offset: number): void {
    if (!this.#members.has(memberId) || generation !== this.#generation || this.#isRebalancing)
      throw new NotAMemberError(`${memberId} is no member`)
    this.#committed.set(`${topic}/${partition}`, offset)
  }

  /** -1 where none was committed. */
  committed(topic: string, partition: number): number {
    return this.#committed.get(`${topic}/${partition}`) ?? -1
  }

  #expectHeartbeats(memberId: string): void {
    const member = this.#members.get(memberId)
    if (member === undefined) return
    const { heardAt, sessionTimeoutMs } = member
    const left = heardAt + sessionTimeoutMs - this.#scheduler.time
    if (left > 0 || member.joined !== null) {
      this.#scheduler.after(Math.max(left, REBALANCE_TIMEOUT_MS), () => this.#expectHeartbeats(memberId))
      return
    }
    this.#scheduler.note(`group drops ${memberId}`)
    this.leave(memberId)
  }

  #rebalance(): void {
    if (this.#isRebalancing) return
    this.#isRebalancing = true
    const attempt = ++this.#attempt
    this.#scheduler.after(REBALANCE_TIMEOUT_MS, () => {
      if (!this.#isRebalancing || attempt !== this.#attempt) return
      for (const [id, { joined }] of this.#members) if (joined === null) this.#members.delete(id)
      this.#complete()
    })
  }

  #completeIfAllJoined(): void {
    if (this.#isRebalancing && [...this.#members.values()].every(({ joined }) => joined !== null))
      this.#complete()
  }

  #complete(): void {
    this.#isRebalancing = false
    if (this.#members.size === 0) return
    this.#generation++
    const generation = this.#generation
    void this.#assign().then(assignments => {
      for (const [memberId, member] of this.#members) {
        const assignment = assignments.get(memberId)
        if (assignment === undefined || member.joined === null) continue
        member.heardAt = this.#scheduler.time
        member.joined({ memberId, generation, assignment })
        member.joined = null
      }
    })
  }

  async #assign(): Promise<Map<string, ReadonlyMap<string, readonly number[]>>> {
    const topics = [...this.#members.values()][0]!.topics
    if (this.#assigner === null) return this.#roundRobin(topics)
    const members: GroupMember[] = [...this.#members].map(([memberId, { metadata }]) => ({
      memberId,
      memberMetadata: metadata
    }))
    const assigned = await this.#assigner.assign({ members, topics: [...topics] })
    return new Map(
      assigned.map(({ memberId, memberAssignment }) => {
        const { assignment } = AssignerProtocol.MemberAssignment.decode(memberAssignment)!
        return [memberId, new Map(Object.entries(assignment))]
      })
    )
  }

  #roundRobin(topics: readonly string[]): Map<string, ReadonlyMap<string, readonly number[]>> {
    const ids = [...this.#members.keys()]
    return new Map(
      ids.map((id, nth) => {
        const own = topics.map(topic => {
          const all = Array.from({ length: this.#partitionsOf(topic) }, (_, partition) => partition)
          return [topic, all.filter(partition => partition % ids.length === nth)] as const
        })
        return [id, new Map(own)]
      })
    )
  }
}
