import type { TSchema } from 'typebox'

/** One setting: what the table says of it. */
export interface Setting {
  /** The environment variable. */
  readonly env: `AEGISPAY_${string}` | `OTEL_${string}`
  /** Of the parsed value. Integers, booleans and lists (comma-separated) are read from their text by it. */
  readonly schema: TSchema
  /** Given as the variable's text; absent for a setting that must be given, null for one that may be left out. */
  readonly default?: string | null
  readonly unit?: 'ms'
  /** What it does, and when to change it. */
  readonly doc: string
  /** Its value is never shown, and `<env>_FILE` may name a file that holds it. */
  readonly secret?: true
  /** The variable names a file; the value is the file's content. */
  readonly file?: true
}
