import { join } from 'node:path'
import type { Processes } from '../../dev/stack/processes.ts'

/** What draws the requests is pinned with it: it reaches into Hypothesis, which changes within its own minor versions. */
const REQUIREMENTS = [
  'schemathesis==4.4.4',
  'hypothesis==6.169.4',
  'hypothesis-jsonschema==0.23.1',
  'hypothesis-graphql==0.13.5'
]

/**
 * Installs Schemathesis from PyPI into an environment of this run alone, and returns the program.
 * @throws StackError when there is no python3 (3.9 or later) or PyPI cannot be reached
 */
export async function installSchemathesis(
  processes: Processes,
  dataDir: string,
  log: (line: string) => void
): Promise<string> {
  const environment = join(dataDir, 'venv')
  const program = (name: string) => join(environment, 'bin', name)
  await processes.run({ name: 'venv', command: 'python3', args: ['-m', 'venv', environment] })
  await processes.run({ name: 'pip', command: program('pip'), args: ['install', '--quiet', ...REQUIREMENTS] })
  log(`${REQUIREMENTS[0]} is installed`)
  return program('schemathesis')
}

interface Target {
  readonly document: string
  /** A regular expression: which routes are asked. */
  readonly paths: string
  readonly key: string
  /** How many of each operation, in each phase that draws them. */
  readonly cases: number
  readonly seed: string
}

export const schemathesisArgs = ({ document, paths, key, cases, seed }: Target): string[] => [
  ...['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
  ...['run', document, '--include-path-regex', paths, '--header', `Authorization: Bearer ${key}`],
  ...['--phases', 'examples,coverage,fuzzing,stateful', '--mode', 'all', '--max-examples', String(cases)],
  ...['--continue-on-failure', '--seed', seed, '--no-color']
]

const COUNT = /^aegispay_http_request_seconds_count\{.*route="\/v1\/.*status="(\d+)"\} (\d+)$/gm

/** How many requests to the API were answered with each status, as the service counts them. */
export async function answersSoFar(url: string): Promise<Map<string, number>> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const answers = new Map<string, number>()
  for (const [, status, count] of metrics.matchAll(COUNT)) {
    answers.set(status!, (answers.get(status!) ?? 0) + Number(count))
  }
  return answers
}
