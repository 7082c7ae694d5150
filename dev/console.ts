// The operators' console as static files: made of console/ by Vite, and made anew only when something changed.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'
import { claim } from './claim.js'

const root = join(import.meta.dirname, '..')
const sources = join(root, 'console')
/** Where the role `query` serves it from. */
const built = join(sources, 'dist')
const stampFile = join(built, '.stamp')

/** Bytes below which a compressed copy saves no packet. */
const WORTH_COMPRESSING = 1024

/**
 * Builds the console unless what is there was made of the same sources and packages. Of several processes one builds.
 *
 * @returns whether it was built now
 * @throws when the sources do not compile
 */
export async function buildConsole(): Promise<boolean> {
  if (isBuilt()) return false
  mkdirSync(join(root, '.aegispay'), { recursive: true })
  const lock = join(root, '.aegispay', 'console.lock')
  let claimed = claim(lock)
  while (!claimed.held) {
    await delay(100)
    claimed = claim(lock)
  }
  try {
    if (isBuilt()) return false
    const stamp = stampOf()
    const draft = join(sources, `dist.${process.pid}`)
    await build({
      configFile: join(sources, 'vite.config.ts'),
      build: { outDir: draft },
      logLevel: 'error'
    })
    compress(draft)
    writeFileSync(join(draft, '.stamp'), stamp)
    // Whoever serves the earlier one has it to the last moment.
    rmSync(built, { recursive: true, force: true })
    renameSync(draft, built)
    return true
  } finally {
    claimed.release()
  }
}

const isBuilt = (): boolean => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampOf()

function stampOf(): string {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter(name => !name.startsWith('dist') && statSync(join(sources, name)).isFile())
    .sort()
  const hash = createHash('sha256')
  for (const path of ['package-lock.json', ...files.map(name => join('console', name))]) {
    const content = readFileSync(join(root, path))
    hash.update(`${path} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/** Once, and as well as can be, instead of at every request. */
function compress(folder: string): void {
  for (const name of readdirSync(join(folder, 'assets'))) {
    const path = join(folder, 'assets', name)
    const content = readFileSync(path)
    if (content.length < WORTH_COMPRESSING) continue
    writeFileSync(`${path}.br`, brotliCompressSync(content))
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
  }
}
