import { expect, test } from '@jest/globals'
import { entryHash, GENESIS, type Entry } from '../../../../src/audit/chain.ts'
import type { AuditFinding } from '../../../../src/replay/audit/audit-findings.ts'
import { ChainWalk } from '../../../../src/replay/audit/chain-walk.ts'
import type { TrailRow } from '../../../../src/replay/audit/trail.ts'

/** Rows 1 to 9 at the offsets 10, 20, 30 … */
function trail(): TrailRow[] {
  const rows: TrailRow[] = []
  for (let number = 1; number < 10; number++) {
    const entry: Entry = {
      ...{
        topic: 'payments.events',
        partition: 0,
        offset: 10 * number,
        number,
        digest: Buffer.alloc(32, number)
      },
      ...{ recordId: `pay_1.${number}`, type: 'PaymentInitiated', subject: 'pay_1', merchantId: 'demo' },
      ...{ causationId: null, decidedBy: null, occurredAt: number }
    }
    rows.push({ ...entry, chain: entryHash(rows.at(-1)?.chain ?? GENESIS, entry) })
  }
  return rows
}

/** What was found, as `<fault> <offset>`. */
function walk(rows: readonly TrailRow[]): string[] {
  const found: AuditFinding[] = []
  const chain = new ChainWalk(finding => found.push(finding))
  for (const row of [...rows].sort((a, b) => a.offset - b.offset)) chain.take(row)
  chain.end()
  return found.map(({ fault, offset }) => `${fault} ${offset}`)
}

const without = (...numbers: number[]) => trail().filter(({ number }) => !numbers.includes(number))

function swapped(a: number, b: number): TrailRow[] {
  const rows = trail()
  const offsets = { [a]: 10 * b, [b]: 10 * a }
  return rows.map(row => ({ ...row, offset: offsets[row.number] ?? row.offset }))
}

const cases: readonly (readonly [string, TrailRow[], string[]])[] = [
  ['a sound trail', trail(), []],
  ['no rows', [], []],
  [
    'a row that says something else',
    trail().map(row => (row.number === 4 ? { ...row, merchantId: 'other' } : row)),
    ['edited_row 40']
  ],
  [
    'a row that was given the hash that fits it',
    trail().map(row => (row.number === 4 ? rehashed({ ...row, merchantId: 'other' }) : row)),
    ['edited_row 50']
  ],
  ['the first row gone', without(1), ['missing_rows 20']],
  ['a row gone', without(5), ['missing_rows 60']],
  ['several rows gone at two places', without(3, 4, 7), ['missing_rows 50', 'missing_rows 80']],
  ['two neighbours changed over', swapped(4, 5), ['reordered_rows 40']],
  ['two rows changed over', swapped(3, 7), ['reordered_rows 30']],
  ['a row put at the beginning', swapped(1, 9), ['reordered_rows 10']],
  ['a row more', [...trail(), { ...trail()[4]!, offset: 65 }], ['inserted_row 65']]
]

function rehashed(row: TrailRow): TrailRow {
  return { ...row, chain: entryHash(trail()[row.number - 2]!.chain, row) }
}

test.each(cases)('%s', (_, rows, found) => {
  expect(walk(rows)).toEqual(found)
})
