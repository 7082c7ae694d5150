import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Edit } from './planted-bugs.ts'

const root = join(import.meta.dirname, '..', '..')
const LEFT_OUT = ['node_modules', '.git', '.aegispay', '.github']
/** Copied, so that a bug can be planted in it as well: all other packages are links. */
const CLIENT = 'kafkajs'

/** Text that a bug replaces is not where the table says: the source has changed, and the bug has to follow. */
export class LostAnchorError extends Error {
  override readonly name = 'LostAnchorError'
}

/** A copy of the repository to plant bugs in. */
export class SourceCopy {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** @param folder does not exist yet */
  static make(folder: string): SourceCopy {
    mkdirSync(folder)
    for (const name of readdirSync(root))
      if (!LEFT_OUT.includes(name)) cpSync(join(root, name), join(folder, name), { recursive: true })
    const packages = join(folder, 'node_modules')
    mkdirSync(packages)
    for (const name of readdirSync(join(root, 'node_modules'))) {
      const original = join(root, 'node_modules', name)
      if (name === CLIENT) cpSync(original, join(packages, name), { recursive: true })
      else symlinkSync(original, join(packages, name))
    }
    // What the local stack is started from.
    symlinkSync(join(root, '.aegispay'), join(folder, '.aegispay'))
    return new SourceCopy(folder)
  }

  /** @throws LostAnchorError when a text to replace is not there exactly once. */
  plant(edits: readonly Edit[]): void {
    for (const [file, text] of edited(edits)) writeFileSync(join(this.folder, file), text)
  }

  /** Undoes what `plant` did. */
  restore(edits: readonly Edit[]): void {
    for (const { file } of edits) cpSync(join(root, file), join(this.folder, file))
  }
}

/**
 * The files as they are with the edits made, by their paths.
 * @throws LostAnchorError when a text to replace is not there exactly once
 */
export function edited(edits: readonly Edit[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const { file, find, replace } of edits) {
    const text = files.get(file) ?? readFileSync(join(root, file), 'utf8')
    const times = text.split(find).length - 1
    if (times !== 1)
      throw new LostAnchorError(`${file} holds ${times} times what is to be replaced:\n${find}`)
    files.set(
      file,
      text.replace(find, () => replace)
    )
  }
  return files
}
