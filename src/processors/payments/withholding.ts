// What of a foreign producer's record must not be written again (docs/decisions/0008-dead-letters-without-cards.md).
import type { IHeaders } from 'kafkajs'
import { containsCardNumber, DIGIT_GROUPS, IDS } from '../../domain/card-number.ts'
import { idsOf, traceparentIn } from '../../platform/tracing/traceparent.ts'
import type { InputRecord } from '../core/logic.ts'

/** Whether a card number stands in the record, in whatever part and encoding a person or program may have put it. */
export function hidesCardNumber({ key, value, headers }: InputRecord): boolean {
  const context = traceparentIn(headers)
  const named = Object.entries(headers).filter(([name]) => name !== 'traceparent' || context === undefined)
  return hidesInContext(context) || [key, value, ...named.flat(2)].some(part => hidesInBytes(part))
}

/** The trace context, unless a card number stands in it. */
export const harmlessContext = (traceparent: string | undefined): string | undefined =>
  hidesInContext(traceparent) ? undefined : traceparent

/**
 * Whether a card number stands in one of the ids. They are drawn, and are nothing but text: looked for as in other bytes, one
 * context in three hundred would seem to hold one, and its trace would end.
 */
const hidesInContext = (traceparent: string | undefined): boolean =>
  traceparent !== undefined && idsOf(traceparent).some(containsCardNumber)

/** The header, unless it holds a card number: what a header says is never needed, only of use. */
export const harmless = <T extends IHeaders[string]>(header: T): T | undefined =>
  [header].flat().some(part => hidesInBytes(part)) ? undefined : header

function hidesInBytes(bytes: Buffer | string | null | undefined): boolean {
  if (bytes === null || bytes === undefined) return false
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1')
  // The second reading is for UTF-16.
  return [text, text.replaceAll('\0', '')].some(reading =>
    [...reading.replaceAll(IDS, ' ').matchAll(DIGIT_GROUPS)].some(([run]) => hidesInRun(run))
  )
}

/** Longer than any way to write a card number with what may touch it. */
const SPAN = 48
/** Digits that may touch a text in Avro without belonging to it: its length before, a number or length after it. */
const TOUCHING = [0, 1, 2, 3]

function hidesInRun(run: string): boolean {
  const ends = [run.slice(0, SPAN), run.slice(-SPAN)]
  const trimmed = ends.flatMap(end =>
    TOUCHING.flatMap(before => TOUCHING.map(after => end.slice(before, end.length - after)))
  )
  return [run, ...trimmed].some(containsCardNumber)
}
