// How far each consumer group is behind. A group's committed offsets say so for the gateway executors and for listeners: the others
// keep their positions where their work is, and what the group knows of them is nothing.
import { AssignerProtocol, type Admin, type Kafka } from 'kafkajs'
import { INTAKE } from '../delivery/intake.ts'
import { groupNames } from '../groups.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { logBounds } from '../platform/kafka/log-bounds.ts'
import { views } from '../projections/index.ts'
import { storedPositions } from '../projections/positions.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import { topicNames } from '../topics.ts'
import { lastCheckpoints } from '../processors/payments/last-checkpoints.ts'

/** Where a role keeps the position that it really goes on from. */
type PositionStore = 'changelog' | 'group' | 'PostgreSQL'

export interface PartitionLag {
  readonly topic: string
  readonly partition: number
  /** Next offset to deal with; null when none is kept yet: then it will begin at the start of the log. */
  readonly position: number | null
  /** Offset behind the last record. */
  readonly end: number
  /** Offsets between the two, markers of transactions included; null when the positions cannot be read. */
  readonly lag: number | null
  /** The member that the group has given the partition; null when it has none. */
  readonly owner: string | null
  readonly host: string | null
}

export interface GroupLag {
  readonly group: string
  readonly role: 'processor' | 'gateway' | 'projector' | 'listener' | 'delivery'
  /** As the broker calls it: `Stable`, `Empty`, `PreparingRebalance`; `Dead` when there is no such group. */
  readonly state: string
  readonly members: number
  readonly positionsIn: PositionStore
  /** Of all partitions; null when the positions cannot be read. */
  readonly lag: number | null
  /** What an operator has to look at; empty when all is well. */
  readonly faults: readonly string[]
  readonly partitions: readonly PartitionLag[]
}

export interface LagPorts {
  readonly kafka: Kafka
  /** Connected. */
  readonly admin: Admin
  readonly reads: Pick<ReadDatabase, 'ofNoMerchant'>
  readonly codec: () => Promise<AvroCodec>
  readonly prefix: string
}

type Positions = (topic: string, partition: number) => number | null

interface Reader extends Pick<GroupLag, 'group' | 'role' | 'positionsIn'> {
  readonly topics: readonly string[]
  readonly positions: () => Promise<Positions>
}

/** The lag of every group, in the order of the way of a payment. A store that cannot be read is a fault of its groups. */
export async function lagOfGroups(ports: LagPorts): Promise<GroupLag[]> {
  const readers = [...readersOf(ports), ...(await listenersOf(ports))]
  const { groups } = await ports.admin.describeGroups(readers.map(({ group }) => group))
  return Promise.all(
    readers.map(reader =>
      lagOf(
        reader,
        groups.find(({ groupId }) => groupId === reader.group)!,
        ports.admin
      )
    )
  )
}

function readersOf({ kafka, admin, reads, codec, prefix }: LagPorts): Reader[] {
  const names = groupNames(prefix)
  const topics = topicNames(prefix)
  let stored: ReturnType<typeof storedPositions> | null = null
  return [
    {
      ...{ group: names.processor, role: 'processor', positionsIn: 'changelog' },
      topics: [topics.outcomes, topics.commands],
      positions: async () => {
        const checkpoints = await lastCheckpoints({ kafka, admin, codec: await codec(), prefix })
        return (topic, partition) =>
          checkpoints.get(partition)?.[topic === topics.commands ? 'commandsOffset' : 'outcomesOffset'] ??
          null
      }
    },
    {
      ...{ group: names.gateway, role: 'gateway', positionsIn: 'group' },
      topics: [topics.gatewayRequests],
      positions: () => committedPositions(admin, names.gateway, topics.gatewayRequests)
    },
    ...views.map((view): Reader => ({
      ...{ group: names.projection(view.name), role: 'projector', positionsIn: 'PostgreSQL' },
      topics: [topics[view.topic]],
      positions: async () => {
        stored ??= storedPositions(reads)
        const ofView = (await stored).get(view.name)
        return (_, partition) => ofView?.get(partition) ?? null
      }
    })),
    {
      ...{ group: names.delivery, role: 'delivery', positionsIn: 'PostgreSQL' },
      topics: [topics.events],
      positions: async () => {
        stored ??= storedPositions(reads)
        const ofIntake = (await stored).get(INTAKE)
        return (_, partition) => ofIntake?.get(partition) ?? null
      }
    }
  ]
}

/** The groups tell which listeners there are; their modules need not be at hand. */
async function listenersOf({ admin, prefix }: LagPorts): Promise<Reader[]> {
  const topic = topicNames(prefix).events
  const { groups } = await admin.listGroups()
  return groups
    .map(({ groupId }) => groupId)
    .filter(group => group.startsWith(groupNames(prefix).listener('')))
    .sort()
    .map(group => ({
      ...{ group, role: 'listener', positionsIn: 'group', topics: [topic] },
      positions: () => committedPositions(admin, group, topic)
    }))
}

async function committedPositions(admin: Admin, groupId: string, topic: string): Promise<Positions> {
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  // The broker's -1 is none.
  return (_, partition) => ((offsets.get(partition) ?? -1) < 0 ? null : offsets.get(partition)!)
}

type Described = Awaited<ReturnType<Admin['describeGroups']>>['groups'][number]

async function lagOf(reader: Reader, described: Described, admin: Admin): Promise<GroupLag> {
  const { group, role, positionsIn, topics } = reader
  const faults: string[] = []
  // Positions before ends: the other way round what is written in between would make a negative lag.
  const positions = await reader.positions().catch((error: unknown) => {
    faults.push(`the positions in the ${positionsIn} cannot be read: ${(error as Error).message}`)
    return null
  })
  const owners = ownersOf(described)
  const partitions: PartitionLag[] = []
  for (const topic of topics) {
    for (const [partition, { start, end }] of await logBounds(admin, topic)) {
      const position = positions?.(topic, partition) ?? null
      const lag = positions === null ? null : Math.max(0, end - Math.max(position ?? start, start))
      const owner = owners.get(`${topic}/${partition}`)
      partitions.push({
        ...{ topic, partition, position, end, lag },
        ...{ owner: owner?.memberId ?? null, host: owner?.clientHost.replace(/^\//, '') ?? null }
      })
    }
  }
  partitions.sort((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition)
  const members = described.members.length
  const orphans = partitions.filter(({ owner }) => owner === null)
  if (members === 0) faults.push('the group has no members: nothing reads for it')
  else if (orphans.length > 0)
    faults.push(`no member has ${orphans.map(({ topic, partition }) => `${topic}/${partition}`).join(', ')}`)
  const lag = positions === null ? null : partitions.reduce((sum, partition) => sum + partition.lag!, 0)
  return { group, role, state: described.state, members, positionsIn, lag, faults, partitions }
}

function ownersOf({ members }: Described): Map<string, Described['members'][number]> {
  const owners = new Map<string, Described['members'][number]>()
  for (const member of members) {
    // Empty while the group shares its partitions out.
    if (member.memberAssignment.length === 0) continue
    const assignment = AssignerProtocol.MemberAssignment.decode(member.memberAssignment)?.assignment ?? {}
    for (const [topic, partitions] of Object.entries(assignment))
      for (const partition of partitions) owners.set(`${topic}/${partition}`, member)
  }
  return owners
}
