#!/usr/bin/env node
// Runs the command line under Node 24, which npm brings along where the host's Node is older.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const REQUIRED = 24
const inRoot = path => fileURLToPath(new URL(`../${path}`, import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= REQUIRED) {
  await import('../src/cli.ts')
} else {
  const node = inRoot('node_modules/node/bin/node')
  if (existsSync(node)) handOver(node)
  else {
    console.error(`aegispay: needs Node ${REQUIRED} or newer, this is ${process.version}`)
    process.exitCode = 1
  }
}

/** Signals reach the product, and its exit code reaches the caller. */
function handOver(node) {
  const args = ['--disable-warning=ExperimentalWarning', inRoot('src/cli.ts'), ...process.argv.slice(2)]
  const child = spawn(node, args, { stdio: 'inherit' })
  // A terminal sends its signals to the whole group: the child has its own already.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal]
  })
}
