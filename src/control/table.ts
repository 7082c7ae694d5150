import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { RegistryUnavailableError, UndecodableError } from '../platform/avro/codec.ts'
import { GroupReader } from '../platform/kafka/group-reader.ts'
import { partitionBounds, type LogBounds } from '../platform/kafka/log-bounds.ts'
import {
  checkDocument,
  InvalidDocumentError,
  isControlKind,
  type ApiKeyDocument,
  type ControlDocuments,
  type ControlKind,
  type GatewayProfileDocument,
  type LimitsDocument,
  type MerchantDocument
} from './documents.ts'

const PARTITION = 0
const SESSION_TIMEOUT_MS = 10_000
const REGISTRY_RETRY_MS = 500
const REACH_TIMEOUT_MS = 1000

export interface ControlTableDeps {
  readonly kafka: Kafka
  /** The control topic's name on this cluster. */
  readonly topic: string
  readonly codec: AvroCodec
  /** Of the consumer group, which this table has for itself: every process reads all of the topic. */
  readonly groupPrefix: string
  readonly log: Logger
}

/** Control data in memory, following the topic live. What it hands out is shared and must not be changed. */
export class ControlTable {
  readonly #deps: ControlTableDeps
  readonly #documents: { readonly [K in ControlKind]: Map<string, ControlDocuments[K]> } = {
    merchants: new Map(),
    'api-keys': new Map(),
    'gateway-profiles': new Map(),
    limits: new Map()
  }
  #profiles: readonly GatewayProfileDocument[] = []
  #reader: GroupReader | null = null
  /** Where the next fetch begins. */
  #next = 0
  #offset = -1
  /** Records are applied one batch after the other, since a batch may have to wait for the schema registry. */
  #applying: Promise<void> = Promise.resolve()
  readonly #stopping = new AbortController()
  #trouble: string | null = null
  readonly #admin: Admin
  /** Those who wait until an offset is in the table. */
  readonly #awaiting = new Set<{ offset: number; resolve: () => void }>()

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
    return table
  }

  /** Of the last record that is in the table; -1 when there is none. */
  get offset(): number {
    return this.#offset
  }

  merchant(id: string): MerchantDocument | undefined {
    return this.#documents.merchants.get(id)
  }

  /** @param id the public part of the key */
  apiKey(id: string): ApiKeyDocument | undefined {
    return this.#documents['api-keys'].get(id)
  }

  /** Undefined when the merchant has no limits of its own. */
  limits(merchantId: string): LimitsDocument | undefined {
    return this.#documents.limits.get(merchantId)
  }

  /** By priority, then by id. The same array until a profile changes. */
  gatewayProfiles(): readonly GatewayProfileDocument[] {
    return this.#profiles
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
    const waited = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => waited.resolve(undefined), REACH_TIMEOUT_MS)
    const advanced = { offset, resolve: () => waited.resolve(undefined) }
    this.#awaiting.add(advanced)
    this.#bounds().then(
      ({ end }) => {
        advanced.offset = Math.min(offset, end - 1)
        this.#wake()
      },
      // Without the end, the time is all that bounds the wait.
      () => undefined
    )
    await waited.promise
    clearTimeout(timer)
    this.#awaiting.delete(advanced)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
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
    this.#wake()
  }

  #wake(): void {
    for (const { offset, resolve } of this.#awaiting) if (offset <= this.#offset) resolve()
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

  /** A record that is not as it should be leaves what was there before: half of a setting is worse than the old one. */
  #apply({ key, value, offset }: KafkaMessage): void {
    const name = key?.toString() ?? ''
    const [kind = '', id = ''] = name.split('/', 2)
    try {
      // A kind that a newer version has introduced is none of ours.
      if (!isControlKind(kind)) return
      if (value === null) this.#documents[kind].delete(id)
      else this.#put(kind, id, this.#read(name, value))
      if (kind === 'gateway-profiles') this.#sortProfiles()
    } catch (error) {
      if (!isFaulty(error)) throw error
      this.#deps.log.error({ error, key: name, offset }, 'ignored a faulty control record')
    }
  }

  #read(key: string, value: Buffer): unknown {
    const decoded = this.#deps.codec.decode(value)
    if (decoded.name !== 'aegispay.control.ControlDocument')
      throw new InvalidDocumentError(`${key} is a ${decoded.name}`)
    const { kind, id, document, changedBy, reason } = decoded.value
    if (`${kind}/${id}` !== key) throw new InvalidDocumentError(`${kind}/${id} stands under the key ${key}`)
    this.#deps.log.info({ key, changedBy, reason }, 'control data changed')
    return JSON.parse(document)
  }

  #put(kind: ControlKind, id: string, document: unknown): void {
    checkDocument(kind, id, document)
    const documents = this.#documents[kind] as Map<string, ControlDocuments[ControlKind]>
    documents.set(id, document)
  }

  #bounds(): Promise<LogBounds> {
    return partitionBounds(this.#admin, this.#deps.topic, PARTITION)
  }

  #sortProfiles(): void {
    this.#profiles = [...this.#documents['gateway-profiles'].values()].sort(
      (a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1)
    )
  }
}

const isFaulty = (error: unknown): boolean =>
  error instanceof InvalidDocumentError || error instanceof UndecodableError || error instanceof SyntaxError
