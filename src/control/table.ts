import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { FraudRulesInForce } from '../domain/fraud/rules.ts'
import { rulesOf, type MerchantRules } from '../domain/payment/merchant-rules.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { RegistryUnavailableError, UndecodableError } from '../platform/avro/codec.ts'
import { GroupReader } from '../platform/kafka/group-reader.ts'
import { partitionBounds, type LogBounds } from '../platform/kafka/log-bounds.ts'
import {
  isControlKind,
  type ApiKeyDocument,
  type ControlDocuments,
  type ControlKind,
  type GatewayProfileDocument,
  type LimitsDocument,
  type RoutingPolicyDocument
} from './documents.ts'
import type { ControlHistory } from './history.ts'
import type { NotificationSettings } from './notifications-document.ts'
import { OffsetWaiters } from './offset-waiters.ts'
import { readChange } from './read-change.ts'
import { ControlState, type Held, type Judgement } from './state.ts'

const PARTITION = 0
const SESSION_TIMEOUT_MS = 10_000
const REGISTRY_RETRY_MS = 500
/** The id of the policy, and of the fraud rules, for merchants that name none. */
const DEFAULT = 'default'

export interface ControlTableDeps {
  readonly kafka: Kafka
  /** The control topic's name on this cluster. */
  readonly topic: string
  readonly codec: AvroCodec
  /** Of the consumer group, which this table has for itself: every process reads all of the topic. */
  readonly groupPrefix: string
  /** Gets every version that is read, also those from before. */
  readonly history?: ControlHistory | null
  readonly log: Logger
}

export interface KnownMerchant {
  readonly active: boolean
  readonly rules: MerchantRules
  /** The routing policy that it names. */
  readonly routingPolicy?: string
  /** The fraud rules that it names. */
  readonly fraudRules?: string
  /** What people call it. */
  readonly name: string
  /** What its customers are told by mail. */
  readonly notifications?: NotificationSettings
}

/** What became of a change, and at which offset. */
interface Judged {
  readonly judgement: Judgement
  readonly version: number
}

/** Control data in memory, following the topic live. What it hands out is shared and must not be changed. */
export class ControlTable {
  readonly #deps: ControlTableDeps
  readonly #state = new ControlState()
  #profiles: readonly GatewayProfileDocument[] = []
  readonly #merchants = new Map<string, KnownMerchant>()
  #reader: GroupReader | null = null
  /** Where the next fetch begins. */
  #next = 0
  #offset = -1
  #isRestored = false
  /** Records are applied one batch after the other, since a batch may have to wait for the schema registry. */
  #applying: Promise<void> = Promise.resolve()
  readonly #stopping = new AbortController()
  #trouble: string | null = null
  #heardAt = performance.now()
  readonly #admin: Admin
  /** Look-ups of the bounds that are under way. */
  readonly #asked = new Set<Promise<LogBounds>>()
  readonly #waiters = new OffsetWaiters()
  /** Those who wait for what becomes of their change, by its id. */
  readonly #authors = new Map<string, (judged: Judged) => void>()

  private constructor(deps: ControlTableDeps) {
    this.#deps = deps
    this.#admin = deps.kafka.admin()
  }

  /** Resolves when everything is in the table that stood on the topic when it was called. */
  static async follow(deps: ControlTableDeps): Promise<ControlTable> {
    const table = new ControlTable(deps)
    await table.#admin.connect()
    const { start, end } = await table.#bounds()
    table.#next = start
    const restored = Promise.withResolvers<undefined>()
    const read = (records: readonly KafkaMessage[], nextOffset: number) => {
      table.#next = nextOffset
      table.#applying = table.#applying.then(async () => {
        await table.#applyAll(records)
        if (nextOffset >= end) restored.resolve(undefined)
      })
    }
    if (end === start) restored.resolve(undefined)
    const options = {
      groupId: `${deps.groupPrefix}control.${randomUUID()}`,
      topics: [deps.topic],
      sessionTimeoutMs: SESSION_TIMEOUT_MS
    }
    table.#reader = await GroupReader.start(deps.kafka, options, {
      joined: () => table.#readOn(),
      heartbeat: () => {
        table.#heardAt = performance.now()
      },
      records: (_topic, _partition, records, nextOffset) => read(records, nextOffset),
      advanced: (_topic, _partition, nextOffset) => read([], nextOffset),
      crashed: error => {
        table.#trouble = `control data are no longer followed: ${error.message}`
        deps.log.error({ error }, 'the reader of control data has given up')
        // Before it has started, its start fails.
        if (table.#reader !== null) restored.reject(error)
      }
    })
    table.#readOn()
    await restored.promise
    table.#isRestored = true
    deps.log.info({ offset: table.#offset }, 'control data restored')
    return table
  }

  /** Of the last record that is in the table; -1 when there is none. */
  get offset(): number {
    return this.#offset
  }

  /** What is asked of a merchant for every command; the same object until its document changes. */
  merchant(id: string): KnownMerchant | undefined {
    return this.#merchants.get(id)
  }

  /** @param id the public part of the key */
  apiKey(id: string): ApiKeyDocument | undefined {
    return this.#state.find('api-keys', id)?.document
  }

  /** Undefined when the merchant has no limits of its own. */
  limits(merchantId: string): LimitsDocument | undefined {
    return this.#state.find('limits', merchantId)?.document
  }

  /** What the merchant's payments are routed by; undefined where there is neither a policy of its own nor a default. */
  routingPolicy(merchantId: string): Held<RoutingPolicyDocument> | undefined {
    const named = this.#merchants.get(merchantId)?.routingPolicy
    const own = named === undefined ? undefined : this.#state.find('routing-policies', named)
    return own ?? this.#state.find('routing-policies', DEFAULT)
  }

  /** What the merchant's payments are judged by; undefined where there are neither rules of its own nor a default. */
  fraudRules(merchantId: string): FraudRulesInForce | undefined {
    const named = this.#merchants.get(merchantId)?.fraudRules
    const own = named === undefined ? undefined : this.#state.find('fraud-rules', named)
    const held = own ?? this.#state.find('fraud-rules', DEFAULT)
    return held && { rules: held.document, version: String(held.version) }
  }

  /** By priority, then by id. The same array until a profile changes. */
  gatewayProfiles(): readonly GatewayProfileDocument[] {
    return this.#profiles
  }

  /** With the version that made it so; undefined when it is not there. */
  find<K extends ControlKind>(kind: K, id: string): Held<ControlDocuments[K]> | undefined {
    return this.#state.find(kind, id)
  }

  /** All documents of a kind, by id. */
  list<K extends ControlKind>(kind: K): Held<ControlDocuments[K]>[] {
    return [...this.#state.all(kind)].sort((a, b) => (a.document.id < b.document.id ? -1 : 1))
  }

  /**
   * What a change has to be based on: the offset of the last one of this document, also where that deleted it;
   * NO_VERSION when there was none.
   */
  version(kind: ControlKind, id: string): number {
    return this.#state.version(kind, id)
  }

  /** Tells what becomes of a change that is about to be written. */
  seen(changeId: string): { readonly judged: Promise<Judged>; forget(): void } {
    const { promise, resolve } = Promise.withResolvers<Judged>()
    this.#authors.set(changeId, resolve)
    return { judged: promise, forget: () => this.#authors.delete(changeId) }
  }

  /** Milliseconds since the brokers last answered: how old the table may be. */
  get silenceMs(): number {
    return performance.now() - this.#heardAt
  }

  /** Why the table may be out of date; null when it follows. */
  notReady(): string | null {
    return this.#trouble
  }

  /**
   * Waits until an offset is in the table, at most a second. An offset behind the end of the topic, which anyone can
   * have made up, is taken for the end.
   */
  async reached(offset: number): Promise<void> {
    if (offset <= this.#offset) return
    await this.#waiters.wait(offset, async () => (await this.#bounds()).end - 1)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    // One that is under way would connect the client again, which then nobody closes.
    await Promise.allSettled(this.#asked)
    await this.#admin.disconnect()
    await this.#reader?.stop()
    await this.#applying
  }

  #readOn(): void {
    this.#reader?.readFrom(this.#deps.topic, PARTITION, this.#next)
  }

  async #applyAll(records: readonly KafkaMessage[]): Promise<void> {
    await this.#learn(records)
    if (this.#stopping.signal.aborted) return
    for (const record of records) {
      this.#apply(record)
      this.#offset = Number(record.offset)
    }
    this.#waiters.reached(this.#offset)
  }

  /** Without its schema a record cannot be judged, so it is waited for. */
  async #learn(records: readonly KafkaMessage[]): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.#deps.codec.learn(records.map(({ value }) => value))
        this.#trouble = null
        return
      } catch (error) {
        if (!(error instanceof RegistryUnavailableError)) throw error
        this.#trouble = 'control data wait for the schema registry'
        this.#deps.log.warn({ error }, this.#trouble)
        await delay(REGISTRY_RETRY_MS, null, { signal }).catch(() => undefined)
      }
    }
  }

  /** A record that cannot be read leaves what was there before. */
  #apply(record: KafkaMessage): void {
    try {
      this.#judge(record)
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error
      const { key, offset } = record
      this.#deps.log.error({ error, key: key?.toString(), offset }, 'ignored a faulty control record')
    }
  }

  #judge(record: KafkaMessage): void {
    const { log, history } = this.#deps
    const version = Number(record.offset)
    const change = readChange(this.#deps.codec, record)
    const { kind, id, document, changedBy, reason } = change
    const judgement = this.#state.apply(change, version)
    if (judgement === 'foreign' || !isControlKind(kind)) return

    const said = { kind, id, version, changedBy, changedAt: new Date(change.changedAt), reason }
    if (judgement === 'faulty') log.error(said, 'ignored a control document that breaks its schema')
    else if (judgement === 'refused') log.info(said, 'a change of control data came too late')
    // What was restored was told when it happened.
    else if (this.#isRestored) log.info(said, 'control data changed')
    if (judgement === 'applied') {
      history?.add(kind, id, { version, changedAt: change.changedAt, changedBy, reason, document })
      if (kind === 'gateway-profiles') this.#sortProfiles()
      if (kind === 'merchants') this.#know(id)
    }
    this.#authors.get(record.headers?.['ce_id']?.toString() ?? '')?.({ judgement, version })
  }

  async #bounds(): Promise<LogBounds> {
    const asked = partitionBounds(this.#admin, this.#deps.topic, PARTITION)
    this.#asked.add(asked)
    try {
      return await asked
    } finally {
      this.#asked.delete(asked)
    }
  }

  #know(merchantId: string): void {
    const document = this.#state.find('merchants', merchantId)?.document
    if (document === undefined) {
      this.#merchants.delete(merchantId)
      return
    }
    const { name, active, routingPolicy, fraudRules, notifications } = document
    this.#merchants.set(merchantId, {
      ...{ name, active, rules: rulesOf(document) },
      ...(routingPolicy !== undefined && { routingPolicy }),
      ...(fraudRules !== undefined && { fraudRules }),
      ...(notifications !== undefined && { notifications })
    })
  }

  #sortProfiles(): void {
    this.#profiles = [...this.#state.all('gateway-profiles')]
      .map(({ document }) => document)
      .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
  }
}
