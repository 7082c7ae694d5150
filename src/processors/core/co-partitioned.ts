import {
  AssignerProtocol,
  type GroupMember,
  type GroupMemberAssignment,
  type PartitionAssigner
} from 'kafkajs'

const NAME = 'aegispay-co-partitioned'
const VERSION = 1

/**
 * Gives the same partitions of every topic to the same member, evenly, and lets members keep what they own: an owner
 * that stays need not restore its state. The client ships a round-robin assigner only, which splits the topics.
 *
 * @param owned the partitions that this member owns at the moment of a join
 */
export const coPartitioned =
  (owned: () => Iterable<number>): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    assign: ({ members, topics }) => {
      const counts = topics.map(topic => cluster.findTopicPartitionMetadata(topic).length)
      if (new Set(counts).size !== 1) {
        throw new Error(
          `the topics ${topics.join(', ')} must have the same number of partitions, not ${counts.join(', ')}`
        )
      }
      return Promise.resolve(assign(members.map(claimOf), topics, counts[0]!))
    },
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(JSON.stringify([...owned()]))
      })
    })
  })

interface Claim {
  readonly memberId: string
  readonly owned: readonly number[]
}

function claimOf({ memberId, memberMetadata }: GroupMember): Claim {
  const userData = AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData
  return { memberId, owned: userData?.length ? (JSON.parse(userData.toString()) as number[]) : [] }
}

/** Every member keeps what it owns up to its share; what is left over goes to whoever has least. */
export function shareOut(claims: readonly Claim[], partitions: number): Map<string, number[]> {
  const members = [...claims].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
  const share = Math.ceil(partitions / members.length)
  const shares = new Map<string, number[]>(members.map(({ memberId }) => [memberId, []]))
  const free = new Set(Array.from({ length: partitions }, (_, partition) => partition))
  for (const { memberId, owned } of members) {
    const kept = shares.get(memberId)!
    for (const partition of owned) if (kept.length < share && free.delete(partition)) kept.push(partition)
  }
  for (const partition of free) {
    const [poorest] = [...shares.values()].sort((a, b) => a.length - b.length)
    poorest!.push(partition)
  }
  return levelled(shares)
}

/** With shares rounded up, a member that owned much may keep so many that another has two fewer. */
function levelled(shares: Map<string, number[]>): Map<string, number[]> {
  for (;;) {
    const byCount = [...shares.values()].sort((a, b) => a.length - b.length)
    const poorest = byCount[0]!
    const richest = byCount.at(-1)!
    if (richest.length - poorest.length < 2) return shares
    poorest.push(richest.pop()!)
  }
}

const assign = (
  claims: readonly Claim[],
  topics: readonly string[],
  partitions: number
): GroupMemberAssignment[] =>
  [...shareOut(claims, partitions)].map(([memberId, own]) => ({
    memberId,
    memberAssignment: AssignerProtocol.MemberAssignment.encode({
      version: VERSION,
      assignment: Object.fromEntries(topics.map(topic => [topic, own])),
      userData: Buffer.alloc(0)
    })
  }))
