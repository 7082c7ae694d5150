import { expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processEnv } from '../process-env.ts'
import { stack } from '../stack.ts'

const root = join(import.meta.dirname, '..', '..', '..')

test('all benchmarks run to their end and write what they measured', async () => {
  const { kafkaBrokers, schemaRegistry, redis, createDatabase } = stack()
  const out = mkdtempSync(join(tmpdir(), 'aegispay-smoke-'))
  const sizes = [
    '--commands',
    '500',
    '--payments',
    '100',
    '--connections',
    '2',
    '--seconds',
    '1',
    '--warm-up',
    '1'
  ]
  const bench = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bench/main.ts', ...sizes, '--out', out],
    {
      cwd: root,
      env: processEnv({
        AEGISPAY_KAFKA_BROKERS: kafkaBrokers.join(','),
        AEGISPAY_SCHEMA_REGISTRY_URL: schemaRegistry,
        AEGISPAY_POSTGRES_URL: await createDatabase(),
        AEGISPAY_REDIS_URL: redis,
        AEGISPAY_PARTITIONS: '2'
      })
    }
  )
  let output = ''
  for (const stream of [bench.stdout, bench.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()))
  await once(bench, 'close')
  try {
    expect([bench.exitCode, output]).toEqual([0, expect.stringContaining('payments/s')])
    const runsOf = (name: string) =>
      (JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8')) as { runs: object[] }).runs
    expect(runsOf('processor')).toEqual([expect.objectContaining({ commands: 500, partitions: 2 })])
    expect(runsOf('projections')).toEqual([expect.objectContaining({ payments: 100, partitions: 2 })])
    expect(runsOf('http')).toEqual([expect.objectContaining({ connections: 2 })])
  } finally {
    rmSync(out, { recursive: true })
  }
}, 180_000)
