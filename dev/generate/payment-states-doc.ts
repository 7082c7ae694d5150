import { transitions } from '../../src/domain/payment/statuses.ts'
import { markdownTable } from './markdown-table.ts'

interface Move {
  readonly from: string | null
  readonly to: string
  readonly events: readonly string[]
}

/** How Mermaid writes the beginning and the end of all. */
const OUTSIDE = '[*]'

/** Renders the table of transitions as a page for people: a diagram, and the table itself. */
export function renderPaymentStates(): string {
  const all = movesOf(transitions)
  const moves = all.filter(({ from, to }) => from !== to)
  const stays = all.filter(({ from, to }) => from === to)
  return [
    '<!-- Generated from src/domain/payment/statuses.ts by `npm run generate`. Do not edit. -->',
    '# The states of a payment',
    'Every event that can happen to a payment, in which status, and where it leads. The domain allows these and no other: a history with another one is corrupt, and is not read on.',
    ['```mermaid', 'stateDiagram-v2', ...diagram(moves).map(line => `  ${line}`), '```'].join('\n'),
    '## Moves',
    markdownTable(
      ['from', 'event', 'to'],
      moves.flatMap(({ from, to, events }) =>
        events.map(event => [from === null ? 'none' : code(from), code(event), code(to)])
      )
    ),
    '## Events that leave the status as it is',
    markdownTable(
      ['in', 'event'],
      stays.map(({ to, events }) => [code(to), events.map(code).join(', ')])
    ),
    ''
  ].join('\n\n')
}

/** One for each two statuses, in the order of the table. */
const movesOf = (edges: typeof transitions): Move[] =>
  [...Map.groupBy(edges, ({ from, to }) => `${from} ${to}`).values()].map(between => ({
    ...{ from: between[0]!.from, to: between[0]!.to },
    events: between.map(({ event }) => event)
  }))

function diagram(moves: readonly Move[]): string[] {
  const left = new Set(moves.map(({ from }) => from))
  const ends = new Set(moves.map(({ to }) => to).filter(to => !left.has(to)))
  return [
    ...moves.map(({ from, to, events }) => `${from ?? OUTSIDE} --> ${to} : ${events.join(', ')}`),
    ...[...ends].map(end => `${end} --> ${OUTSIDE}`)
  ]
}

const code = (text: string): string => `\`${text}\``
