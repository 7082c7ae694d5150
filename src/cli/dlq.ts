// `aegispay dlq`: the records that could never be processed, looked at and given another try.
import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import { formatCursor, parseCursor, type Cursor, type LetterFilter } from '../dead-letters/find-letters.ts'
import { placeOf, type Place } from '../dead-letters/letter.ts'
import { listed, shown } from '../dead-letters/views.ts'
import { SettingsError } from '../platform/config/read-settings.ts'
import { poisonReasons } from '../poison-reasons.ts'
import { textTable } from '../text-table.ts'
import { confirmed } from './confirmed.ts'
import { authorOf } from './control-session.ts'
import { instant } from './instant.ts'
import { withLetters } from './letters-session.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1000

interface FilterOptions extends LetterFilter {
  readonly limit: number
  readonly json?: true
}

interface RedriveOptions extends FilterOptions {
  readonly reason: string
  readonly all?: true
  readonly again?: true
  readonly yes?: true
}

/** Adds the command and what it can do. */
export function addDlqCommand(program: Command): void {
  const dlq = program
    .command('dlq')
    .description('look at records that could not be processed, and write them to their topics again')
    .addHelpText(
      'after',
      `
A letter is named by its place on the dead-letter topic, <partition>-<offset>. What the codes mean is in docs/from-kafka.md,
what to do about them in docs/dead-letters.md.

Examples:
  aegispay dlq list --code undecodable --since 2026-01-31T00:00:00Z
  aegispay dlq show 3-17
  aegispay dlq redrive 3-17 --reason 'the schema is registered now'
  aegispay dlq redrive --code decision_failed --reason 'fixed in 1.4.2'`
    )

  filtered(dlq.command('list'), 'show at most so many')
    .description('list dead letters, the newest first')
    .option('--open', 'only those that were not redriven')
    .addOption(new Option('--cursor <cursor>', 'go on where a list ended').argParser(cursor))
    .option('--json', 'as JSON')
    .action(list)

  dlq
    .command('show')
    .description('show a dead letter: why, where it stood, its headers and what it says')
    .addArgument(letterArgument('<letter>'))
    .option('--json', 'as JSON on one line')
    .action((place: Place, { json }: { json?: true }) =>
      withLetters(async letters => {
        const found = await letters.find(place)
        if (found === null) throw new Error('letter_not_found: no dead letter stands there')
        console.log(JSON.stringify(await shown(found, letters.readers), null, json ? 0 : 2))
      })
    )

  filtered(dlq.command('redrive'), 'redrive at most so many')
    .description('write records to the topics that they came from again, and mark their letters')
    .argument('[letters...]', 'which; those that the filters let through unless given', letterList)
    .requiredOption('--reason <text>', 'why, for the mark')
    .option('--all', 'without letters or filters: every letter that was not redriven')
    .option('--again', 'also letters that were redriven before')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document a line, one for each letter')
    .addHelpText(
      'after',
      `
The record gets its own key, value and headers, on the partition of its key. It is refused, with a code, where the letter
does not carry it, and where the processor would put it aside again.

Exit code: 0 when all were redriven, 1 when one was refused. It may be repeated: nothing is redriven twice unless --again.`
    )
    .action(redriveLetters)
}

function filtered(command: Command, limitMeans: string): Command {
  return command
    .addOption(new Option('--code <code>', 'only those put aside for this reason').choices(poisonReasons))
    .option('--topic <name>', 'only those from this topic')
    .addOption(
      new Option('--since <time>', 'only those put aside then or later, RFC 3339').argParser(instant)
    )
    .addOption(new Option('--until <time>', 'only those put aside earlier, RFC 3339').argParser(instant))
    .addOption(new Option('--limit <number>', limitMeans).argParser(limit).default(DEFAULT_LIMIT))
}

async function list({ limit, cursor, json, ...filter }: FilterOptions & { cursor?: Cursor }) {
  await withLetters(async letters => {
    const { found, next } = await letters.list(filter, { limit, before: cursor ?? null })
    const views = found.map(listed)
    const nextCursor = next === null ? null : formatCursor(next)
    if (json) {
      console.log(JSON.stringify({ letters: views, nextCursor }))
      return
    }
    const rows = views.map(({ letter, at, code, topic, partition, offset, redrivenAt, detail }) => [
      ...[letter, at, code, `${topic}/${partition}/${offset}`, redrivenAt ?? '-', detail]
    ])
    console.log(textTable(['LETTER', 'PUT ASIDE', 'CODE', 'FROM', 'REDRIVEN', 'DETAIL'], rows))
    if (nextCursor !== null) console.error(`aegispay: there are more: --cursor ${nextCursor}`)
  })
}

async function redriveLetters(named: Place[] | undefined, options: RedriveOptions): Promise<void> {
  const { limit, json, yes, reason, all, again = false, code, topic, since, until } = options
  const filter = { code, topic, since, until }
  const isFiltered = Object.values(filter).some(value => value !== undefined)
  const places = named ?? []
  if ([places.length > 0, isFiltered, all === true].filter(Boolean).length !== 1)
    throw new SettingsError(['name letters, or say which by filters, or --all'])
  const author = { ...authorOf({ reason }), reason }
  await withLetters(async letters => {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
    const chosen =
      places.length > 0 ? { places, isMore: false } : await letters.places({ ...given, open: !again }, limit)
    const count = chosen.places.length
    if (count === 0) console.error('aegispay: no dead letter is like that')
    else if (yes !== true && !(await confirmed(`Write ${count} records to their topics again?`))) {
      console.error('aegispay: nothing was redriven')
      process.exitCode = 1
      return
    }
    const progress = (done: number) => {
      if (count > 1) console.error(`aegispay: ${done} of ${count}`)
    }
    const outcomes = await letters.redrive(chosen.places, { author, again, progress })
    if (json) for (const outcome of outcomes) console.log(JSON.stringify(outcome))
    else if (count > 0) {
      const rows = outcomes.map(outcome =>
        outcome.result === 'redriven'
          ? [outcome.letter, 'redriven', '-', outcome.to]
          : [outcome.letter, 'refused', outcome.code, outcome.detail]
      )
      console.log(textTable(['LETTER', 'RESULT', 'CODE', 'TO, OR WHY NOT'], rows))
    }
    if (chosen.isMore) console.error('aegispay: there are more: repeat this')
    if (outcomes.some(({ result }) => result === 'refused')) process.exitCode = 1
  })
}

const letterArgument = (name: string) =>
  new Argument(name, 'its <partition>-<offset> on the dead-letter topic').argParser(letter)

function letter(text: string): Place {
  const place = placeOf(text)
  if (place === null) throw new InvalidArgumentError('A letter is named by <partition>-<offset>.')
  return place
}

const letterList = (text: string, before: Place[] | undefined) => [...(before ?? []), letter(text)]

function limit(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > MAX_LIMIT) throw new InvalidArgumentError(`It must be 1 to ${MAX_LIMIT}.`)
  return number
}

function cursor(text: string): Cursor {
  const parsed = parseCursor(text)
  if (parsed === null) throw new InvalidArgumentError('It is no cursor of a list.')
  return parsed
}
