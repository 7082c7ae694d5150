import { createHash } from 'node:crypto'
import type { IHeaders } from 'kafkajs'

interface Contents {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: IHeaders
}

/** Tells whether two sets of records are equal, in whatever order they are read: how many, and the sum of their hashes. */
export class Digest {
  #count = 0
  #sum = 0n

  get count(): number {
    return this.#count
  }

  add({ key, value, headers = {} }: Contents): void {
    const hash = createHash('sha256')
    const part = (bytes: Buffer | string | null) =>
      hash.update(bytes === null ? 'null;' : `${Buffer.byteLength(bytes)};`).update(bytes ?? '')
    part(key)
    part(value)
    for (const name of Object.keys(headers).sort()) {
      for (const content of [headers[name]].flat()) {
        part(name)
        part(content ?? null)
      }
    }
    this.#count++
    this.#sum = BigInt.asUintN(256, this.#sum + BigInt(`0x${hash.digest('hex')}`))
  }

  equals(other: Digest): boolean {
    return this.#count === other.#count && this.#sum === other.#sum
  }
}
