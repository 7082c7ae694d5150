// One process of the product: its own roles, on a machine, a disk and services that are simulated. What is wired here is wired
// as role-starts.ts and the roles do it; nothing of the product is replaced but what reaches out of the process.
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { GatewayProfileDocument } from '../../src/control/documents.ts'
import { groupNames } from '../../src/groups.ts'
import { Notifications } from '../../src/ingress/notifications.ts'
import type { AvroCodec } from '../../src/platform/avro/codec.ts'
import { BatchingProducer } from '../../src/platform/kafka/batching-producer.ts'
import type { Metrics } from '../../src/platform/metrics.ts'
import { OwnerGroup } from '../../src/processors/core/owner-group.ts'
import { openGateway } from '../../src/processors/gateway/adapters/index.ts'
import { Caller } from '../../src/processors/gateway/caller.ts'
import { GatewayExecutor } from '../../src/processors/gateway/executor.ts'
import { HealthMonitor } from '../../src/processors/gateway/health/monitor.ts'
import { Leases } from '../../src/processors/gateway/leases.ts'
import { GatewayNotifications } from '../../src/processors/gateway/notifications.ts'
import { PaymentChangelog } from '../../src/processors/payments/changelog.ts'
import { PaymentLogic, type ControlView } from '../../src/processors/payments/logic.ts'
import { RetryBudgets } from '../../src/processors/payments/retry-budgets.ts'
import { Outputs } from '../../src/processors/payments/outputs.ts'
import { Waiters } from '../../src/processors/payments/waiters.ts'
import { paymentsView } from '../../src/projections/payments/index.ts'
import { Projector } from '../../src/projections/projector.ts'
import type { Reply } from '../../src/replies.ts'
import { topicNames } from '../../src/topics.ts'
import type { SimulatedDisk } from './disks.ts'
import type { Told } from './gateways.ts'
import type { SimulatedGateways } from './gateways.ts'
import { kafkaOf } from './kafka-client.ts'
import type { Cluster } from './cluster.ts'
import type { Machine } from './machine.ts'
import type { Network } from './network.ts'
import type { SimulatedPostgres } from './postgres.ts'

export const SESSION_TIMEOUT_MS = 6_000
export const TRANSACTION_TIMEOUT_MS = 4_000
const SEND_TIMEOUT_MS = 5_000
const NO_PROGRESS_MS = 30_000
const PREFIX = ''
export const topics = topicNames(PREFIX)
export const groups = groupNames(PREFIX)

export interface Surroundings {
  readonly cluster: Cluster
  readonly network: Network
  readonly postgres: SimulatedPostgres
  readonly redis: Pick<Redis, 'set' | 'eval'>
  readonly gateways: SimulatedGateways
  readonly codec: AvroCodec
  readonly partitions: number
  readonly control: Omit<ControlView, 'gatewayProfiles'> & {
    gatewayProfiles(): readonly GatewayProfileDocument[]
  }
  readonly replied: (reply: Reply) => void
  /** A process gives itself up, and is started anew. */
  readonly fatal: (machine: Machine, error: Error) => void
  readonly log: Logger
}

const MAX_IN_FLIGHT = 2_000

export class Instance {
  readonly machine: Machine
  readonly #around: Surroundings
  readonly #kafka: Kafka
  readonly #disk: SimulatedDisk
  #stops: (() => Promise<unknown>)[] = []
  #notifications: Notifications | null = null

  constructor(machine: Machine, disk: SimulatedDisk, around: Surroundings) {
    this.machine = machine
    this.#around = around
    this.#disk = disk
    this.#kafka = kafkaOf(machine, around.cluster, around.network)
  }

  async start(): Promise<void> {
    const { log, codec, partitions } = this.#around
    const { clock } = this.machine
    const producer = await BatchingProducer.start(this.#kafka, log, { sendTimeoutMs: SEND_TIMEOUT_MS, clock })
    this.#stops.push(() => producer.stop())
    this.#notifications = new Notifications(
      new GatewayNotifications(() => this.#around.control.gatewayProfiles(), []),
      {
        ...{ topics, partitions, metrics: noMetrics },
        send: record => producer.send(record),
        encode: (name, value) => codec.encode(name, value)
      }
    )
    await Promise.all([this.#startOwners(), this.#startExecutor(producer), this.#startProjector()])
  }

  /** Ends in order: everything is committed, and the groups are left. */
  async stop(): Promise<void> {
    await Promise.all(this.#stops.map(stop => stop()))
  }

  /** As the gateway's HTTP request does once it is verified; @throws when it is not acknowledged */
  async notified({ gateway, id, body }: Told): Promise<void> {
    if (this.#notifications === null) throw new Error('the process is starting')
    const about = { gateway, notificationId: id, body, correlationId: id, traceparent: undefined }
    if ((await this.#notifications.record(about)) === 'MALFORMED') throw new Error('a malformed notification')
  }

  async #startOwners(): Promise<void> {
    const { codec, partitions, control, replied, log } = this.#around
    const { clock, name } = this.machine
    const waiters = new Waiters((_channel, reply) => replied(reply))
    const outputs = new Outputs(codec, topics)
    const inputTopics = { commands: topics.commands, outcomes: topics.outcomes }
    const retryBudgets = new RetryBudgets({ profiles: () => control.gatewayProfiles(), onRetry: none })
    const group = await OwnerGroup.start({
      ...{ kafka: this.#kafka, groupId: groups.processor, clock, log, processName: name },
      inputs: [
        { id: 'outcomes', topic: topics.outcomes, throttled: false },
        { id: 'commands', topic: topics.commands, throttled: true }
      ],
      changelog: new PaymentChangelog(topics.state, codec, partitions),
      stateDir: '/state',
      disk: this.#disk.for(this.machine),
      createLogic: () =>
        new PaymentLogic({
          ...{
            codec,
            outputs,
            waiters,
            control,
            inputTopics,
            partitions,
            maxInFlight: MAX_IN_FLIGHT,
            retryBudgets,
            approvals: null,
            fraud: null
          },
          ...{ now: () => clock.now(), tracing: null, group: groups.processor, onDecided: null },
          onPoison: () => undefined,
          onForwarded: () => undefined,
          onContradiction: () => undefined,
          onOldUnknown: () => undefined,
          onUnplaced: () => undefined
        }),
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
      noProgressMs: NO_PROGRESS_MS,
      observe: { transaction: none, restoring: none, takeover: none, rebuild: none },
      fatal: error => this.#around.fatal(this.machine, error)
    })
    this.#stops.push(() => group.stop())
  }

  async #startExecutor(producer: BatchingProducer): Promise<void> {
    const { codec, control, redis, gateways, log } = this.#around
    const { clock } = this.machine
    const caller = new Caller({
      profiles: () => control.gatewayProfiles(),
      leases: new Leases(redis, PREFIX, clock),
      observeLease: none,
      observeGuard: {
        rejected: (gateway, reason) =>
          this.#around.cluster.scheduler.note(`${this.machine.name} makes no call to ${gateway}: ${reason}`),
        breaker: (gateway, state) =>
          this.#around.cluster.scheduler.note(`${this.machine.name} ${gateway} breaker ${state}`)
      },
      open: profile => openGateway(profile, { connect: gateways.connect(this.machine) }),
      ...{ clock, log }
    })
    const executor = await GatewayExecutor.start({
      ...{ kafka: this.#kafka, groupId: groups.gateway, codec, producer, caller, clock, log },
      requestsTopic: topics.gatewayRequests,
      outcomesTopic: topics.outcomes,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      noProgressMs: NO_PROGRESS_MS,
      observe: {
        call: (gateway, action, outcome) =>
          this.#around.cluster.scheduler.note(`${this.machine.name} ${action} ${gateway}: ${outcome}`),
        inFlight: none
      },
      tracing: null,
      fatal: error => this.#around.fatal(this.machine, error)
    })
    const monitor = HealthMonitor.start({
      guards: () => caller.guards(),
      executor: this.machine.name,
      // Nobody follows it here; what it is here for are its probes.
      publish: () => Promise.resolve(),
      ...{ clock, log }
    })
    this.#stops.unshift(async () => {
      await Promise.all([executor.stop(), monitor.stop()])
    })
  }

  async #startProjector(): Promise<void> {
    const { codec, network, postgres, log } = this.#around
    const { clock } = this.machine
    const projector = await Projector.start(
      {
        ...{ kafka: this.#kafka, admin: this.#kafka.admin(), codec, clock, log },
        pool: postgres.poolOf(this.machine, network),
        topic: topics.events,
        groupId: groups.projection(paymentsView.name),
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        applied: none,
        tracing: null,
        fatal: error => this.#around.fatal(this.machine, error)
      },
      paymentsView
    )
    this.#stops.push(() => projector.stop())
  }
}

const none = () => undefined
const noMetrics = { counter: () => ({ inc: none }) } as unknown as Metrics
