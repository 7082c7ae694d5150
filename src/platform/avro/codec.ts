import { setTimeout } from 'node:timers/promises'
import { COMPATIBILITY, SchemaType, type SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import avro from 'avsc'
import type { RecordName, RecordTypes } from '../../generated/records.ts'
import { REGISTRY_TIMEOUT_MS, registryClient } from './registry-client.ts'
import { fullName, loadSchemas, type AvroSchema } from './schemas.ts'

/** Confluent wire format: a zero byte, the schema id as u32be, then the Avro body. */
const MAGIC = 0
const HEADER_BYTES = 5
const SLAB_BYTES = 256 * 1024
/** What is known of a schema id that the registry answered 404 for. */
const ABSENT = Symbol('absent')

/** A decoded record, told apart by its writer schema's full name. */
export type Decoded = { [N in RecordName]: { readonly name: N; readonly value: RecordTypes[N] } }[RecordName]

/** The bytes can never be decoded, whoever tries: they belong in the dead-letter topic. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError'
}

/** The registry gave no answer about a schema: nothing is known of the record, and it must be tried again. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError'
}

/** What is asked of a registry. */
export type SchemaSource = Pick<SchemaRegistry, 'getRegistryIdBySchema' | 'getSchema'>

interface Reader {
  readonly name: RecordName
  decode(body: Buffer): unknown
}

interface Writer {
  readonly id: number
  readonly type: avro.Type
}

/**
 * Encodes and decodes the records of schemas/ in Confluent wire format.
 *
 * The registry client builds a resolver for every record it decodes; here each writer schema gets one, once, so that
 * decoding is synchronous after `learn` has met the schema.
 */
export class AvroCodec {
  readonly #registry: SchemaSource
  readonly #readers = new Map<number, Reader | UndecodableError | typeof ABSENT>()
  readonly #writers = new Map<RecordName, Writer>()
  #slab = Buffer.allocUnsafe(SLAB_BYTES)
  #used = 0

  private constructor(registry: SchemaSource) {
    this.#registry = registry
  }

  /**
   * Looks every schema of ours up in the registry.
   * @throws when one is not registered: `aegispay setup` registers them.
   */
  static connect(registryUrl: string): Promise<AvroCodec> {
    return AvroCodec.of(registryClient(registryUrl))
  }

  /** As `connect`, of a registry that the caller knows how to ask. */
  static async of(registry: SchemaSource): Promise<AvroCodec> {
    const codec = new AvroCodec(registry)
    await Promise.all(loadSchemas().map(schema => codec.#lookUp(schema)))
    return codec
  }

  async #lookUp(schema: AvroSchema): Promise<void> {
    const name = fullName(schema) as RecordName
    const id = await this.#registry.getRegistryIdBySchema(name, {
      type: SchemaType.AVRO,
      schema: JSON.stringify(schema)
    })
    this.#writers.set(name, { id, type: avro.Type.forSchema(schema) })
  }

  /** Encodes a record under our own schema. @throws when a field does not fit it. */
  encode<N extends RecordName>(name: N, value: RecordTypes[N]): Buffer {
    const { id, type } = this.#writers.get(name)!
    let start = this.#used
    let end = type.encode(value, this.#slab, start + HEADER_BYTES)
    if (end < 0) {
      // A negative answer is the number of bytes by which the slab was too short.
      this.#slab = Buffer.allocUnsafe(Math.max(SLAB_BYTES, HEADER_BYTES + this.#slab.length - end))
      start = 0
      end = type.encode(value, this.#slab, HEADER_BYTES)
    }
    this.#slab[start] = MAGIC
    this.#slab.writeUInt32BE(id, start + 1)
    this.#used = end
    return this.#slab.subarray(start, end)
  }

  /**
   * Fetches the writer schemas of these records that have not been met before.
   * @throws RegistryUnavailableError when the registry gives no definite answer.
   */
  async learn(values: Iterable<Buffer | null>): Promise<void> {
    const unknown = new Set<number>()
    for (const value of values) {
      if (value === null || value.length < HEADER_BYTES || value[0] !== MAGIC) continue
      const id = value.readUInt32BE(1)
      // An absent schema is asked for again: the answer may have come from a registry that lags behind another.
      if (!this.#readers.has(id) || this.#readers.get(id) === ABSENT) unknown.add(id)
    }
    await Promise.all([...unknown].map(id => this.#learn(id)))
  }

  async #learn(id: number): Promise<void> {
    try {
      const writer = (await this.#registry.getSchema(id)) as avro.Type
      this.#readers.set(id, this.#readerOf(id, writer))
    } catch (error) {
      if ((error as { status?: number }).status !== 404) {
        throw new RegistryUnavailableError(`schema ${id} could not be fetched`, { cause: error })
      }
      this.#readers.set(id, ABSENT)
    }
  }

  #readerOf(id: number, writer: avro.Type): Reader | UndecodableError {
    const name = writer.name as RecordName
    const ours = this.#writers.get(name)
    if (ours === undefined)
      return new UndecodableError(`schema ${id} is of an unknown record, ${String(writer.name)}`)
    try {
      const resolver = ours.type.createResolver(writer)
      return { name, decode: body => ours.type.fromBuffer(body, resolver) as unknown }
    } catch (error) {
      return new UndecodableError(`schema ${id} cannot be read as ${name}`, { cause: error })
    }
  }

  /**
   * Decodes a record whose schema `learn` has met, into the shape of our own schema.
   * @throws UndecodableError when it never can be.
   */
  decode(value: Buffer): Decoded {
    const reader = this.#readerFor(value)
    try {
      return { name: reader.name, value: reader.decode(value.subarray(HEADER_BYTES)) } as Decoded
    } catch (error) {
      throw new UndecodableError(`the value cannot be read as ${reader.name}`, { cause: error })
    }
  }

  /**
   * Tells what a record whose schema `learn` has met says that it is, without decoding it.
   * @throws UndecodableError when it never can be told.
   */
  nameOf(value: Buffer): RecordName {
    return this.#readerFor(value).name
  }

  #readerFor(value: Buffer): Reader {
    if (value.length < HEADER_BYTES || value[0] !== MAGIC) {
      throw new UndecodableError('the value does not begin with a zero byte and a schema id')
    }
    const id = value.readUInt32BE(1)
    const reader = this.#readers.get(id)
    if (reader === undefined) throw new Error(`schema ${id} was not learned before decoding`)
    if (reader === ABSENT) throw new UndecodableError(`no schema has the id ${id}`)
    if (reader instanceof UndecodableError) throw reader
    return reader
  }
}

/**
 * Registers every schema of ours so that old and new readers and writers can be mixed in any order. May be called again
 * at any time, and by several processes at once.
 */
export async function registerSchemas(registryUrl: string): Promise<void> {
  const registry = registryClient(registryUrl)
  await Promise.all(loadSchemas().map(schema => register(registry, registryUrl, schema)))
}

const REGISTER_ATTEMPTS = 5
const REGISTER_PAUSE_MS = 300

/** The registry has no transaction over a schema and its rule, so two that register at once may trip over each other. */
async function register(registry: SchemaRegistry, url: string, schema: AvroSchema): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await registry.register(
        { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
        // The client would set BACKWARD on the subject if this were left out.
        { subject: fullName(schema), compatibility: COMPATIBILITY.FULL_TRANSITIVE }
      )
      return
    } catch (error) {
      if (attempt === REGISTER_ATTEMPTS) throw error
      await setTimeout(REGISTER_PAUSE_MS * attempt)
      await setMissingRule(url, fullName(schema))
    }
  }
}

/**
 * Sets the rule of a subject that got its schema and then, since whoever registered it died or was not answered, no rule.
 * Some registries call that NONE, which the client takes for somebody's wish, for ever.
 */
async function setMissingRule(url: string, subject: string): Promise<void> {
  const config = `${url}/config/${encodeURIComponent(subject)}`
  const answer = await fetch(config, { signal: AbortSignal.timeout(REGISTRY_TIMEOUT_MS) }).catch(() => null)
  if (!answer?.ok) return
  const { compatibilityLevel } = (await answer.json()) as { compatibilityLevel?: string }
  if (compatibilityLevel !== 'NONE') return
  await fetch(config, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: COMPATIBILITY.FULL_TRANSITIVE }),
    signal: AbortSignal.timeout(REGISTRY_TIMEOUT_MS)
  }).catch(() => undefined)
}
