import { SimulatedDisk } from './disks.ts'
import { Instance, type Surroundings } from './instance.ts'
import { Machine } from './machine.ts'
import type { Random } from './random.ts'

/** Where one process of the product runs after the other, on one disk. */
export class Host {
  readonly name: string
  readonly disk: SimulatedDisk
  readonly #around: Surroundings
  #starts = 0
  #instance: Instance | null = null
  #stopping: Instance | null = null

  constructor(name: string, random: Random, around: Surroundings) {
    this.name = name
    this.disk = new SimulatedDisk(random)
    this.#around = around
  }

  /** Null while none runs. */
  get instance(): Instance | null {
    return this.#instance !== null && !this.#instance.machine.isDead ? this.#instance : null
  }

  /** Does nothing while one runs. */
  start(): void {
    if (this.instance !== null) return
    const { scheduler } = this.#around.cluster
    const machine = new Machine(`${this.name}.${++this.#starts}`, scheduler)
    scheduler.note(`${machine.name} starts`)
    this.#instance = new Instance(machine, this.disk, this.#around)
    this.#instance.start().catch((error: unknown) => this.#around.fatal(machine, error as Error))
  }

  /** Has one run that means to go on. */
  restore(): void {
    if (this.#stopping === this.#instance) this.kill()
    this.start()
  }

  kill(): void {
    const { instance } = this
    if (instance === null) return
    this.#around.cluster.scheduler.note(`${instance.machine.name} is killed`)
    instance.machine.kill()
  }

  /** Ends it in order, and then it is gone. */
  stop(): void {
    const { instance } = this
    if (instance?.machine.isUp !== true) return
    this.#around.cluster.scheduler.note(`${instance.machine.name} stops`)
    this.#stopping = instance
    const end = () => instance.machine.kill()
    instance.stop().then(end, end)
  }
}
