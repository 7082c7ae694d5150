// The product's table of currencies, from data/iso-4217.csv: the ISO 4217 list of active codes (public domain).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const HEADINGS = 'AlphabeticCode,MinorUnit,Currency'
const ROW = /^(?<code>[A-Z]{3}),(?<minorUnit>\d|-),(?<name>[^",]+)$/
/** Such as gold or special drawing rights: nobody pays in them. */
const HAS_NO_MINOR_UNIT = '-'

/**
 * Renders the exponents of all currencies in use as a module: of the domain, and of the console.
 * @throws when a line of the list is none of a currency.
 */
export function renderCurrencyTable(): string {
  const list = readFileSync(join(import.meta.dirname, 'data', 'iso-4217.csv'), 'utf8')
  const [headings, ...rows] = list.trimEnd().split('\n')
  if (headings !== HEADINGS) throw new Error(`the list of currencies begins with ${headings}`)
  return [
    '// Generated from dev/generate/data/iso-4217.csv by `npm run generate`. Do not edit.',
    '// How many decimal digits the minor unit of each currency has, from the ISO 4217 list of active codes (public domain).',
    '',
    'export const exponents: Readonly<Record<string, number>> = {',
    ...rows.flatMap(entry),
    '}',
    ''
  ].join('\n')
}

function entry(row: string): string[] {
  const { code, minorUnit, name } = ROW.exec(row)?.groups ?? {}
  if (code === undefined) throw new Error(`the list of currencies has the line ${row}`)
  return minorUnit === HAS_NO_MINOR_UNIT ? [] : [`${code}: ${minorUnit}, // ${name}`]
}
