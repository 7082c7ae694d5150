import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A secret of 32 random hexadecimal digits, made on first use and kept in the data folder for its owner only. */
export function keptSecret(dataDir: string, name: string): string {
  const file = join(dataDir, name)
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString('hex'), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}

/**
 * A free port for each name: the one that the data folder remembers if it is still free, so that addresses survive a
 * restart, else another.
 */
export async function keptPorts<Name extends string>(
  dataDir: string,
  names: readonly Name[]
): Promise<Record<Name, number>> {
  const file = join(dataDir, 'ports.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {}
  const ports: Record<string, number> = {}
  for (const name of names) {
    const port = kept[name]
    ports[name] = port !== undefined && (await isFree(port)) ? port : await freePort()
  }
  writeFileSync(file, JSON.stringify({ ...kept, ...ports }, null, 2))
  return ports
}

/** Whether a TCP port of 127.0.0.1 can be listened on now. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return await new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

let next = 10_000 + ((process.pid * 16) % 20_000)

/**
 * A TCP port of 127.0.0.1 that is free now, between 10000 and 30000: below what systems hand out to outgoing
 * connections. One from there could be taken by a client's connection before the server binds it, and a client that
 * keeps reconnecting to a stopped server can even meet itself. Each process begins elsewhere, so that two test runs
 * side by side do not pick the same ones.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 20_000; tries++) {
    const port = next
    next = next < 30_000 ? next + 1 : 10_000
    if (await isFree(port)) return port
  }
  throw new Error('no free port between 10000 and 30000')
}
