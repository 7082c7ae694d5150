// `npm run check`: what `npm test` runs beside the tests.
import { runChecks } from './checks.ts'

process.exitCode = (await runChecks()) === 0 ? 0 : 1
