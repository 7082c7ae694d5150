// `npm run generate` writes what is derived from the tables of the product; `--check` fails when a file is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { publishedScenario } from '../../src/chaos/scenario.ts'
import { loadSchemas } from '../../src/platform/avro/schemas.ts'
import { controlKinds, publishedSchema } from '../../src/control/documents.ts'
import { schemaText } from '../../src/query/graphql/schema.ts'
import { renderAsyncApi } from './asyncapi.ts'
import { renderClientTypes } from './client-types.ts'
import { renderConsoleTypes } from './console-types.ts'
import { renderCurrencyTable } from './currency-table.ts'
import { dashboards, renderDashboard } from './dashboards.ts'
import { renderDeclines } from './declines-doc.ts'
import { renderErrors } from './errors-doc.ts'
import { renderMetrics } from './metrics-doc.ts'
import { renderPaymentStates } from './payment-states-doc.ts'
import { renderRecordTypes } from './record-types.ts'
import { renderRoutingPicture } from './routing-picture.ts'
import { renderSettings } from './settings-doc.ts'
import { renderTopics } from './topics-doc.ts'

const root = join(import.meta.dirname, '..', '..')
const style = JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8')) as object

const files: Record<string, () => string | Promise<string>> = {
  'console/src/api/schema.d.ts': renderConsoleTypes,
  'console/src/money/exponents.ts': renderCurrencyTable,
  'client/src/wire.ts': renderClientTypes,
  'src/generated/records.ts': () => renderRecordTypes(loadSchemas()),
  'src/domain/money/exponents.ts': renderCurrencyTable,
  'docs/declines.md': renderDeclines,
  'docs/errors.md': renderErrors,
  'docs/metrics.md': renderMetrics,
  'docs/payment-states.md': renderPaymentStates,
  'docs/routing-approval.svg': renderRoutingPicture,
  'docs/settings.md': renderSettings,
  'docs/schema.graphql': () => schemaText,
  'docs/topics.md': renderTopics,
  'docs/asyncapi.yaml': () => renderAsyncApi(loadSchemas()),
  'schemas/chaos/scenario.json': () => JSON.stringify(publishedScenario()),
  ...Object.fromEntries(
    Object.keys(dashboards).map(name => [`monitoring/grafana-${name}.json`, () => renderDashboard(name)])
  ),
  ...Object.fromEntries(
    controlKinds.map(kind => [`schemas/control/${kind}.json`, () => JSON.stringify(publishedSchema(kind))])
  )
}

const check = process.argv.includes('--check')
let stale = 0
for (const [path, render] of Object.entries(files)) {
  const raw = await render()
  const rendered = path.endsWith('.svg') ? raw : await format(raw, { ...style, filepath: path })
  const current = readOrEmpty(join(root, path))
  if (rendered === current) continue
  if (check) {
    stale++
    console.error(`${path} is out of date: run npm run generate`)
  } else {
    writeFileSync(join(root, path), rendered)
    console.log(`wrote ${path}`)
  }
}
process.exitCode = stale > 0 ? 1 : 0

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
