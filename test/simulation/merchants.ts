// Those who send commands: they send them again until they are acknowledged, sometimes after that, and now and then what makes
// no sense.
import type { RecordName, RecordTypes } from '../../src/generated/records.ts'
import { commandIdOf, paymentIdOf, type CommandOperation } from '../../src/identity.ts'
import type { AvroCodec } from '../../src/platform/avro/codec.ts'
import { BatchingProducer } from '../../src/platform/kafka/batching-producer.ts'
import { partitionOf } from '../../src/platform/kafka/partition-of.ts'
import { kafkaOf } from './kafka-client.ts'
import { topics, type Surroundings } from './instance.ts'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'

export type CommandName = Extract<RecordName, `aegispay.commands.${string}`>

export interface SentCommand {
  readonly commandId: string
  readonly paymentId: string
  readonly idempotencyKey: string
  readonly type: CommandName
  /** Whether it stands on the topic for certain. */
  isAcknowledged: boolean
}

export interface Payment {
  readonly paymentId: string
  readonly merchantId: string
  readonly amount: number
}

const SEND_TIMEOUT_MS = 4_000

export class Merchants {
  readonly sent = new Map<string, SentCommand>()
  readonly #machine: Machine
  readonly #around: Surroundings
  readonly #random: Random
  #producer!: BatchingProducer
  #keys = 0
  #replies = 0
  #open = 0

  constructor(machine: Machine, around: Surroundings, random: Random) {
    this.#machine = machine
    this.#around = around
    this.#random = random
  }

  /** Whether some command has been sent and is not acknowledged yet. */
  get isWaiting(): boolean {
    return this.#open > 0
  }

  async start(): Promise<void> {
    const { cluster, network, log } = this.#around
    const { clock } = this.#machine
    const kafka = kafkaOf(this.#machine, cluster, network)
    this.#producer = await BatchingProducer.start(kafka, log, { sendTimeoutMs: SEND_TIMEOUT_MS, clock })
  }

  initiate(): Payment {
    const random = this.#random
    const merchantId = random.pick(['acme', 'globex'])
    const idempotencyKey = this.#key()
    const paymentId = paymentIdOf(merchantId, idempotencyKey)
    const amount = random.between(100, 9_999)
    const capture = random.chance(0.6) ? 'AUTOMATIC' : 'MANUAL'
    this.#send('aegispay.commands.InitiatePayment', 'initiate', {
      ...{ merchantId, paymentId, idempotencyKey, amount, currency: 'EUR', capture },
      captureDelayMs: capture === 'AUTOMATIC' && random.chance(0.3) ? random.between(1, 8_000) : null,
      customer: { id: 'c1', country: null },
      paymentMethod: { type: 'CARD', token: 'tok', network: null },
      ...{ description: null, metadata: {}, addressDigest: null }
    })
    return { paymentId, merchantId, amount }
  }

  capture({ paymentId, merchantId, amount }: Payment): void {
    const random = this.#random
    const asked = random.chance(0.4) ? null : random.between(1, Math.round(amount * 1.2))
    const idempotencyKey = this.#key()
    const command = { merchantId, paymentId, idempotencyKey, amount: asked, expectedVersion: null }
    this.#send('aegispay.commands.CapturePayment', 'capture', command)
  }

  cancel({ paymentId, merchantId }: Payment): void {
    const expectedVersion = this.#random.chance(0.2) ? this.#random.between(1, 5) : null
    const idempotencyKey = this.#key()
    const command = { merchantId, paymentId, idempotencyKey, reason: null, expectedVersion }
    this.#send('aegispay.commands.CancelPayment', 'cancel', command)
  }

  refund({ paymentId, merchantId, amount }: Payment): void {
    const asked = this.#random.chance(0.3) ? null : this.#random.between(1, amount)
    const idempotencyKey = this.#key()
    const command = {
      merchantId,
      paymentId,
      idempotencyKey,
      amount: asked,
      reason: null,
      expectedVersion: null
    }
    this.#send('aegispay.commands.RefundPayment', 'refund', command)
  }

  retry({ paymentId, merchantId }: Payment): void {
    const command = { merchantId, paymentId, idempotencyKey: this.#key(), expectedVersion: null }
    this.#send('aegispay.commands.RetryPayment', 'retry', command)
  }

  closeRefunds({ paymentId, merchantId }: Payment): void {
    const command = { merchantId, paymentId, idempotencyKey: this.#key(), expectedVersion: null }
    this.#send('aegispay.commands.CloseRefunds', 'close-refunds', command)
  }

  #key(): string {
    return `key-${++this.#keys}`
  }

  #send<N extends CommandName>(type: N, operation: CommandOperation, value: RecordTypes[N]): void {
    const { merchantId, paymentId, idempotencyKey } = value
    const commandId = commandIdOf(merchantId, paymentId, operation, idempotencyKey)
    const sent: SentCommand = { commandId, paymentId, idempotencyKey, type, isAcknowledged: false }
    this.sent.set(commandId, sent)
    const encoded = this.#around.codec.encode(type, value)
    void this.#deliver(sent, encoded)
    // Impatience, or a user who presses twice.
    if (this.#random.chance(0.15))
      this.#machine.clock.after(this.#random.between(1, 20_000), () => void this.#deliver(sent, encoded))
  }

  async #deliver(sent: SentCommand, value: ReturnType<AvroCodec['encode']>): Promise<void> {
    const { partitions, cluster } = this.#around
    this.#open++
    const home = partitionOf(sent.paymentId, partitions)
    // Some producers place records by another hash.
    const partition = this.#random.chance(0.05) ? this.#random.between(0, partitions - 1) : home
    for (let isWritten = false; !isWritten;) {
      try {
        const headers = {
          'aegispay-reply-to': 'merchants',
          'aegispay-reply-id': `${sent.commandId} ${++this.#replies}`,
          'aegispay-deadline': String(this.#machine.clock.now() + 60_000)
        }
        await this.#producer.send({ topic: topics.commands, partition, key: sent.paymentId, value, headers })
        isWritten = true
      } catch {
        // Whether it was written is not known: it is sent again.
      }
    }
    cluster.scheduler.note(`acknowledged ${sent.type} ${sent.idempotencyKey}`)
    sent.isAcknowledged = true
    this.#open--
  }
}
