import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

const serverFile = join(import.meta.dirname, '../../../sandbox/server.ts')
const purchase = { payment: 'pay_1', operation: 'op_1', amount: 1234, currency: 'EUR', token: 'tok_visa' }

interface Running {
  readonly process: ChildProcessByStdio<null, Readable, null>
  readonly url: string
  readonly stdout: () => string
}

// Starting processes takes its time on a busy machine.
jest.setTimeout(30_000)

let dataDir: string
const started: Running['process'][] = []

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aegispay-sandbox-'))
})

afterEach(async () => {
  for (const process of started.splice(0)) if (process.exitCode === null) process.kill('SIGKILL')
  await rm(dataDir, { recursive: true })
})

async function start(latencyMs: number): Promise<Running> {
  const child = spawn(process.execPath, [serverFile], {
    env: { AEGISPAY_SANDBOX_DATA: dataDir, AEGISPAY_SANDBOX_LATENCY_MS: String(latencyMs) },
    stdio: ['ignore', 'pipe', 'ignore']
  })
  started.push(child)
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  while (!stdout.includes('\n')) await once(child.stdout, 'data')
  const { listening } = JSON.parse(stdout) as { listening: string }
  return { process: child, url: listening, stdout: () => stdout }
}

async function post({ url }: Running, key: string): Promise<{ replayed: string | null; body: unknown }> {
  const response = await fetch(`${url}/gateways/sandbox-alpha/purchases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(purchase)
  })
  return { replayed: response.headers.get('idempotent-replayed'), body: await response.json() }
}

test('keeps every answered purchase over a kill -9', async () => {
  const first = await start(0)
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => post(first, `key-${index}`)))
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')

  const second = await start(0)
  for (const [index, { body }] of answers.entries()) {
    expect(await post(second, `key-${index}`)).toEqual({ replayed: 'true', body })
  }
  const ledger = await fetch(`${second.url}/ledger?payment=pay_1`)
  expect(await ledger.json()).toHaveLength(50)
})

test('prints one line of JSON, and on SIGTERM answers what is in flight before it ends', async () => {
  const sandbox = await start(300)
  const answer = post(sandbox, 'key')
  // The effect precedes the latency, so a look-up tells when the request is in flight.
  while (!(await fetch(`${sandbox.url}/gateways/sandbox-alpha/operations/key`)).ok);
  sandbox.process.kill('SIGTERM')
  expect(await answer).toMatchObject({ body: { status: 'approved' } })
  if (sandbox.process.exitCode === null) await once(sandbox.process, 'exit')
  expect(sandbox.process.exitCode).toBe(0)
  expect(sandbox.stdout()).toMatch(/^\{"listening":"http:\/\/127\.0\.0\.1:\d+"\}\n$/)
})
