import type { WriteStream } from 'node:tty'

const WIDTH = 40
const CLEAR_LINE = '\r\x1b[K'

/** A bar on a terminal, below lines that tell what is done; elsewhere the lines alone. */
export class Progress {
  readonly #out: Pick<WriteStream, 'isTTY' | 'write'>

  constructor(out: Pick<WriteStream, 'isTTY' | 'write'>) {
    this.#out = out
  }

  at(offsets: number, total: number): void {
    if (!this.#out.isTTY) return
    // While it runs there comes more than there was at first.
    const share = total === 0 ? 1 : Math.min(1, offsets / total)
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
    this.#out.write(`${CLEAR_LINE}${bar} ${Math.floor(share * 100)} % of ${total} offsets`)
  }

  line(text: string): void {
    this.#out.write(`${this.#out.isTTY ? CLEAR_LINE : ''}${text}\n`)
  }
}
