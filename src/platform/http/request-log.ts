import type { FastifyBaseLogger } from 'fastify'

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/**
 * A logger that is made when something is first logged. Each request has one of its own, and most log nothing but that they
 * were answered.
 */
export function logMadeLater(make: () => FastifyBaseLogger, level: string): FastifyBaseLogger {
  return new LateLog(make, level) as unknown as FastifyBaseLogger
}

class LateLog {
  level: string
  readonly #make: () => FastifyBaseLogger
  #made: FastifyBaseLogger | null = null

  constructor(make: () => FastifyBaseLogger, level: string) {
    this.#make = make
    this.level = level
  }

  get made(): FastifyBaseLogger {
    return (this.#made ??= this.#make())
  }

  child(...args: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.made.child(...args)
  }

  static {
    for (const level of LEVELS) {
      Object.defineProperty(this.prototype, level, {
        value: function (this: LateLog, ...args: [object]) {
          this.made[level](...args)
        }
      })
    }
  }
}
