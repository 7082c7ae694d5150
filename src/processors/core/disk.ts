// What local stores are kept on: folders of LevelDB's.
import { access, constants, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClassicLevel } from 'classic-level'

/** Keys in order, of which a batch is written whole or not at all. */
export type Database = Pick<ClassicLevel<string, Buffer>, 'get' | 'getMany' | 'close'> & {
  keys(range: Parameters<ClassicLevel<string, Buffer>['keys']>[0]): AsyncIterable<string>
  batch(): Batch
}

interface Batch {
  put(key: string, value: Buffer): unknown
  del(key: string): unknown
  write(): Promise<void>
}

export interface Disk {
  /** Makes sure of a folder for databases, so that one that cannot be had is told at the start. */
  provide(folder: string): Promise<void>
  /**
   * Opens a database, anew when it is damaged.
   * @throws an error that `isLocked` knows when another process has it open
   */
  open(location: string): Promise<Database>
  destroy(location: string): Promise<void>
}

/** A process has one database for every partition that it owns. */
const OPTIONS = {
  keyEncoding: 'utf8',
  valueEncoding: 'buffer',
  cacheSize: 2 << 20,
  writeBufferSize: 2 << 20
} as const

/** The disk of this machine. */
export const levelDisk: Disk = {
  async provide(folder) {
    await makeFolder(folder)
    await access(folder, constants.W_OK)
  },
  async open(location) {
    await makeFolder(dirname(location))
    try {
      return await opened(location)
    } catch (error) {
      if (!hasCode(error, 'LEVEL_CORRUPTION')) throw error
      await ClassicLevel.destroy(location)
      return opened(location)
    }
  },
  destroy: location => ClassicLevel.destroy(location)
}

/** Whether a database could not be opened because another process has it. */
export const isLocked = (error: unknown): boolean => hasCode(error, 'LEVEL_LOCKED')

/** Payment methods and what merchants noted are nobody else's business. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

async function opened(location: string): Promise<Database> {
  const database = new ClassicLevel<string, Buffer>(location, OPTIONS)
  await database.open()
  return database
}

/** The library says that it could not open, and in its cause why. */
const hasCode = (error: unknown, code: string): boolean =>
  (error as { code?: unknown }).code === code ||
  ((error as Error).cause !== undefined && hasCode((error as Error).cause, code))
