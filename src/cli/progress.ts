import type { WriteStream } from 'node:tty'
import type { VerifyProgress } from '../replay/verify.ts'

const WIDTH = 40
const CLEAR_LINE = '\r\x1b[K'

/** A bar on a terminal; elsewhere a line for each partition. */
export class Progress implements VerifyProgress {
  readonly #out: Pick<WriteStream, 'isTTY' | 'write'>

  constructor(out: Pick<WriteStream, 'isTTY' | 'write'>) {
    this.#out = out
  }

  at(offsets: number, total: number): void {
    if (!this.#out.isTTY) return
    // While it runs there comes more than there was at first.
    const share = Math.min(1, offsets / total)
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
    this.#out.write(`${CLEAR_LINE}${bar} ${Math.floor(share * 100)} % of ${total} offsets`)
  }

  partitionDone(partition: number, differences: number): void {
    const start = this.#out.isTTY ? CLEAR_LINE : ''
    this.#out.write(`${start}partition ${partition}: ${differences} differences\n`)
  }
}
