// An installation, copied to topics of another prefix that have another number of partitions. Why so, and why each step is
// safe: docs/decisions/0012-more-partitions.md.
import { randomUUID } from 'node:crypto'
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import { groupNames } from '../groups.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { createTopics, describe, type TopicSettings } from '../platform/kafka/admin.ts'
import { logBounds, type LogBounds } from '../platform/kafka/log-bounds.ts'
import { withTopicReader, type TopicReader } from '../platform/kafka/topic-reader.ts'
import { LOCKED } from '../processors/core/checkpoint.ts'
import { withFenced } from '../processors/core/transactor.ts'
import { CHECKPOINT_KEY, FENCE_KEY, PaymentChangelog } from '../processors/payments/changelog.ts'
import { lastCheckpoints } from '../processors/payments/last-checkpoints.ts'
import { topicNames, topics as table, type TopicId } from '../topics.ts'
import { copyControl } from './copy-control.ts'
import { copyRecords, digestOf, type Copying } from './copy.ts'
import { deleteTopics } from './delete-topics.ts'

export interface RepartitionPorts {
  readonly kafka: Kafka
  /** Connected. */
  readonly admin: Admin
  /** Connected, and sees the logs to their very ends. */
  readonly uncommitted: Admin
  readonly codec: AvroCodec
  /** Of the installation as it is, and of the copies' replicas. */
  readonly from: Pick<TopicSettings, 'prefix' | 'replicationFactor' | 'minIsr'>
  /** Of the installation to be. */
  readonly to: { readonly prefix: string; readonly partitions: number }
  readonly transactionTimeoutMs: number
  /** Told of every step. */
  readonly step: (line: string) => void
  readonly log: Logger
}

/** The installation is not in a state in which it can be copied; the message says what to do. Nothing was changed. */
export class NotRepartitionableError extends Error {
  override readonly name = 'NotRepartitionableError'
}

type Bounds = ReadonlyMap<number, LogBounds>
type Moved = Extract<TopicId, 'commands' | 'outcomes' | 'events' | 'state' | 'customers'>

/** In this order: what is not dealt with yet comes last. */
const MOVED: readonly Moved[] = ['events', 'state', 'customers', 'commands', 'outcomes']

/**
 * Copies everything that an installation without processors and executors has come to, checks the copies, and then, in
 * one transaction, locks the old topics and opens the new ones. Until that nothing of the old installation is changed, so
 * that whatever went wrong, it may be done again or left.
 *
 * @returns false when it had been done before
 * @throws NotRepartitionableError
 */
export async function repartition(ports: RepartitionPorts): Promise<boolean> {
  const { kafka, admin, from, to, transactionTimeoutMs, log } = ports
  if (from.prefix === to.prefix) throw new NotRepartitionableError('the copies need a prefix of their own')
  const options = { transactionalId: `${to.prefix}repartition`, transactionTimeoutMs }
  // Whoever else runs this is fenced, and what it has committed can be seen.
  return withFenced(kafka, options, log, async transactor => {
    if (await isFinished(ports)) return false
    await assertStopped(admin, from.prefix)
    await assertStopped(admin, to.prefix)
    const partitions = (await logBounds(admin, topicNames(from.prefix).state)).size
    // So is every owner that does not know yet that it is none any more.
    for (let partition = 0; partition < partitions; partition++) {
      const transactionalId = `${groupNames(from.prefix).processor}.${partition}`
      await withFenced(kafka, { transactionalId, transactionTimeoutMs }, log, () => Promise.resolve())
    }
    await copy(ports, partitions, records => transactor.commit(records, () => true))
    return true
  })
}

/** @param partitions that the payments' topics have */
async function copy(ports: RepartitionPorts, partitions: number, write: Copying['write']): Promise<void> {
  const { kafka, admin, uncommitted, codec, from, to, step, log } = ports
  const source = topicNames(from.prefix)
  const target = topicNames(to.prefix)
  const sourceBounds = new Map<TopicId, Bounds>()
  for (const id of [...MOVED, 'gatewayRequests', 'control'] as const)
    sourceBounds.set(id, await logBounds(admin, source[id]))
  // What stands in an open transaction of some producer counts as written since.
  await assertUnchanged(uncommitted, source, sourceBounds)
  await assertCalled(ports, sourceBounds.get('gatewayRequests')!)

  const { state, ...others } = target
  await deleteTopics(admin, Object.values(others))
  // Last, since it says that what is there is a copy that was begun.
  await deleteTopics(admin, [state])
  await createTopics(kafka, { ...from, ...to }, log)
  const checkpoints = (topic: string, count: number, position: number) => {
    const positions = { commands: position, outcomes: position }
    const record = new PaymentChangelog(topic, codec, count).encodeCheckpoint(positions, randomUUID())
    return Array.from({ length: count }, (_, partition) => ({ topic, partition, ...record }))
  }
  await write(checkpoints(target.state, to.partitions, LOCKED))

  const positions = await lastCheckpoints({ kafka, admin, codec, prefix: from.prefix })
  for (const id of MOVED) {
    const bounds = sourceBounds.get(id)!
    const choose = chooserOf(id, codec)
    const copying: Omit<Copying, 'reader'> = {
      bounds: id === 'commands' || id === 'outcomes' ? undealt(bounds, positions, id) : bounds,
      ...{ to: target[id], partitions: to.partitions, write, choose },
      isCompacted: table[id].config['cleanup.policy'] === 'compact'
    }
    const copied = await reading(ports, source[id], reader => copyRecords({ ...copying, reader }))
    // To the very end: what was committed last may take a moment to be seen as such.
    const written = await logBounds(uncommitted, target[id])
    const found = await reading(ports, target[id], reader => digestOf(reader, written, choose))
    if (!copied.equals(found)) {
      throw new Error(
        `${target[id]} holds ${found.count} records that are not the ${copied.count} copied: run it again`
      )
    }
    step(`${target[id]}: ${copied.count} records`)
  }
  const changes = await copyControl(ports, source.control, target.control)
  step(`${target.control}: ${changes} records`)

  await assertUnchanged(uncommitted, source, sourceBounds)
  await assertStopped(admin, to.prefix)
  await write([
    ...checkpoints(target.state, to.partitions, 0),
    ...checkpoints(source.state, partitions, LOCKED)
  ])
  // The transaction has moved the state on itself.
  sourceBounds.delete('state')
  await assertUnchanged(uncommitted, source, sourceBounds)
}

/**
 * Whether the target is a copy that was finished.
 * @throws NotRepartitionableError when it is neither that, nor one that was begun, nor nothing
 */
async function isFinished({ kafka, admin, codec, from, to }: RepartitionPorts): Promise<boolean> {
  const target = topicNames(to.prefix)
  const present = await describe(admin, Object.values(target))
  if (!present.has(target.state)) {
    if (await areEmpty(admin, [...present.keys()])) return false
    throw new NotRepartitionableError(`there are topics with the prefix "${to.prefix}" already`)
  }
  const [ofSource, ofTarget] = [
    await lastCheckpoints({ kafka, admin, codec, prefix: from.prefix }),
    await lastCheckpoints({ kafka, admin, codec, prefix: to.prefix })
  ]
  const isLocked = ({ commandsOffset }: { commandsOffset: number }) => commandsOffset === LOCKED
  const targetIsLocked = ofTarget.size > 0 && [...ofTarget.values()].every(isLocked)
  if (targetIsLocked || (ofTarget.size === 0 && (await areEmpty(admin, [...present.keys()])))) return false
  if (ofTarget.size > 0 && ofSource.size > 0 && [...ofSource.values()].every(isLocked)) return true
  throw new NotRepartitionableError(`the prefix "${to.prefix}" is that of another installation`)
}

async function areEmpty(admin: Admin, names: readonly string[]): Promise<boolean> {
  const bounds = await Promise.all(names.map(name => logBounds(admin, name)))
  return bounds.every(of => [...of.values()].every(({ end }) => end === 0))
}

async function assertStopped(admin: Admin, prefix: string): Promise<void> {
  const { processor, gateway } = groupNames(prefix)
  const { groups } = await admin.describeGroups([processor, gateway])
  const running = groups.flatMap(({ groupId, members }) => (members.length > 0 ? [groupId] : []))
  if (running.length > 0)
    throw new NotRepartitionableError(
      `stop every processor and executor first: ${running.join(', ')} has members`
    )
}

/** A call that was asked for and not made could be made by executors that nobody starts any more. */
async function assertCalled(ports: RepartitionPorts, bounds: Bounds): Promise<void> {
  const { admin, from } = ports
  const topic = topicNames(from.prefix).gatewayRequests
  const groupId = groupNames(from.prefix).gateway
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const open = await reading(ports, topic, async reader => {
    let count = 0
    for (const [partition, { start, end }] of bounds) {
      const own = committed?.partitions.find(offsets => offsets.partition === partition)
      const position = Math.max(start, Number(own?.offset ?? -1))
      // Behind the last request there are the marks of transactions.
      count += (await reader.read(partition, { start: position, end })).length
    }
    return count
  })
  if (open > 0) {
    throw new NotRepartitionableError(
      `${open} gateway requests are not finished: start the processors and executors, wait until \`aegispay lag\` shows ` +
        'none behind, and stop them'
    )
  }
}

async function assertUnchanged(
  uncommitted: Admin,
  source: ReturnType<typeof topicNames>,
  before: ReadonlyMap<TopicId, Bounds>
): Promise<void> {
  for (const [id, bounds] of before) {
    for (const [partition, { end }] of await logBounds(uncommitted, source[id])) {
      const was = bounds.get(partition)?.end
      if (was === end) continue
      throw new Error(
        `somebody has written to ${source[id]}/${partition} since, from offset ${was}: stop whoever it is, and send again ` +
          'what was not copied, or run this again'
      )
    }
  }
}

/** What the owners have not dealt with goes along: the new owners will. */
const undealt = (
  bounds: Bounds,
  positions: Awaited<ReturnType<typeof lastCheckpoints>>,
  input: 'commands' | 'outcomes'
): Bounds =>
  new Map(
    [...bounds].map(([partition, { start, end }]) => {
      const checkpoint = positions.get(partition)
      const position =
        (input === 'commands' ? checkpoint?.commandsOffset : checkpoint?.outcomesOffset) ?? start
      return [partition, { start: position, end }]
    })
  )

/** Where inputs were dealt with is over with the topics that they were on. */
function chooserOf(id: Moved, codec: AvroCodec): NonNullable<Copying['choose']> {
  switch (id) {
    case 'events':
      return async records => {
        await codec.learn(records.map(({ value }) => value))
        return records.filter(({ value }) => codec.nameOf(value!) !== 'aegispay.events.InputsHandled')
      }
    case 'state':
      return records => records.filter(isOfPayment)
    default:
      return records => [...records]
  }
}

const isOfPayment = ({ key }: KafkaMessage) => ![CHECKPOINT_KEY, FENCE_KEY].includes(String(key))

const reading = <T>(
  { kafka, admin, to }: Pick<RepartitionPorts, 'kafka' | 'admin' | 'to'>,
  topic: string,
  work: (reader: TopicReader) => Promise<T>
): Promise<T> => withTopicReader(kafka, admin, { topic, groupPrefix: `${to.prefix}repartition` }, work)
