import { hostname, userInfo } from 'node:os'
import { ApiKeys } from '../control/api-keys.ts'
import { ControlEditor } from '../control/editor.ts'
import { ControlHistory } from '../control/history.ts'
import { ControlTable } from '../control/table.ts'
import { ControlWriter, type Author } from '../control/writer.ts'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings } from '../platform/config/read-settings.ts'
import { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { createLog, stderr } from '../platform/log.ts'
import { refuseCardNumbers } from '../screen.ts'
import { topicNames } from '../topics.ts'
import { reachKafka } from './reach-kafka.ts'

/** The control data, read and changed without a running AegisPay: Kafka's permissions say who may. */
export interface ControlSession {
  readonly table: ControlTable
  readonly history: ControlHistory
  readonly editor: ControlEditor
  readonly apiKeys: ApiKeys
}

/** Milliseconds that the brokers may take to confirm a change: whoever waits sits at a terminal. */
const SEND_TIMEOUT_MS = 10_000

/** Works on the control data as they are now. */
export async function withControl<T>(work: (session: ControlSession) => Promise<T> | T): Promise<T> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'topics', 'log'])
  // What goes well is told on stdout.
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const { prefix } = settings.topics
  const topic = topicNames(prefix).control
  const kafka = await reachKafka(settings.kafka, log)
  const codec = await AvroCodec.connect(settings.schemaRegistry.url)
  const history = new ControlHistory()
  const table = await ControlTable.follow({ ...{ kafka, topic, codec, history, log }, groupPrefix: prefix })
  try {
    const producer = await BatchingProducer.start(kafka, log, { sendTimeoutMs: SEND_TIMEOUT_MS })
    try {
      const editor = new ControlEditor(new ControlWriter(producer, codec, topic), table)
      return await work({ table, history, editor, apiKeys: new ApiKeys({ editor, table, now: Date.now }) })
    } finally {
      await producer.stop()
    }
  } finally {
    await table.stop()
  }
}

/** Who uses the command line, as the operating system knows them. */
export function authorOf({ reason }: { readonly reason?: string }): Author {
  if (reason !== undefined) refuseCardNumbers(reason)
  return { changedBy: `cli:${userName()}@${hostname()}`, reason: reason ?? null }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container the user may have a number only.
    return String(process.getuid?.() ?? 'unknown')
  }
}
