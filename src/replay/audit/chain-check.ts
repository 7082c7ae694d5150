// All rows of one chain, and the log beside them where that is asked for.
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { KafkaMessage } from 'kafkajs'
import { entryHash, type Entry } from '../../audit/chain.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import type { TopicReader } from '../../platform/kafka/topic-reader.ts'
import type { AuditView } from '../../projections/audit/index.ts'
import { UnprojectableError } from '../../projections/view.ts'
import type { AuditFault, AuditFindings } from './audit-findings.ts'
import type { Covered } from './anchored.ts'
import { ChainWalk } from './chain-walk.ts'
import type { Span, Trail, TrailRow } from './trail.ts'

/** Milliseconds that a table is waited for that does not show yet what it should. */
const VIEW_WAIT_MS = 10_000
const VIEW_PAUSE_MS = 100
/** Offsets that are compared at one moment. */
const STRETCH = 5_000

export interface LogPorts {
  readonly reader: TopicReader
  readonly codec: AvroCodec
}

export interface ChainCheckDeps {
  readonly view: AuditView
  readonly topic: string
  readonly partition: number
  readonly trail: Trail
  readonly covered: Covered
  readonly findings: AuditFindings
  /** Null where the log is left alone. */
  readonly log: LogPorts | null
  /** Milliseconds after which a row should have been anchored. */
  readonly anchoredWithinMs: number
  /** Told of the offsets that have been checked. */
  readonly advanced: (offsets: number) => void
}

export class ChainCheck {
  readonly #deps: ChainCheckDeps
  readonly #walk: ChainWalk
  #faults = 0
  /** The last number in the table. */
  #number = 0
  /** The first row that no anchor covers. */
  #notAnchored: TrailRow | null = null

  constructor(deps: ChainCheckDeps) {
    this.#deps = deps
    this.#walk = new ChainWalk(finding => {
      this.#faults++
      deps.findings.add(finding)
    })
  }

  /** @throws when a service does not answer */
  async run(): Promise<void> {
    const { log, covered, topic, partition, findings } = this.#deps
    await this.#untilShown(covered.beyond?.offset ?? -1)
    const next = log === null ? 0 : await this.#walkAlong(log)
    for await (const rows of this.#rows({ from: next, to: Number.MAX_SAFE_INTEGER })) {
      for (const row of rows) this.#take(row)
      if (log !== null) await this.#findBeyond(log, rows)
    }
    this.#walk.end()
    await this.#findTruncation()
    const notAnchored = Math.max(0, this.#number - covered.number)
    this.#noteNotAnchored(notAnchored)
    const { rows } = this.#walk
    findings.chains.push({
      topic,
      partition,
      rows,
      anchors: covered.anchors,
      notAnchored,
      faults: this.#faults
    })
  }

  #take(row: TrailRow): boolean {
    this.#number = Math.max(this.#number, row.number)
    if (row.offset > this.#deps.covered.through) this.#notAnchored ??= row
    return this.#walk.take(row)
  }

  async *#rows({ from, to }: Span): AsyncGenerator<TrailRow[]> {
    const { trail, partition, advanced } = this.#deps
    let next = from
    for await (const rows of trail.rows(partition, { from, to })) {
      yield rows
      advanced(rows.at(-1)!.offset + 1 - next)
      next = rows.at(-1)!.offset + 1
    }
  }

  /** A table that lags behind gets to it, or does not in time. */
  async #untilShown(offset: number): Promise<number> {
    const { trail, partition } = this.#deps
    const deadline = Date.now() + VIEW_WAIT_MS
    for (;;) {
      const position = await trail.position(partition)
      if (position > offset || Date.now() > deadline) return position
      await delay(VIEW_PAUSE_MS)
    }
  }

  /** Rows and records of all that the table claims to show. @returns the offset to go on from */
  async #walkAlong({ reader, codec }: LogPorts): Promise<number> {
    const { partition, topic, findings } = this.#deps
    const bounds = await reader.bounds(partition)
    const position = await this.#untilShown(bounds.end - 1)
    if (position < bounds.end) {
      const place = `${topic}, partition ${partition}`
      findings.notChecked.push(`${place}: the trail stands at offset ${position} of ${bounds.end}`)
    }
    const end = Math.min(bounds.end, position)
    for await (const { records, from, to } of reader.stretches(partition, { ...bounds, end }, STRETCH)) {
      await codec.learn(records.map(({ value }) => value))
      const byOffset = new Map(records.map(record => [Number(record.offset), record]))
      for await (const rows of this.#rows({ from, to })) {
        for (const row of rows) {
          const record = byOffset.get(row.offset)
          byOffset.delete(row.offset)
          if (record === undefined) this.#notInLog(row)
          else this.#compare(row, record, codec)
        }
      }
      for (const offset of byOffset.keys())
        this.#tell('differs_from_log', offset, 'the log holds a record that has no row')
    }
    return Math.max(bounds.start, end)
  }

  #compare(row: TrailRow, record: KafkaMessage, codec: AvroCodec): void {
    const { covered } = this.#deps
    const { previous } = this.#walk
    const follows = this.#take(row)
    const { number, chain, ...said } = row
    const expected = this.#entryOf(record, codec)
    if (isDeepStrictEqual(said, expected)) return
    if (!follows) {
      const isOfLog = expected !== null && entryHash(previous, { ...expected, number }).equals(chain)
      // That it was edited has been told; of what stands out of place no more can be.
      if (isOfLog) this.#tell('differs_from_log', row.offset, 'the log still holds what the row was made of')
      return
    }
    if (row.offset <= covered.through && !covered.isContradicted && this.#faults === 0)
      this.#tell(
        'edited_log',
        row.offset,
        'the record is not the one that the row was made of, and an anchor covers the row'
      )
    else
      this.#tell(
        'differs_from_log',
        row.offset,
        'the row is not made of the record, and no anchor says which of them was changed'
      )
  }

  /** Null of a record that is none that the topic may have. */
  #entryOf(record: KafkaMessage, codec: AvroCodec): Omit<Entry, 'number'> | null {
    const { view, partition } = this.#deps
    try {
      return view.read(record, partition, codec)!.entry
    } catch (error) {
      if (error instanceof UnprojectableError) return null
      throw error
    }
  }

  #notInLog(row: TrailRow): void {
    this.#take(row)
    this.#tell('differs_from_log', row.offset, 'the log holds no record for the row')
  }

  /** Rows from behind what the log held a moment ago. */
  async #findBeyond({ reader }: LogPorts, rows: readonly TrailRow[]): Promise<void> {
    const { end } = await reader.bounds(this.#deps.partition)
    for (const { offset } of rows)
      if (offset >= end) this.#tell('differs_from_log', offset, 'the log holds no record for the row')
  }

  async #findTruncation(): Promise<void> {
    const { trail, covered, partition } = this.#deps
    const { beyond } = covered
    if (beyond === null) return
    const row = (await trail.at([beyond])).get(`${partition}/${beyond.offset}`)
    if (row?.number === beyond.number && row.chain.toString('hex') === beyond.chain) {
      covered.anchors++
      covered.through = beyond.offset
      covered.number = beyond.number
      return
    }
    const { offset = -1 } = (await trail.head(partition)) ?? {}
    const detail = `the trail ends at offset ${offset}, and an anchor covers ${beyond.number} rows, up to offset ${beyond.offset}`
    this.#tell(row === undefined ? 'truncated' : 'contradicts_anchor', offset + 1, detail)
  }

  #noteNotAnchored(count: number): void {
    const { topic, partition, findings, anchoredWithinMs, covered } = this.#deps
    if (count === 0) return
    const since = this.#notAnchored?.occurredAt ?? null
    const isRecent = since !== null && Date.now() - since / 1000 < anchoredWithinMs
    if (isRecent && covered.anchors > 0) return
    const told = since === null ? '' : `, the first of ${new Date(since / 1000).toISOString()}`
    findings.notChecked.push(`${topic}, partition ${partition}: ${count} rows that no anchor covers${told}`)
  }

  #tell(fault: AuditFault, offset: number, detail: string): void {
    const { topic, partition, findings } = this.#deps
    this.#faults++
    findings.add({ fault, topic, partition, offset, detail })
  }
}
