import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { FraudRulesInForce } from '../../domain/fraud/rules.ts'
import type { PaymentState } from '../../domain/payment/state.ts'
import type { SignalsByGateway } from '../../domain/routing/signals.ts'
import { groupNames } from '../../groups.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import { BatchingProducer } from '../../platform/kafka/batching-producer.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { Role } from '../../platform/role.ts'
import type { Tracing } from '../../platform/tracing/tracing.ts'
import type { Reply } from '../../replies.ts'
import type { TopicNames } from '../../topics.ts'
import { OwnerGroup } from '../core/owner-group.ts'
import type { OwnerObserver } from '../core/owner-ports.ts'
import { ApprovalBoard } from './approval-board.ts'
import { PaymentChangelog } from './changelog.ts'
import { PaymentLogic, type ControlView, type PaymentLogicPorts } from './logic.ts'
import type { Advisers } from './fraud-findings.ts'
import { Outputs } from './outputs.ts'
import { reportProgress } from './progress-metrics.ts'
import { RetryBudgets } from './retry-budgets.ts'
import type { HeldPolicy } from './variant-stops.ts'
import { VelocityCounter } from './velocity.ts'
import { correlationIdIn, Waiters } from './waiters.ts'

export interface PaymentProcessorDeps {
  readonly kafka: Kafka
  /** Before the group and the transactional ids. */
  readonly prefix: string
  readonly topics: TopicNames
  /** Of the co-partitioned topics. */
  readonly partitions: number
  /** Folder on this machine's disk for copies of the payments' states. */
  readonly stateDir: string
  readonly codec: AvroCodec
  readonly control: ControlView & {
    notReady(): string | null
    list(kind: 'routing-policies'): readonly HeldPolicy[]
    fraudRules(merchantId: string): FraudRulesInForce | undefined
  }
  readonly health: { signals(): SignalsByGateway }
  readonly redis: Redis
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly sessionTimeoutMs: number
  readonly transactionTimeoutMs: number
  /** Milliseconds without progress, with work there, after which the role cannot go on. */
  readonly noProgressMs: number
  /** Payments of a partition that may wait for a gateway before its commands wait too. */
  readonly maxInFlight: number
  /** Milliseconds that a batch waits for what fraud rules count. */
  readonly velocityWaitMs: number
  /** Checks, guards and signals of the user's own; null where there are none. */
  readonly advisers: Advisers | null
  readonly fatal: (error: Error) => void
  readonly log: Logger
}

/** Milliseconds after which what was learnt of approvals waits for the next time. */
const TELL_TIMEOUT_MS = 4_000

/** Owns payments: folds commands and outcomes into state, and writes events, state and gateway requests. */
export async function startPaymentProcessor(deps: PaymentProcessorDeps): Promise<Role> {
  const { kafka, prefix, topics, codec, control, metrics, tracing, log, partitions, maxInFlight } = deps
  const deadLetters = metrics.counter('aegispay_processor_dead_letters_total')
  const forwarded = metrics.counter('aegispay_processor_forwarded_total')
  const contradictions = metrics.counter('aegispay_gateway_contradictions_total')
  const oldUnknowns = metrics.counter('aegispay_processor_old_unknowns_total')
  const retries = metrics.counter('aegispay_processor_retries_total')
  const retryBudgets = new RetryBudgets({
    profiles: () => control.gatewayProfiles(),
    onRetry: (gateway, retry) => retries.inc({ gateway, retry })
  })
  const waiters = new Waiters(publisher(deps.redis, metrics))
  const counts = metrics.counter('aegispay_processor_velocity_counts_total')
  const velocity = new VelocityCounter(deps.redis, {
    ...{ prefix, waitMs: deps.velocityWaitMs },
    observe: (result, payments) => counts.inc({ result }, payments)
  })
  const outputs = new Outputs(codec, topics)
  const producer = await BatchingProducer.start(kafka, log, { sendTimeoutMs: TELL_TIMEOUT_MS })
  const approvals = await ApprovalBoard.follow({
    ...{ kafka, topic: topics.approvals, codec, producer, groupPrefix: prefix, now: Date.now, log },
    policies: () => control.list('routing-policies')
  })
  const inputTopics = { commands: topics.commands, outcomes: topics.outcomes }
  const groupId = groupNames(prefix).processor
  const group = await OwnerGroup.start<PaymentState>({
    kafka,
    groupId,
    inputs: [
      { id: 'outcomes', topic: topics.outcomes, throttled: false },
      { id: 'commands', topic: topics.commands, throttled: true }
    ],
    changelog: new PaymentChangelog(topics.state, codec, partitions),
    stateDir: deps.stateDir,
    createLogic: () =>
      new PaymentLogic({
        ...{
          codec,
          outputs,
          waiters,
          control,
          approvals,
          inputTopics,
          partitions,
          maxInFlight,
          retryBudgets
        },
        ...{ now: Date.now, tracing, group: groupId, onDecided: decisionLog(log) },
        signals: () => deps.health.signals(),
        fraud: { rulesOf: merchantId => control.fraudRules(merchantId), velocity, advisers: deps.advisers },
        onPoison: ({ input, partition, offset, headers }, reason, detail) => {
          deadLetters.inc({ reason })
          const where = { input, partition, offset, correlationId: correlationIdIn(headers) }
          log.error({ ...where, reason, detail }, 'a record went to the dead-letter topic')
        },
        onForwarded: () => forwarded.inc(),
        onContradiction: (paymentId, { operationId, gateway, stated, recorded, amount, currency }) => {
          contradictions.inc({ gateway, stated })
          log.error(
            { paymentId, operationId, gateway, stated, recorded, amount, currency },
            'a gateway contradicts what is on record: somebody has to look at the payment'
          )
        },
        onOldUnknown: (paymentId, { operationId, gateway, kind }, ms) => {
          oldUnknowns.inc({ gateway })
          const seconds = Math.round(ms / 1000)
          log.warn(
            { paymentId, operationId, gateway, kind, seconds },
            'the outcome of an operation is still not known'
          )
        },
        onUnplaced: (paymentId, { operationId, gateway, outcome, amount, currency }) => {
          contradictions.inc({ gateway, stated: outcome })
          log.error(
            { paymentId, operationId, gateway, outcome, amount, currency },
            'a gateway speaks of a payment that does not exist'
          )
        }
      }),
    sessionTimeoutMs: deps.sessionTimeoutMs,
    transactionTimeoutMs: deps.transactionTimeoutMs,
    noProgressMs: deps.noProgressMs,
    processName: `${hostname()}/${process.pid}`,
    observe: observerOf(metrics),
    fatal: deps.fatal,
    log
  })
  const stopReporting = reportProgress(group, metrics, log)
  return {
    name: 'processor',
    notReady: () => {
      const restoring = group.partitions().filter(({ isRunning }) => !isRunning)
      return restoring.length === 0
        ? control.notReady()
        : `restoring partitions ${restoring.map(owner => owner.partition).join(', ')}`
    },
    stop: async () => {
      stopReporting()
      await group.stop()
      await approvals.stop()
      await producer.stop()
    }
  }
}

/** A line for every decision, at level debug: null when that is off, since there are thousands a second. */
function decisionLog(log: Logger): PaymentLogicPorts['onDecided'] {
  if (!log.isLevelEnabled('debug')) return null
  return ({ input, partition, offset, headers }, paymentId, outputs) => {
    const records = outputs.map(output => String(output.headers?.['ce_type']))
    log.debug(
      { paymentId, correlationId: correlationIdIn(headers), input, partition, offset, records },
      'decided'
    )
  }
}

/** A reply is a hint: one that does not go out is found in the read model. */
function publisher(redis: Redis, metrics: Metrics): (channel: string, reply: Reply) => void {
  const replies = metrics.counter('aegispay_processor_replies_total')
  return (channel, reply) => {
    redis.publish(channel, JSON.stringify(reply)).then(
      () => replies.inc({ result: 'sent' }),
      () => replies.inc({ result: 'lost' })
    )
  }
}

function observerOf(metrics: Metrics): OwnerObserver {
  const transactions = metrics.counter('aegispay_processor_transactions_total')
  const seconds = metrics.histogram('aegispay_processor_transaction_seconds')
  const inputs = metrics.counter('aegispay_processor_inputs_total')
  const takeovers = metrics.histogram('aegispay_processor_takeover_seconds')
  const rebuilds = metrics.counter('aegispay_processor_rebuilds_total')
  const restored = metrics.counter('aegispay_processor_restored_records_total')
  const remaining = metrics.gauge('aegispay_processor_restore_remaining_records')
  return {
    transaction: (counts, took) => {
      transactions.inc({ result: 'committed' })
      seconds.observe(took)
      for (const [input, records] of Object.entries(counts)) inputs.inc({ input }, records)
    },
    restoring: (partition, offsets) => remaining.set({ partition }, offsets),
    takeover: (took, records) => {
      takeovers.observe(took)
      restored.inc(records)
    },
    rebuild: reason => {
      transactions.inc({ result: 'given_up' })
      rebuilds.inc({ reason })
    }
  }
}
