import { stringify } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { recordHeaders, type HeaderName } from '../../src/headers.ts'
import { fullName, type AvroSchema } from '../../src/platform/avro/schemas.ts'
import { topics, type Topic, type TopicId } from '../../src/topics.ts'

const BINDING = { bindingVersion: '0.5.0' }
/** What a record of the dead-letter topic is: any bytes. */
const DEAD_LETTER = 'DeadLetter'

/** Renders the topics as AsyncAPI 3.0: channels from the table, messages from the Avro schemas. */
export function renderAsyncApi(schemas: readonly AvroSchema[]): string {
  const all = Object.entries(topics) as [TopicId, Topic][]
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'AegisPay',
      version: packageJson.version,
      description:
        'All that AegisPay keeps in Kafka. An installation may put a prefix before every address. Operations are those of AegisPay itself: who produces commands does what it receives. Values are Avro in Confluent wire format; the subject of a schema is the full name of its record.',
      license: { name: 'Apache-2.0' }
    },
    defaultContentType: 'application/vnd.apache.avro',
    channels: Object.fromEntries(all.map(([id, topic]) => [id, channel(topic)])),
    operations: Object.fromEntries(all.flatMap(operations)),
    components: {
      messages: {
        ...Object.fromEntries(schemas.map(schema => [schema.name, message(schema, all)])),
        [DEAD_LETTER]: deadLetter()
      }
    }
  }
  return [
    '# Generated from src/topics.ts, src/headers.ts and schemas/ by `npm run generate`. Do not edit.',
    stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })
  ].join('\n')
}

const messagesOf = ({ records }: Topic): string[] =>
  records.length === 0 ? [DEAD_LETTER] : records.map(record => record.slice(record.lastIndexOf('.') + 1))

function channel(topic: Topic): object {
  const { name, why, partitions, config } = topic
  return {
    address: name,
    description: why,
    messages: Object.fromEntries(
      messagesOf(topic).map(message => [message, { $ref: `#/components/messages/${message}` }])
    ),
    bindings: {
      kafka: {
        topic: name,
        ...(partitions === 'payments' ? {} : { partitions }),
        topicConfiguration: topicConfiguration(config),
        ...BINDING
      }
    }
  }
}

/** The binding knows some settings by name, and those have types of their own. */
function topicConfiguration(config: Topic['config']): object {
  const typed: Record<string, (value: string) => unknown> = {
    'cleanup.policy': value => [value],
    'retention.ms': Number,
    'retention.bytes': Number,
    'delete.retention.ms': Number,
    'max.message.bytes': Number
  }
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, typed[name]?.(value) ?? value])
  )
}

function operations([id, { writer, readers }]: [TopicId, Topic]): [string, object][] {
  const name = id.charAt(0).toUpperCase() + id.slice(1)
  const operation = (action: 'send' | 'receive', who: string) => ({
    action,
    channel: { $ref: `#/channels/${id}` },
    summary: `${action === 'send' ? 'Written' : 'Read'} by: ${who}.`
  })
  return [
    [`send${name}`, operation('send', writer)],
    ...(readers.length === 0
      ? []
      : [[`receive${name}`, operation('receive', readers.join(', '))] as [string, object]])
  ]
}

function message(schema: AvroSchema, all: readonly [TopicId, Topic][]): object {
  const name = fullName(schema)
  const carriers = all
    .map(([, topic]) => topic)
    .filter(({ records }) => records.some(record => record === name))
  const headers = [...new Set(carriers.flatMap(topic => topic.headers))]
  const key = carriers[0]?.key
  return {
    name,
    title: schema.name,
    summary: schema.doc,
    ...(headers.length === 0 ? {} : { headers: headersSchema(headers) }),
    payload: {
      schemaFormat: 'application/vnd.apache.avro+json;version=1.9.0',
      schema: { $ref: `../schemas/${schema.namespace.split('.')[1]}/${schema.name}.avsc` }
    },
    bindings: {
      kafka: {
        ...(key === undefined ? {} : { key: { type: 'string', description: key } }),
        schemaIdLocation: 'payload',
        schemaIdPayloadEncoding: 'confluent',
        ...BINDING
      }
    }
  }
}

const deadLetter = () => ({
  name: DEAD_LETTER,
  title: DEAD_LETTER,
  summary: 'A record that could not be processed, byte for byte; its own headers stand beside these.',
  contentType: 'application/octet-stream',
  headers: headersSchema(topics.deadLetters.headers)
})

const headersSchema = (names: readonly HeaderName[]) => ({
  type: 'object',
  properties: Object.fromEntries(
    names.map(name => [name, { type: 'string', description: recordHeaders[name] }])
  )
})
