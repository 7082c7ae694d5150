// A simulation of the whole product under faults, decided by a seed alone.
//
// This is the only place with stand-ins: for the brokers, PostgreSQL, Redis, the disks, the gateways and the ways between them.
// Everything else is the product: decisions and folds, owners of partitions with their transactions and local stores, the
// executor with its adapter, the projector, and what takes notifications in. Time and chance are the simulation's, so a seed runs
// alike whenever it is run. What it cannot show is whether the stand-ins are like what they stand for: of the log that is
// checked against a real broker, and of the rest the integration tests speak, which have no stand-ins.
import { pino } from 'pino'
import type { AvroCodec } from '../../src/platform/avro/codec.ts'
import type { Reply } from '../../src/replies.ts'
import { dueIn } from '../../src/processors/core/due.ts'
import { Cluster } from './cluster.ts'
import { control } from './control.ts'
import { Faults } from './faults.ts'
import { SimulatedGateways, type Told } from './gateways.ts'
import { Host } from './host.ts'
import { groups, SESSION_TIMEOUT_MS, topics, type Surroundings } from './instance.ts'
import { checkAll, historiesIn, lastCheckpoint } from './invariants.ts'
import { SimulatedRedis } from './leases.ts'
import { Machine } from './machine.ts'
import { Merchants } from './merchants.ts'
import { Network } from './network.ts'
import { SimulatedPostgres } from './postgres.ts'
import { Random } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { Shoppers } from './shoppers.ts'

export interface SimulationResult {
  readonly seed: number
  /** Every rule that did not hold; none when all is well. */
  readonly violations: readonly string[]
  /** Of two runs of one seed it is the same. */
  readonly traceHash: string
  readonly steps: number
  readonly events: number
  readonly movements: number
}

/** Milliseconds, of simulated time. */
const WORK_MS = 15_000
const REST_LIMIT_MS = 180_000
/** Many times what a run takes that comes to rest. */
const STEP_LIMIT = 50_000
const LOOK_MS = 1_000
/** Longer than anything that is under way can be silent. */
const QUIET_LOOKS = 4
const NOTIFICATION_PATIENCE_MS = 5_000

/** @param listen told, line by line, what happens */
export async function simulate(
  seed: number,
  codec: AvroCodec,
  listen?: (line: string) => void
): Promise<SimulationResult> {
  const simulation = new Simulation(seed, codec)
  if (listen !== undefined) simulation.scheduler.listen(listen)
  const unheard = (error: unknown) => simulation.violate(`an error that nobody handled: ${stackOf(error)}`)
  process.on('unhandledRejection', unheard)
  try {
    return await simulation.run()
  } finally {
    process.off('unhandledRejection', unheard)
  }
}

const stackOf = (error: unknown): string => String((error as Error).stack).slice(0, 600)

class Simulation {
  readonly scheduler = new Scheduler()
  readonly #seed: number
  readonly #random: Random
  readonly #cluster: Cluster
  readonly #network: Network
  readonly #postgres: SimulatedPostgres
  readonly #redis: SimulatedRedis
  readonly #gateways: SimulatedGateways
  readonly #hosts: readonly Host[]
  readonly #merchants: Merchants
  readonly #around: Surroundings
  readonly #violations: string[] = []
  readonly #replies: Reply[] = []
  #untold = 0

  constructor(seed: number, codec: AvroCodec) {
    this.#seed = seed
    const random = (this.#random = new Random(seed))
    this.#cluster = new Cluster(this.scheduler, random)
    this.#network = new Network(this.scheduler, random)
    this.#postgres = new SimulatedPostgres(this.scheduler)
    this.#redis = new SimulatedRedis(this.scheduler)
    this.#gateways = new SimulatedGateways(this.scheduler, random, told => this.#tell(told))
    const partitions = random.between(1, 3)
    for (const topic of Object.values(topics)) this.#cluster.log.createTopic(topic, partitions)
    this.#around = {
      ...{
        cluster: this.#cluster,
        network: this.#network,
        postgres: this.#postgres,
        codec,
        partitions,
        control
      },
      ...{ redis: this.#redis.client, gateways: this.#gateways, log: pino({ level: 'silent' }) },
      replied: reply => this.#replies.push(reply),
      fatal: (machine, error) => this.#fatal(machine, error)
    }
    const hosts = random.between(1, 3)
    this.#hosts = Array.from({ length: hosts }, (_, nth) => new Host(`host${nth + 1}`, random, this.#around))
    this.#merchants = new Merchants(new Machine('merchants', this.scheduler), this.#around, random)
  }

  violate(violation: string): void {
    this.#violations.push(violation)
  }

  async run(): Promise<SimulationResult> {
    const { scheduler } = this
    const faults = new Faults(this.#random, {
      ...{ scheduler, cluster: this.#cluster, network: this.#network, redis: this.#redis, hosts: this.#hosts }
    })
    for (const host of this.#hosts) host.start()
    void this.#merchants
      .start()
      .then(() => new Shoppers(this.#merchants, scheduler, this.#random).begin(WORK_MS))
    scheduler.after(1_500, () => faults.begin())
    await scheduler.run(WORK_MS, () => this.#isEndless)
    scheduler.note('the faults end')
    faults.end()
    this.#gateways.isDisturbed = false
    await this.#rest()
    const { log } = this.#cluster
    for (const line of historiesIn({ ...this.#around, log: this.#cluster.log })) scheduler.note(line)
    const found = checkAll({
      ...{ log, codec: this.#around.codec, partitions: this.#around.partitions, postgres: this.#postgres },
      ...{
        gateways: this.#gateways,
        sent: [...this.#merchants.sent.values()],
        replies: this.#replies
      }
    })
    const { traceHash, steps } = scheduler
    const movements = this.#gateways.movements.length
    const violations = [...this.#violations, ...found.violations]
    return { seed: this.#seed, violations, traceHash, steps, events: found.events, movements }
  }

  get #isEndless(): boolean {
    return this.scheduler.steps > STEP_LIMIT
  }

  /** Until nothing moves any more. */
  async #rest(): Promise<void> {
    let quiet = 0
    let seen = ''
    const end = this.scheduler.time + REST_LIMIT_MS
    while (quiet < QUIET_LOOKS) {
      await this.scheduler.run(LOOK_MS, () => this.#isEndless)
      const now = this.#standing()
      quiet = now === seen && !this.#isWaiting() ? quiet + 1 : 0
      seen = now
      if (this.scheduler.time > end || this.#isEndless) {
        this.violate(
          `does not come to rest within ${REST_LIMIT_MS} ms after the faults have ended, or ${STEP_LIMIT} steps`
        )
        return
      }
    }
  }

  /** How far everything has come. */
  #standing(): string {
    const { log } = this.#cluster
    const { partitions } = this.#around
    const places = Array.from({ length: partitions }, (_, partition) => [
      ...Object.values(topics).map(topic => log.end(topic, partition, 'read_uncommitted')),
      this.#postgres.position('payments', partition)
    ])
    return JSON.stringify([places, this.#gateways.movements.length])
  }

  #isWaiting(): boolean {
    const { partitions } = this.#around
    const isBehind = Array.from({ length: partitions }, (_, partition) => partition).some(partition =>
      this.#isBehind(partition)
    )
    return isBehind || this.#untold > 0 || this.#merchants.isWaiting || this.#isSomethingDue()
  }

  /** Payments do something by themselves later. */
  #isSomethingDue(): boolean {
    const { log } = this.#cluster
    const last = new Map<string, boolean>()
    for (let partition = 0; partition < this.#around.partitions; partition++) {
      for (const { key, headers } of log.fetch(topics.state, partition, 0, 'read_committed').records)
        last.set(String(key), dueIn(headers) !== null)
    }
    return [...last.values()].includes(true)
  }

  #isBehind(partition: number): boolean {
    const { log } = this.#cluster
    const { codec, partitions } = this.#around
    const checkpoint = lastCheckpoint({ log, codec, partitions }, partition)
    const positions: readonly (readonly [string, number])[] = [
      [topics.commands, checkpoint?.['commands'] ?? 0],
      [topics.outcomes, checkpoint?.['outcomes'] ?? 0],
      [topics.gatewayRequests, this.#cluster.committed(groups.gateway, topics.gatewayRequests, partition)],
      [topics.events, this.#postgres.position('payments', partition)]
    ]
    return positions.some(([topic, position]) => Math.max(0, position) <= log.lastRecord(topic, partition))
  }

  /** The gateway tells whoever answers, until somebody has acknowledged it. */
  #tell(told: Told): void {
    this.#untold++
    let isTaken = false
    const taken = () => {
      if (!isTaken) this.#untold--
      isTaken = true
    }
    const attempt = () => {
      if (isTaken) return
      const instances = this.#hosts.flatMap(({ instance }) =>
        instance?.machine.isUp === true ? [instance] : []
      )
      if (instances.length > 0)
        this.#random
          .pick(instances)
          .notified(told)
          .then(taken, () => undefined)
      this.scheduler.after(NOTIFICATION_PATIENCE_MS, attempt)
    }
    attempt()
  }

  /** A process that cannot go on ends, and is started anew. */
  #fatal(machine: Machine, error: Error): void {
    this.scheduler.note(`${machine.name} gives up: ${error.message}`)
    // What the surroundings do to it is no fault of its own.
    if (error.name !== 'StalledError' && !error.name.startsWith('KafkaJS'))
      this.violate(`${machine.name} gave up: ${stackOf(error)}`)
    machine.kill()
    const host = this.#hosts.find(({ name }) => machine.name.startsWith(`${name}.`))
    this.scheduler.after(SESSION_TIMEOUT_MS / 2, () => host?.start())
  }
}
