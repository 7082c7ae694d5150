// The entry of every npm script: plain JavaScript that the host's Node 20 runs. It installs the packages, which bring
// Node 24 with them, and hands over to it: `node dev/launch.js <target.ts> [arguments]`.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { claim } from './claim.js'
import { installStamp } from './install-stamp.js'
import { look } from './process-table.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const stampFile = join(root, 'node_modules', '.aegispay-stamp')

await install()
handOver(process.argv.slice(2))

async function install() {
  const stamp = installStamp(root)
  if (isInstalled(stamp)) return
  mkdirSync(join(root, '.aegispay'), { recursive: true })
  // `npm ci` begins by deleting node_modules: two at once would delete each other's.
  const lock = join(root, '.aegispay', 'install.lock')
  let claimed = claim(lock)
  if (!claimed.held) console.log(`waiting for the installation that process ${claimed.holder.pid} runs ...`)
  while (!claimed.held) {
    await delay(200)
    claimed = claim(lock)
  }
  try {
    if (isInstalled(stamp)) return
    const began = Date.now()
    process.stdout.write('installing packages ... ')
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32'
    })
    if (npm.status !== 0) {
      console.error(`failed\n${npm.error?.message ?? ''}${npm.stdout ?? ''}${npm.stderr ?? ''}`)
      claimed.release()
      fail('npm ci failed: see above')
    }
    writeFileSync(stampFile, stamp)
    console.log(`${((Date.now() - began) / 1000).toFixed(1)} s`)
  } finally {
    claimed.release()
  }
}

/** @param {string} stamp */
function isInstalled(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
}

/** @param {string[]} args the target and its arguments */
function handOver([target, ...args]) {
  if (target === undefined) fail('usage: node dev/launch.js <target.ts> [arguments]')
  // A group of its own: a terminal sends Ctrl-C to its whole foreground group and npm forwards it once more, so this
  // process alone listens, and passes one on.
  const child = spawn(
    node24(),
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(root, 'dev', 'end-with-launcher.js'),
      resolve(root, target),
      ...args
    ],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, AEGISPAY_LAUNCHER_PID: String(process.pid) },
      detached: true
    }
  )

  let lastSignal_ms = 0
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      const isEcho = Date.now() - lastSignal_ms < 500
      lastSignal_ms = Date.now()
      if (!isEcho) child.kill(signal)
    })
  }
  if (process.env.npm_lifecycle_event !== undefined) endWithNpm(() => child.kill('SIGTERM'))
  child.on('error', error => fail(`cannot start ${target}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

/**
 * An npm that is killed passes nothing on, and nobody would be left to press Ctrl-C. It is our parent, or the parent of
 * the shell that it ran us in.
 *
 * @param {() => void} end
 */
function endWithNpm(end) {
  const parentOf = () => look(process.ppid)
  const [parent, started] = [process.ppid, parentOf()]
  const hasShell = started !== undefined && /^-?(ba|da|z|k)?sh$/.test(started.name)
  const watch = setInterval(() => {
    if (process.ppid === parent && (!hasShell || parentOf()?.parent === started.parent)) return
    clearInterval(watch)
    end()
  }, 500)
  watch.unref()
}

function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const packaged = join(root, 'node_modules', 'node', 'bin', 'node')
  if (!existsSync(packaged)) {
    fail(
      'Node 24 is missing from node_modules/node (its install script may not run here): install Node 24 or later'
    )
  }
  return packaged
}

/** @param {string} message */
function fail(message) {
  console.error(message)
  process.exit(1)
}
