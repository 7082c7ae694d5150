import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claim } from '../../../dev/claim.js'
import { look, startOf } from '../../../dev/process-table.js'
import { Processes } from '../../../dev/stack/processes.ts'

const idle = { command: process.execPath, args: ['-e', 'setInterval(() => undefined, 1000)'] }

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'processes-'))
})
afterEach(async () => {
  await new Processes(dataDir).end({ hard: true })
  rmSync(dataDir, { recursive: true, force: true })
})

test('a later run knows and ends what an earlier one left running', async () => {
  const left = new Processes(dataDir).start({ name: 'kafka', ...idle })
  const later = new Processes(dataDir)
  expect(later.running()).toEqual(['kafka'])
  await later.end()
  expect(await left.ended).toBe('SIGTERM')
  expect(new Processes(dataDir).running()).toEqual([])
})

test('leaves a stranger alone that has the pid of a process of ours', async () => {
  const stranger = spawn(idle.command, idle.args, { stdio: 'ignore' })
  const record = {
    name: 'kafka',
    pid: stranger.pid,
    startedAt: 'earlier',
    stopSignal: 'SIGTERM',
    stopWithin_ms: 100
  }
  writeFileSync(join(dataDir, 'run.json'), JSON.stringify([record]))
  await new Processes(dataDir).end()
  expect(look(stranger.pid!)).toMatchObject({ parent: process.pid })
  stranger.kill()
  await once(stranger, 'exit')
})

test('ends hard what does not end in time', async () => {
  const processes = new Processes(dataDir)
  const deaf = processes.start({
    name: 'deaf',
    command: process.execPath,
    args: [
      '-e',
      'process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000); console.log("listens")'
    ],
    stopWithin_ms: 100
  })
  await deaf.untilReady(() => contains(deaf.log, 'listens'), 10_000)
  await processes.end()
  expect(await deaf.ended).toBe('SIGKILL')
})

test('ends each part before what it needs', async () => {
  const processes = new Processes(dataDir)
  const ends = join(dataDir, 'ends')
  const script = (name: string) => `
    process.on('SIGTERM', () => {
      require('node:fs').appendFileSync(${JSON.stringify(ends)}, '${name} ')
      process.exit()
    })
    setInterval(() => undefined, 1000)
    console.log('listens')`
  const start = async (name: string) => {
    const { log, untilReady } = processes.start({
      name,
      command: process.execPath,
      args: ['-e', script(name)]
    })
    await untilReady(() => contains(log, 'listens'), 10_000)
  }
  await Promise.all(['postgres', 'registry', 'kafka', 'service', 'tool'].map(start))
  await processes.end()
  expect(readFileSync(ends, 'utf8')).toBe('tool service registry kafka postgres ')
})

test('tells the end of a process that does not become ready, with its log', async () => {
  const broken = new Processes(dataDir).start({
    name: 'broken',
    command: process.execPath,
    args: ['-e', 'console.error("no such port"); process.exitCode = 3']
  })
  const ready = broken.untilReady(() => Promise.reject(new Error('not yet')), 10_000)
  await expect(ready).rejects.toThrow(
    /broken ended before it was ready \(exit 3\)\n.*broken\.log:\n {2}\| no such port/
  )
})

test('starts nothing behind the back of an end', async () => {
  const processes = new Processes(dataDir)
  await processes.end()
  expect(() => processes.start({ name: 'kafka', ...idle })).toThrow('interrupted before kafka was started')
})

test('a claim is held by one, and passes on when its holder is gone', () => {
  const file = join(dataDir, 'claim.json')
  const first = claim(file)
  expect(first.held).toBe(true)
  expect(claim(file)).toMatchObject({
    held: false,
    holder: { pid: process.pid, startedAt: startOf(process.pid) }
  })
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'earlier' }))
  expect(claim(file).held).toBe(true)
})

async function contains(file: string, text: string): Promise<void> {
  if (!(await readFile(file, 'utf8')).includes(text)) throw new Error('not yet')
}
