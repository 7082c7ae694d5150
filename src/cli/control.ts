// `aegispay control`: the control data at a terminal.
import { readFileSync } from 'node:fs'
import { Argument, type Command, InvalidArgumentError } from 'commander'
import { viewOf } from '../control/api-keys.ts'
import { writtenDocument } from '../control/document-faults.ts'
import {
  controlKinds,
  publishedSchema,
  writtenKinds,
  type ApiKeyDocument,
  type ControlKind,
  type WrittenKind
} from '../control/documents.ts'
import { checkReferences } from '../control/references.ts'
import { ApiError } from '../errors.ts'
import { parseJsonBody } from '../platform/http/json-body.ts'
import { refuseCardNumbers } from '../screen.ts'
import { textTable } from '../text-table.ts'
import { authorOf, withControl } from './control-session.ts'

const STDIN = 0
const kindArgument = () => new Argument('<kind>', 'the kind of control data').choices(controlKinds)
const writtenKindArgument = () => new Argument('<kind>', 'the kind of control data').choices(writtenKinds)

interface ReadOptions {
  readonly json?: true
}

interface ChangeOptions {
  readonly reason?: string
  /** -1 for none. */
  readonly basedOn?: number
}

/** Adds the command and what it can do. */
export function addControlCommand(program: Command): void {
  const control = program
    .command('control')
    .description(
      'read and change merchants, gateway profiles, limits, routing policies and fraud rules; a change takes effect everywhere at once'
    )
    .addHelpText(
      'after',
      `
Kinds: ${writtenKinds.join(', ')}; and api-keys, which can only be looked at here.

It works on Kafka itself, with no key and no running AegisPay: AEGISPAY_KAFKA_BROKERS and AEGISPAY_SCHEMA_REGISTRY_URL
say where.

Examples:
  aegispay control list merchants
  aegispay control get gateway-profiles sandbox-alpha > alpha.json
  aegispay control put gateway-profiles alpha.json --reason 'fees of the new contract'
  echo '{"id":"acme","requestsPerMinute":600}' | aegispay control put limits
  aegispay control history gateway-profiles sandbox-alpha

API keys are made by: aegispay keys create`
    )

  control
    .command('list')
    .description('list the documents of a kind')
    .addArgument(kindArgument())
    .option('--json', 'one JSON document a line')
    .action((kind: ControlKind, { json }: ReadOptions) =>
      withControl(session => {
        const documents = session.table.list(kind)
        if (json) for (const { document } of documents) console.log(JSON.stringify(shown(kind, document)))
        else {
          const rows = documents.map(({ version, document }) => [
            document.id,
            String(version),
            JSON.stringify(shown(kind, document))
          ])
          console.log(textTable(['ID', 'VERSION', 'DOCUMENT'], rows))
        }
      })
    )

  control
    .command('get')
    .description('show a document, as `put` takes it')
    .addArgument(kindArgument())
    .argument('<id>', 'of the document')
    .option('--json', 'on one line')
    .action((kind: ControlKind, id: string, { json }: ReadOptions) =>
      withControl(session => {
        const held = session.table.find(kind, id)
        if (held === undefined) throw new ApiError('document_not_found')
        console.log(JSON.stringify(shown(kind, held.document), null, json ? 0 : 2))
      })
    )

  control
    .command('put')
    .description('write a document: the one of its id is replaced, or made')
    .addArgument(writtenKindArgument())
    .argument('[file]', 'the document as JSON; standard input unless given')
    .option('--reason <text>', 'why, for the history')
    .option('--based-on <version>', 'fail unless this is the version that is replaced; -1 for none', version)
    .action((kind: WrittenKind, file: string | undefined, options: ChangeOptions) => {
      const document = writtenDocument(kind, parseJsonBody(readFileSync(file ?? STDIN), refuseCardNumbers))
      return withControl(async session => {
        checkReferences(kind, document, session.table)
        const basedOn = options.basedOn ?? session.table.version(kind, document.id)
        const edit = { ...authorOf(options), basedOn }
        const made = await session.editor.put(kind, document.id, document, edit)
        console.log(`${kind}/${document.id} is at version ${made}`)
      })
    })

  control
    .command('delete')
    .description('delete the limits of a merchant, so that the defaults hold; nothing else is ever deleted')
    .addArgument(new Argument('<kind>').choices(['limits']))
    .argument('<id>', 'of the document')
    .option('--reason <text>', 'why, for the history')
    .action((kind: 'limits', id: string, options: ChangeOptions) =>
      withControl(async session => {
        if (session.table.find(kind, id) === undefined) throw new ApiError('document_not_found')
        const edit = { ...authorOf(options), basedOn: session.table.version(kind, id) }
        await session.editor.delete(kind, id, edit)
        console.log(`${kind}/${id} is deleted`)
      })
    )

  control
    .command('history')
    .description('show every version of a document: who changed it, when and why')
    .addArgument(kindArgument())
    .argument('<id>', 'of the document')
    .option('--json', 'one JSON version a line')
    .action((kind: ControlKind, id: string, { json }: ReadOptions) =>
      withControl(session => {
        const versions = session.history.of(kind, id).map(({ document, changedAt, ...rest }) => {
          const parsed = JSON.parse(document) as ApiKeyDocument | null
          const then = parsed === null ? null : shown(kind, parsed)
          return { ...rest, changedAt: new Date(changedAt).toISOString(), document: then }
        })
        if (versions.length === 0) throw new ApiError('document_not_found')
        if (json) for (const version of versions) console.log(JSON.stringify(version))
        else {
          const rows = versions.map(({ version, changedAt, changedBy, reason, document }) => [
            ...[String(version), changedAt, changedBy, reason ?? '-'],
            document === null ? 'deleted' : JSON.stringify(document)
          ])
          console.log(textTable(['VERSION', 'WHEN', 'WHO', 'WHY', 'DOCUMENT'], rows))
        }
      })
    )

  control
    .command('schema')
    .description('show the JSON Schema of a kind; no service is asked')
    .addArgument(kindArgument())
    .action((kind: ControlKind) => console.log(JSON.stringify(publishedSchema(kind), null, 2)))
}

const shown = (kind: ControlKind, document: object): object =>
  kind === 'api-keys' ? viewOf(document as ApiKeyDocument) : document

function version(text: string): number {
  if (!/^(-1|0|[1-9][0-9]{0,14})$/.test(text)) throw new InvalidArgumentError('A version is a number, or -1.')
  return Number(text)
}
