// The audit trail: a row for each record of a topic, in one hash chain for each partition.
import type { ClientBase } from 'pg'
import { entryHash, GENESIS } from '../../audit/chain.ts'
import { asJsonRows } from '../../platform/postgres.ts'
import { noteInputs } from '../positions.ts'
import type { AuditViewName, View } from '../view.ts'
import { auditedChange, auditedEvent, type AuditedRecord } from './entry.ts'
import { chainHeads } from './heads.ts'
import { rowOf } from './row.ts'

export interface AuditView extends View<AuditedRecord> {
  readonly name: AuditViewName
}

const auditView = (name: AuditViewName, topic: AuditView['topic'], read: AuditView['read']): AuditView => ({
  ...{ name, tables: [name], topic, read },
  async apply(db, records) {
    await append(db, name, records)
    const events = records.flatMap(({ event }) => event ?? [])
    await noteInputs(db, name, events)
  },
  // What is applied, the other views tell.
  describe: () => null
})

/** What became of payments, and who changed the control data. */
export const auditViews: readonly AuditView[] = [
  auditView('audit', 'events', auditedEvent),
  auditView('control_audit', 'control', auditedChange)
]

/** The position of each partition is locked, so that nobody else can go on from the same head. */
async function append(
  db: ClientBase,
  table: AuditViewName,
  records: readonly AuditedRecord[]
): Promise<void> {
  const partitions = [...new Set(records.map(({ entry }) => entry.partition))]
  const heads: Map<number, { number: number; chain: Buffer }> = await chainHeads(db, table, partitions)
  const rows = records.map(({ entry: unnumbered }) => {
    const head = heads.get(unnumbered.partition) ?? { number: 0, chain: GENESIS }
    const entry = { ...unnumbered, number: head.number + 1 }
    const chain = entryHash(head.chain, entry)
    heads.set(entry.partition, { number: entry.number, chain })
    return rowOf(entry, chain)
  })
  if (rows.length === 0) return
  await db.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`, [
    asJsonRows(rows)
  ])
}
