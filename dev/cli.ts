// `npm run aegispay`: the command line, on the services of the copy that `npm start` runs here, unless the environment
// names any.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { auditChecked, type AuditFiles } from './aegispay.ts'
import { addressesAsSettings, namesAddresses } from './stack/environment.ts'
import type { StackAddresses } from './stack/stack.ts'

const running = join(import.meta.dirname, '..', '.aegispay', 'dev.json')

if (!namesAddresses(process.env) && existsSync(running)) {
  const copy = JSON.parse(readFileSync(running, 'utf8')) as StackAddresses & { audit: AuditFiles }
  Object.assign(process.env, addressesAsSettings(copy), auditChecked(copy.audit))
}
await import('../src/cli.ts')
