import type { Admin, Kafka } from 'kafkajs'
import type { Pool } from 'pg'
import type { AnchorFiles } from '../../audit/anchor-files.ts'
import type { PublicKeys } from '../../audit/keys.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import { logBounds } from '../../platform/kafka/log-bounds.ts'
import { TopicReader } from '../../platform/kafka/topic-reader.ts'
import { auditViews, type AuditView } from '../../projections/audit/index.ts'
import { topicNames, topics as table } from '../../topics.ts'
import type { AuditFindings } from './audit-findings.ts'
import { AnchorCheck } from './anchored.ts'
import { anchorsInFiles, anchorsOnTopic } from './anchor-sources.ts'
import { ChainCheck } from './chain-check.ts'
import { Trail } from './trail.ts'

export interface VerifyTrailDeps {
  readonly kafka: Kafka
  /** Connected. */
  readonly admin: Admin
  readonly codec: AvroCodec
  readonly pool: Pool
  /** Of topics. */
  readonly prefix: string
  readonly keys: PublicKeys
  /** Null where there are none. */
  readonly files: AnchorFiles | null
  /** Whether the log is read, too. */
  readonly fromLog: boolean
  /** Milliseconds after which a row should have been anchored. */
  readonly anchoredWithinMs: number
  readonly findings: AuditFindings
}

export interface TrailProgress {
  /** @param offsets of the trail that have been checked, of `total` */
  at(offsets: number, total: number): void
  step(what: string): void
}

interface Chain {
  readonly view: AuditView
  readonly topic: string
  readonly partition: number
  readonly trail: Trail
}

/**
 * Checks the whole audit trail: first the anchors, then each chain row by row. Nothing needs to stand still.
 * @throws when a service does not answer
 */
export async function verifyTrail(deps: VerifyTrailDeps, progress: TrailProgress): Promise<void> {
  const { pool, prefix, keys, findings, fromLog } = deps
  const topicOf = (view: AuditView) => table[view.topic].name
  const trails = new Map(auditViews.map(view => [topicOf(view), new Trail(pool, view.name, topicOf(view))]))
  const anchors = new AnchorCheck({ installation: prefix, keys, findings, trails })
  progress.step('reading anchors')
  await checkAnchors(deps, anchors)

  const chains: Chain[] = []
  for (const view of auditViews) {
    const topic = topicOf(view)
    const partitions = new Set([
      ...(await logBounds(deps.admin, topicNames(prefix)[view.topic])).keys(),
      ...anchors.partitions(topic)
    ])
    for (const partition of [...partitions].sort((a, b) => a - b))
      chains.push({ view, topic, partition, trail: trails.get(topic)! })
  }
  const heads = await Promise.all(chains.map(({ trail, partition }) => trail.head(partition)))
  const total = heads.reduce((sum, head) => sum + (head === null ? 0 : head.offset + 1), 0)
  progress.step(fromLog ? 'reading the trail and the log' : 'reading the trail')
  let read = 0
  const advanced = (offsets: number) => progress.at((read += offsets), total)
  for (const [view, ofView] of Map.groupBy(chains, ({ view }) => view)) {
    await withLog(deps, view, async log => {
      for (const chain of ofView) {
        const covered = anchors.of(chain.topic, chain.partition)
        const { anchoredWithinMs } = deps
        await new ChainCheck({ ...chain, covered, findings, log, anchoredWithinMs, advanced }).run()
      }
    })
  }
}

/** Those in files first: whatever they hold is on the topic by then. */
async function checkAnchors(deps: VerifyTrailDeps, check: AnchorCheck): Promise<void> {
  const { kafka, admin, codec, prefix, files, findings } = deps
  const topic = topicNames(prefix).anchors
  if (files !== null) for await (const some of anchorsInFiles(files, topic)) await check.take(some)
  const filed = check.endSource()
  const source = { kafka, admin, codec, topic, groupPrefix: `${prefix}audit`, findings }
  for await (const some of anchorsOnTopic(source)) await check.take(some)
  const onTopic = check.endSource()
  for (const [chain, { topic: of, partition, offset, number }] of filed) {
    if (number <= (onTopic.get(chain)?.number ?? 0)) continue
    const detail = `a file holds an anchor that covers ${number} rows, and the topic does not`
    findings.add({ fault: 'missing_anchors', topic: of, partition, offset, detail })
  }
  if (check.seen === 0) findings.notChecked.push(NO_ANCHORS)
  else if (check.notVerified > 0)
    findings.notChecked.push(`the signatures of ${check.notVerified} anchors: no public key is given`)
}

const NO_ANCHORS =
  'whether the trail was written anew all through: there are no anchors. Give the projector a key (AEGISPAY_AUDIT_KEY_FILE)'

async function withLog(
  { kafka, admin, codec, prefix, fromLog }: VerifyTrailDeps,
  view: AuditView,
  work: (log: { reader: TopicReader; codec: AvroCodec } | null) => Promise<void>
): Promise<void> {
  if (!fromLog) {
    await work(null)
    return
  }
  const topic = topicNames(prefix)[view.topic]
  const reader = await TopicReader.open(kafka, admin, { topic, groupPrefix: `${prefix}audit` })
  try {
    await work({ reader, codec })
  } finally {
    await reader.close()
  }
}
