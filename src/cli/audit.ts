// `aegispay audit`: whether the audit trail is what it was, and the keys to tell by.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { AnchorFiles } from '../audit/anchor-files.ts'
import { drawKeyPair, PublicKeys } from '../audit/keys.ts'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings, SettingsError } from '../platform/config/read-settings.ts'
import { withAdmin } from '../platform/kafka/admin.ts'
import { createLog, stderr } from '../platform/log.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { AuditFindings } from '../replay/audit/audit-findings.ts'
import { verifyTrail } from '../replay/audit/verify-trail.ts'
import { textTable } from '../text-table.ts'
import { Progress } from './progress.ts'
import { reachKafka } from './reach-kafka.ts'
import { UncheckedError } from './unchecked.ts'

/** Milliseconds by which an anchor may be late, as of a process that was started anew. */
const LATE_MS = 60_000

interface VerifyOptions {
  readonly fromLog?: boolean
  readonly publicKey?: string[]
  readonly anchorDir?: string
  readonly json?: true
}

/** Adds the command and what it can do. */
export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('check the audit trail, and make keys to sign it with')

  audit
    .command('verify')
    .description('check every hash of the audit trail, and hold it against its anchors')
    .option('--from-log', 'compare each row with the record that it is made of, too')
    .option('--public-key <files...>', 'PEM files by which anchors are checked, beside those of the settings')
    .option('--anchor-dir <dir>', 'folder with anchors in files; that of the settings unless given')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      `
It reads Kafka and PostgreSQL, writes nothing, and may be run while AegisPay runs. What it finds and what it cannot is in
docs/audit.md. Exit codes: 0 all is as it was, 1 something was changed, 2 nothing was found but something could not be
checked, such as signatures without a key.

Examples:
  aegispay audit verify
  aegispay audit verify --from-log --json
  aegispay audit verify --public-key audit.pub.pem --anchor-dir /mnt/worm/anchors`
    )
    .action(verify)

  audit
    .command('keygen')
    .description('make a key pair: <file>.key.pem to sign with, and <file>.pub.pem to check by')
    .argument('<file>', 'what both names begin with')
    .addHelpText(
      'after',
      `
The private key is for AEGISPAY_AUDIT_KEY_FILE and belongs where the database's administrators cannot read it; the public
one is for everybody. Neither file may be there yet.

Example:
  aegispay audit keygen /etc/aegispay/audit-2026`
    )
    .action(keygen)
}

async function verify({ fromLog = false, publicKey = [], anchorDir, json }: VerifyOptions): Promise<void> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'postgres', 'topics', 'audit', 'log'])
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const keys = publicKeys(settings.audit, publicKey)
  const folder = anchorDir ?? settings.audit.anchorDir
  if (folder !== null && !existsSync(folder)) throw new SettingsError([`${folder} is no folder with anchors`])
  const findings = new AuditFindings()
  const bar = new Progress(process.stderr)
  const pool = connectPostgres(settings.postgres, log)
  try {
    const kafka = await reachKafka(settings.kafka, log)
    const codec = await AvroCodec.connect(settings.schemaRegistry.url)
    await withAdmin(kafka, admin =>
      verifyTrail(
        {
          ...{ kafka, admin, codec, pool, keys, fromLog, findings, prefix: settings.topics.prefix },
          files: folder === null ? null : new AnchorFiles(folder),
          anchoredWithinMs: 2 * settings.audit.anchorMs + LATE_MS
        },
        { at: bar.at.bind(bar), step: bar.line.bind(bar) }
      )
    )
  } catch (error) {
    throw new UncheckedError(`not checked: ${(error as Error).message}`, { cause: error })
  } finally {
    await pool.end()
  }
  const { chains, total, shown, notChecked } = findings
  if (json) console.log(JSON.stringify({ chains, findings: { total, shown }, notChecked }))
  else console.log(verdict(findings))
  if (total > 0) process.exitCode = 1
  else if (notChecked.length > 0) process.exitCode = 2
}

/** @throws SettingsError naming the file that holds none */
function publicKeys(
  { key, publicKeys }: { readonly key: string | null; readonly publicKeys: string | null },
  files: readonly string[]
): PublicKeys {
  const keys = new PublicKeys()
  const add = (name: string, take: () => void) => {
    try {
      take()
    } catch (error) {
      throw new SettingsError([`${name} ${(error as Error).message}`])
    }
  }
  if (key !== null) add('AEGISPAY_AUDIT_KEY_FILE', () => keys.addOf(key))
  if (publicKeys !== null) add('AEGISPAY_AUDIT_PUBLIC_KEYS_FILE', () => keys.add(publicKeys))
  for (const file of files) add(file, () => keys.add(readFileSync(file, 'utf8')))
  return keys
}

function verdict({ chains, total, shown, notChecked }: AuditFindings): string {
  const rows = chains.map(({ topic, partition, rows, anchors, notAnchored, faults }) =>
    [topic, partition, rows, anchors, notAnchored, faults].map(String)
  )
  const told = [textTable(['TOPIC', 'PARTITION', 'ROWS', 'ANCHORS', 'NOT ANCHORED', 'FAULTS'], rows)]
  if (total > 0) {
    const found = shown.map(({ fault, topic, partition, offset, detail }) => [
      ...[fault, topic, String(partition), offset === null ? '-' : String(offset), detail]
    ])
    told.push(textTable(['FAULT', 'TOPIC', 'PARTITION', 'OFFSET', 'WHAT'], found))
    if (total > shown.length) told.push(`${total - shown.length} more are not shown.`)
  }
  if (notChecked.length > 0) told.push(['Not checked:', ...notChecked].join('\n  '))
  if (total === 0)
    told.push(notChecked.length === 0 ? 'The audit trail is what it was.' : 'Nothing was found.')
  else told.push(`${total} findings.`)
  return told.join('\n\n')
}

function keygen(file: string): void {
  const { keyId, privatePem, publicPem } = drawKeyPair()
  const [privateFile, publicFile] = [`${file}.key.pem`, `${file}.pub.pem`]
  // Neither is ever overwritten: an anchor whose key is lost can be checked by nobody.
  writeFileSync(privateFile, privatePem, { mode: 0o600, flag: 'wx' })
  writeFileSync(publicFile, publicPem, { flag: 'wx' })
  console.log(`the key ${keyId}: ${privateFile} signs, ${publicFile} checks`)
}
