// What a rebuild that does not begin at the beginning takes over from the live rows.
import type { ViewName } from '../../projections/view.ts'

export interface CarriedRows {
  /**
   * SQL condition on the live table for rows that no record from the starting point on has to do with. It may ask the
   * tables `starting_points (partition, start_offset)` and `touched (key)`, the keys of the records from there on.
   */
  readonly where: string
  /** Whether a row follows from all records of its key: then those before the starting point are applied too. */
  readonly needsHistory: boolean
}

const isBeforeStart = (column: string): string => `${column} < (
  SELECT start_offset FROM starting_points WHERE starting_points.partition = live.partition)`

/** Null where no row can be: then it is built from the beginning, wherever it was to begin. */
export const carriedRows: Readonly<Record<ViewName, CarriedRows | null>> = {
  // A payment's row is the fold of all its events.
  payments: { where: 'NOT EXISTS (SELECT FROM touched WHERE key = live.id)', needsHistory: true },
  // A row an event.
  payment_events: { where: isBeforeStart('event_offset'), needsHistory: false },
  // A row a record; what is taken over is chained on as it is.
  audit: { where: isBeforeStart('record_offset'), needsHistory: false },
  control_audit: { where: isBeforeStart('record_offset'), needsHistory: false },
  // An entry an event, and one that tells the later ones of its payment whose they are.
  statement_entries: {
    where: 'NOT EXISTS (SELECT FROM touched WHERE key = live.payment_id)',
    needsHistory: true
  },
  // A row is of many payments, and counts what happened before as well as after.
  analytics: null,
  // The last record of a customer makes the row or deletes it, whatever was there before.
  customers: { where: 'true', needsHistory: false }
}
