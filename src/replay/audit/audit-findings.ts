// What a verification of the audit trail has found, in bounded memory.

/** Findings that are kept to be shown; all are counted. */
const SHOWN = 100

export type AuditFault =
  | 'edited_row'
  | 'missing_rows'
  | 'reordered_rows'
  | 'inserted_row'
  | 'truncated'
  | 'contradicts_anchor'
  | 'forged_anchor'
  | 'contradictory_anchors'
  | 'missing_anchors'
  | 'edited_log'
  | 'differs_from_log'

export interface AuditFinding {
  readonly fault: AuditFault
  /** Of the topic that the trail is about, or of the anchors. */
  readonly topic: string
  readonly partition: number
  /** Of the first record that is concerned; null where none can be named. */
  readonly offset: number | null
  /** For people. */
  readonly detail: string
}

/** How one chain was found. */
export interface ChainReport {
  readonly topic: string
  readonly partition: number
  readonly rows: number
  /** That the rows agree with. */
  readonly anchors: number
  /** Rows behind the last of them. */
  readonly notAnchored: number
  readonly faults: number
}

export class AuditFindings {
  readonly shown: AuditFinding[] = []
  readonly chains: ChainReport[] = []
  /** What could not be told, and why. */
  readonly notChecked: string[] = []
  total = 0

  add(finding: AuditFinding): void {
    this.total++
    if (this.shown.length < SHOWN) this.shown.push(finding)
  }
}
