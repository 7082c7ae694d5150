import type { KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { StretchReader } from '../../platform/kafka/stretch-reader.ts'
import { dueIn } from './due.ts'
import type { LocalStore, StoredState } from './local-store.ts'
import type { Changelog, PartitionLogic, Positions } from './logic.ts'

export interface RestoreOptions<State> {
  readonly partition: number
  readonly local: LocalStore
  readonly changelog: Changelog<State>
  readonly reader: StretchReader
  readonly isActive: PartitionLogic<State>['isActive']
  /** Where the changelog of the partition begins. */
  readonly start: number
  /** The owner's own fence, inclusive. */
  readonly through: number
  readonly signal: AbortSignal
  /** Told how many offsets of the changelog are still to be read. */
  readonly remaining: (offsets: number) => void
  readonly log: Logger
}

export interface Restored {
  /** Null when nothing was ever dealt with. */
  readonly positions: Positions | null
  readonly changelogId: string | null
  /** Of the changelog, that had to be read. */
  readonly records: number
}

interface LastCheckpoint {
  readonly positions: Positions
  readonly changelogId: string | null
  readonly offset: number
}

const REPORT_INTERVAL_MS = 5000

/**
 * Brings the local store up to the changelog. It goes on from the store's mark, unless the changelog does not know the
 * mark: then the topic is another one, or has lost records, and everything is read from its start.
 */
export async function restore<State>(options: RestoreOptions<State>): Promise<Restored> {
  const { local, start, through, log } = options
  const { mark } = local
  if (mark !== null && mark.position >= start && mark.position <= through) {
    const tail = await readFrom(mark.position, options)
    if (tail.changelogId === mark.changelogId) return tail
  }
  if (mark !== null) {
    log.warn({ mark, start, through }, 'the local store is not of this changelog: it is built anew')
    await local.wipe()
  }
  return readFrom(start, options)
}

async function readFrom<State>(from: number, options: RestoreOptions<State>): Promise<Restored> {
  const { partition, local, changelog, reader, isActive, through, signal, remaining, log } = options
  let last: LastCheckpoint | null = null
  let records = 0
  let reportAt = performance.now() + REPORT_INTERVAL_MS

  const accept = async (messages: readonly KafkaMessage[], next: number) => {
    await changelog.prepare(messages.map(({ value }) => value))
    const states: StoredState[] = []
    for (const { key, value, offset, headers } of messages) {
      const dueAt = dueIn(headers)
      if (key === null || value === null) continue
      const kind = changelog.kindOf(value)
      if (kind === 'closed') states.push({ key: key.toString(), value, active: false, dueAt })
      else if (kind !== 'fence') {
        const entry = changelog.decode(value)
        if (entry.type === 'state')
          states.push({ key: entry.key, value, active: isActive(entry.state), dueAt })
        else if (entry.type === 'checkpoint') last = { ...entry, offset: Number(offset) }
      }
    }
    records += messages.length
    local.write(states, null)
    await local.room()
    const left = Math.max(0, through + 1 - next)
    remaining(left)
    if (performance.now() < reportAt) return
    reportAt = performance.now() + REPORT_INTERVAL_MS
    const percent = Math.floor((100 * (next - from)) / (through + 1 - from))
    log.info({ records, remaining: left, percent }, 'restoring the partition')
  }

  await reader.read(partition, { from, through, signal }, accept)
  // The compiler does not see what a callback assigns.
  const checkpoint = last as LastCheckpoint | null
  if (checkpoint?.changelogId != null) {
    const { changelogId, offset: position } = checkpoint
    local.write([], { changelogId, position })
  }
  return { positions: checkpoint?.positions ?? null, changelogId: checkpoint?.changelogId ?? null, records }
}
