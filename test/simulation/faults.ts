import type { Cluster } from './cluster.ts'
import type { Host } from './host.ts'
import type { SimulatedRedis } from './leases.ts'
import { undisturbed, type Disturbance, type Network } from './network.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** What can befall one process, by how often. */
const befalls = {
  kill: 6,
  loseDisk: 2,
  freeze: 6,
  cut: 4,
  stop: 3,
  setClock: 3,
  forgetLeases: 2
}

/** Milliseconds by which a clock may be wrong. More than a gateway takes to settle would void what "not found" proves. */
const GREATEST_SKEW_MS = 800

export interface FaultTargets {
  readonly scheduler: Scheduler
  readonly cluster: Cluster
  readonly network: Network
  readonly redis: SimulatedRedis
  readonly hosts: readonly Host[]
}

/** What goes wrong, and when, by the seed's draws. */
export class Faults {
  readonly #random: Random
  readonly #on: FaultTargets
  /** Milliseconds between two, about. */
  readonly #interval_ms: number
  #isOver = false

  constructor(random: Random, on: FaultTargets) {
    this.#random = random
    this.#on = on
    this.#interval_ms = random.pick([600, 1_500, 4_000])
  }

  begin(): void {
    const { network, cluster, hosts } = this.#on
    const random = this.#random
    const strength = random.pick([0, 0.4, 1, 2])
    network.disturbance = disturbance(strength)
    cluster.lateMarks = random.pick([0, 0.1, 0.4])
    const failures = random.pick([0, 0, 0.02])
    for (const { disk } of hosts) disk.failures = failures
    this.#next()
  }

  /** Everything works again, and stays so. */
  end(): void {
    const { network, cluster, redis, hosts } = this.#on
    this.#isOver = true
    network.disturbance = undisturbed
    cluster.lateMarks = 0
    redis.isAway = false
    for (const host of hosts) {
      host.disk.failures = 0
      const machine = host.instance?.machine
      machine?.thaw()
      machine?.setClock(0)
      if (machine !== undefined) network.mend(machine)
      host.restore()
    }
  }

  #next(): void {
    if (this.#isOver) return
    this.#on.scheduler.after(this.#random.between(1, 2 * this.#interval_ms), () => {
      if (this.#isOver) return
      this.#befall(this.#random.pick(this.#on.hosts), this.#random.weighted(befalls))
      this.#next()
    })
  }

  #befall(host: Host, fault: keyof typeof befalls): void {
    const { network, redis, scheduler } = this.#on
    const random = this.#random
    const instance = host.instance
    if (instance === null) return
    const { machine } = instance
    const later = (ms: number, act: () => void) =>
      scheduler.after(ms, () => {
        if (!this.#isOver) act()
      })
    switch (fault) {
      case 'kill':
      case 'loseDisk':
        host.kill()
        if (fault === 'loseDisk') host.disk.wipe()
        later(random.between(50, 6_000), () => host.start())
        return
      case 'freeze':
        scheduler.note(`${machine.name} is frozen`)
        machine.freeze()
        later(random.between(50, 12_000), () => {
          scheduler.note(`${machine.name} goes on`)
          machine.thaw()
        })
        return
      case 'cut':
        scheduler.note(`${machine.name} is cut off`)
        network.cut(machine)
        later(random.between(50, 9_000), () => {
          scheduler.note(`${machine.name} is connected again`)
          network.mend(machine)
        })
        return
      case 'stop':
        host.stop()
        later(random.between(3_000, 8_000), () => {
          host.kill()
          host.start()
        })
        return
      case 'setClock': {
        const skew_ms = random.between(-GREATEST_SKEW_MS, GREATEST_SKEW_MS)
        scheduler.note(`the clock of ${machine.name} is set ${skew_ms} ms wrong`)
        machine.setClock(skew_ms)
        return
      }
      case 'forgetLeases':
        redis.isAway = random.chance(0.5)
        redis.forget()
    }
  }
}

/** @param strength 0 for none */
const disturbance = (strength: number): Disturbance => ({
  requestLost: 0.006 * strength,
  answerLost: 0.008 * strength,
  requestLate: 0.006 * strength,
  slow: 0.03 * strength
})
