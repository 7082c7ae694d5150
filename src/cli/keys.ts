// `aegispay keys`: API keys at a terminal. The first admin key is made here, where no key is needed.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_OVERLAP_SECONDS, MAX_OVERLAP_SECONDS, viewOf, type IssuedKey } from '../control/api-keys.ts'
import { MERCHANT_SCOPES, SCOPES, type Scope } from '../key-scopes.ts'
import { textTable } from '../text-table.ts'
import { authorOf, withControl } from './control-session.ts'

interface ShownOptions {
  readonly reason?: string
  readonly json?: true
}

interface CreateOptions extends ShownOptions {
  readonly merchant?: string
  readonly scope?: Scope[]
  readonly admin?: true
  readonly expiresAt?: string
}

/** Adds the command and what it can do. */
export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .description('make, rotate and revoke API keys; a secret is shown once and stored nowhere')
    .addHelpText(
      'after',
      `
It works on Kafka itself, with no key and no running AegisPay: AEGISPAY_KAFKA_BROKERS and AEGISPAY_SCHEMA_REGISTRY_URL
say where.

Examples:
  aegispay keys create --admin
  aegispay keys create --scope operator
  aegispay keys create --merchant acme
  aegispay keys create --merchant acme --scope payments:read --expires-at 2030-01-01T00:00:00Z
  aegispay keys rotate 3f2a9c01d4e5b6a7 --overlap 3600
  aegispay keys revoke 3f2a9c01d4e5b6a7 --reason 'found in a repository'`
    )

  keys
    .command('create')
    .description('make a key and show it, this once')
    .option('--merchant <id>', 'whose key it is')
    .addOption(
      new Option(
        '--scope <scopes...>',
        'what it may be used for; all of a merchant unless given; viewer, operator or admin alone, of no merchant'
      ).choices(SCOPES)
    )
    .addOption(new Option('--admin', 'the same as --scope admin').conflicts(['merchant', 'scope']))
    .option('--expires-at <time>', 'when it stops working, in UTC, such as 2030-01-01T00:00:00Z')
    .option('--reason <text>', 'why, for the history')
    .option('--json', 'as JSON')
    .action((options: CreateOptions) => {
      const { merchant, scope = MERCHANT_SCOPES, admin, expiresAt } = options
      const request = {
        scopes: admin ? (['admin'] as const) : scope,
        ...(merchant === undefined ? {} : { merchantId: merchant }),
        ...(expiresAt === undefined ? {} : { expiresAt })
      }
      return withControl(async ({ apiKeys }) =>
        show(await apiKeys.create(request, authorOf(options)), options)
      )
    })

  keys
    .command('rotate')
    .description('give a key a new secret and show it, this once')
    .argument('<id>', 'the part of the key between ak_ and the next _')
    .option(
      '--overlap <seconds>',
      'how long earlier secrets work on; 0 ends them all at once',
      overlap,
      DEFAULT_OVERLAP_SECONDS
    )
    .option('--reason <text>', 'why, for the history')
    .option('--json', 'as JSON')
    .action((id: string, options: ShownOptions & { overlap: number }) =>
      withControl(async ({ apiKeys }) =>
        show(await apiKeys.rotate(id, options.overlap, authorOf(options)), options)
      )
    )

  keys
    .command('revoke')
    .description('end a key for ever')
    .argument('<id>', 'the part of the key between ak_ and the next _')
    .option('--reason <text>', 'why, for the history')
    .action((id: string, options: ShownOptions) =>
      withControl(async ({ apiKeys }) => {
        await apiKeys.revoke(id, authorOf(options))
        console.log(`the key ${id} is revoked`)
      })
    )

  keys
    .command('list')
    .description('list all keys, without their secrets')
    .option('--json', 'one JSON document a line')
    .action(({ json }: ShownOptions) =>
      withControl(session => {
        const views = session.table.list('api-keys').map(({ document }) => viewOf(document))
        if (json) for (const view of views) console.log(JSON.stringify(view))
        else {
          const rows = views.map(({ id, merchantId, scopes, active, expiresAt, retiringUntil }) => [
            ...[id, merchantId ?? '-', scopes.join(' '), active ? 'active' : 'revoked', expiresAt ?? 'never'],
            String(1 + retiringUntil.length)
          ])
          console.log(textTable(['ID', 'MERCHANT', 'SCOPES', 'STATE', 'EXPIRES', 'SECRETS'], rows))
        }
      })
    )
}

function show({ key, apiKey }: IssuedKey, { json }: ShownOptions): void {
  if (json) console.log(JSON.stringify({ ...viewOf(key.document), apiKey }))
  else console.log(apiKey)
}

function overlap(text: string): number {
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (!(seconds <= MAX_OVERLAP_SECONDS))
    throw new InvalidArgumentError(`It must be 0 to ${MAX_OVERLAP_SECONDS} seconds.`)
  return seconds
}
