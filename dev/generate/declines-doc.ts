import { declineCodes } from '../../src/domain/declines/codes.ts'
import { customerHints, declineReasons } from '../../src/domain/declines/reasons.ts'
import { markdownTable } from './markdown-table.ts'

const code = (text: string) => `\`${text}\``

/** Renders what gateways' codes mean as a page for people. */
export function renderDeclines(): string {
  const reasons = Object.entries(declineReasons).map(([reason, { declineType, hint }]) => [
    ...[code(reason), declineType.toLowerCase(), customerHints[hint]]
  ])
  const codes = Object.entries(declineCodes).flatMap(([adapter, known]) => [
    `## ${adapter}`,
    markdownTable(
      ['its code', 'our reason'],
      Object.entries(known).map(([its, ours]) => [code(its), code(ours)])
    )
  ])
  return [
    '<!-- Generated from src/domain/declines by `npm run generate`. Do not edit. -->',
    '# Why gateways decline',
    'Every gateway has codes of its own for the same few reasons. A hard decline holds at every gateway and for every retry; a soft one may end otherwise elsewhere or later. A code that is not in the table is hard, and counted in `aegispay_gateway_unknown_codes_total`. A payment shows the code of its gateway.',
    markdownTable(['our reason', 'decline', 'what to tell the customer'], reasons),
    ...codes,
    ''
  ].join('\n\n')
}
