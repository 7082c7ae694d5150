// Records in Confluent wire format, under the schemas that AegisPay has registered.
import avro from 'avsc'
import { AegisPayError, isRetryableStatus } from '../errors.ts'

/** The subject of each, too: AegisPay names subjects after records. */
export const records = {
  create: 'aegispay.commands.InitiatePayment',
  capture: 'aegispay.commands.CapturePayment',
  cancel: 'aegispay.commands.CancelPayment',
  refund: 'aegispay.commands.RefundPayment',
  retry: 'aegispay.commands.RetryPayment',
  closeRefunds: 'aegispay.commands.CloseRefunds',
  contact: 'aegispay.customers.CustomerContact'
} as const
export type RecordName = (typeof records)[keyof typeof records]

/** A zero byte, the schema's id as four bytes, big endian; then the body. */
const HEADER_BYTES = 5
const REGISTRY_TIMEOUT_MS = 10_000

interface Writer {
  readonly id: number
  readonly type: avro.Type
}

export class Encoder {
  readonly #writers: ReadonlyMap<RecordName, Writer>

  private constructor(writers: ReadonlyMap<RecordName, Writer>) {
    this.#writers = writers
  }

  /**
   * Takes the newest registered schema of every record, which readers of all versions understand.
   * @throws AegisPayError when the registry does not answer, or does not know one
   */
  static async connect(registryUrl: string, signal: AbortSignal | undefined): Promise<Encoder> {
    const writers = await Promise.all(
      Object.values(records).map(async name => [name, await writerOf(registryUrl, name, signal)] as const)
    )
    return new Encoder(new Map(writers))
  }

  /** @throws AegisPayError request_invalid when a field does not fit the schema */
  encode(name: RecordName, value: object): Buffer {
    const { id, type } = this.#writers.get(name)!
    try {
      const body = type.toBuffer(value)
      const header = Buffer.alloc(HEADER_BYTES)
      header.writeUInt32BE(id, 1)
      return Buffer.concat([header, body])
    } catch (error) {
      throw new AegisPayError('request_invalid', `The command does not fit ${name}.`, { cause: error })
    }
  }
}

async function writerOf(
  registryUrl: string,
  name: RecordName,
  signal: AbortSignal | undefined
): Promise<Writer> {
  const timeout = AbortSignal.timeout(REGISTRY_TIMEOUT_MS)
  try {
    const response = await fetch(`${registryUrl.replace(/\/+$/, '')}/subjects/${name}/versions/latest`, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    })
    const { status, ok } = response
    if (!ok)
      throw new AegisPayError('schema_unavailable', `The registry answers ${status} for ${name}.`, {
        ...{ status, retryable: isRetryableStatus(status) }
      })
    const { id, schema } = (await response.json()) as { id: number; schema: string }
    return { id, type: avro.Type.forSchema(JSON.parse(schema) as avro.Schema) }
  } catch (error) {
    if (error instanceof AegisPayError) throw error
    throw new AegisPayError('schema_unavailable', 'The schema registry does not answer.', {
      ...{ retryable: signal?.aborted !== true, cause: error }
    })
  }
}
