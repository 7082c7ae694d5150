import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claim } from './claim.js'
import { Processes } from './stack/processes.ts'

/** A data folder that lives as long as one run. */
export interface Temporary {
  readonly dataDir: string
  readonly processes: Processes
  /** Ends what runs for it, hard, and removes it. */
  readonly remove: () => Promise<void>
}

/**
 * Makes a data folder for one run, and removes those of earlier runs that were killed, with all that still runs for
 * them.
 *
 * @param prefix of the folder's name, the same for all runs of a kind
 */
export async function temporaryDataDir(prefix: string): Promise<Temporary> {
  for (const name of readdirSync(tmpdir()).filter(name => name.startsWith(prefix))) {
    const dataDir = join(tmpdir(), name)
    const claimFile = join(dataDir, 'launcher.json')
    // Without a claim it is somebody's who has just made it.
    if (existsSync(claimFile) && claim(claimFile).held) await remove(dataDir, new Processes(dataDir))
  }
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  // PostgreSQL may have to run as another user, who must be able to walk in.
  chmodSync(dataDir, 0o711)
  claim(join(dataDir, 'launcher.json'))
  const processes = new Processes(dataDir)
  return { dataDir, processes, remove: () => remove(dataDir, processes) }
}

async function remove(dataDir: string, processes: Processes): Promise<void> {
  await processes.end({ hard: true })
  rmSync(dataDir, { recursive: true, force: true })
}
