import { declineCodes } from '../../src/domain/declines/codes.ts'
import { customerHints, declineReasons } from '../../src/domain/declines/reasons.ts'
import { examplePayments } from '../../src/payment-schema.ts'
import { markdownTable } from './markdown-table.ts'

const code = (text: string) => `\`${text}\``

const example = `\`\`\`
"failure": ${JSON.stringify(examplePayments.declined.failure, null, 2)}
\`\`\``

/** Renders what gateways' codes mean as a page for people. */
export function renderDeclines(): string {
  const reasons = Object.entries(declineReasons).map(([reason, { declineType, hint }]) => [
    ...[code(reason), declineType.toLowerCase(), code(hint)]
  ])
  const hints = Object.entries(customerHints).map(([hint, words]) => [code(hint), words])
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
    'Every gateway has codes of its own for the same few reasons. A hard decline holds at every gateway and for every retry; a soft one may end otherwise elsewhere or later. A code that is not in the table is hard, and counted in `aegispay_gateway_unknown_codes_total`. A payment shows the code of its gateway, and beside it what to tell the customer:',
    example,
    markdownTable(['`customerHint.code`', '`customerHint.message`'], hints),
    'It follows from the stage and the code of the failure. Where the card was not the reason, as when no gateway could be reached, the customer is asked to come back; fraud rules and compliance are not told to them.',
    markdownTable(['our reason', 'decline', '`customerHint.code`'], reasons),
    ...codes,
    ''
  ].join('\n\n')
}
