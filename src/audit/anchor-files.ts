// Anchors in files: a folder with one file for each partition, to which lines are added and nothing else is done.
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Anchor } from '../generated/records.ts'

const ENDING = '.anchors.jsonl'

const whole = Type.Integer({ minimum: 0 })
const anchorSchema = Type.Object({
  installation: Type.String(),
  topic: Type.String(),
  ...{ partition: whole, offset: whole, number: whole },
  chain: Type.String(),
  signedAt: whole,
  keyId: Type.String(),
  signature: Type.String()
})

export interface FiledAnchor {
  /** The file and the line in it. */
  readonly place: string
  /** Null where the line is none. */
  readonly anchor: Anchor | null
}

export class AnchorFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Resolves when the line is on the disk. */
  async append(anchor: Anchor): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const name = `${anchor.installation}${anchor.topic}-${anchor.partition}${ENDING}`
    const file = await open(join(this.#folder, name), 'a', 0o644)
    try {
      await file.appendFile(`${JSON.stringify(anchor)}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
  }

  /** All of them, of each partition in the order in which they were written; none where there is no folder. */
  async *read(): AsyncGenerator<FiledAnchor> {
    if (!existsSync(this.#folder)) return
    for (const name of (await readdir(this.#folder)).filter(name => name.endsWith(ENDING)).sort()) {
      let line = 0
      const lines = createInterface({
        input: createReadStream(join(this.#folder, name)),
        crlfDelay: Infinity
      })
      for await (const text of lines) yield { place: `${name}:${++line}`, anchor: anchorIn(text) }
    }
  }
}

function anchorIn(line: string): Anchor | null {
  try {
    const value = JSON.parse(line) as unknown
    return Value.Check(anchorSchema, value) ? value : null
  } catch {
    return null
  }
}
