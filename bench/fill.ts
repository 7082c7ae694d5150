// `node bench/fill.ts --payments 1000000 [--open]`: fills the changelog of the installation that the environment names. It
// has to be set up, and no processor may run.
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { AvroCodec } from '../src/platform/avro/codec.ts'
import { kafkaConnection } from '../src/platform/config/kafka-connection.ts'
import { readSettings } from '../src/platform/config/read-settings.ts'
import { assertCoPartitioned } from '../src/platform/kafka/admin.ts'
import { connectKafka } from '../src/platform/kafka/client.ts'
import { topicNames } from '../src/topics.ts'
import { fillChangelog } from './changelog-filler.ts'

const { values } = parseArgs({
  options: { payments: { type: 'string', default: '1000000' }, open: { type: 'boolean', default: false } }
})
const payments = Number(values.payments)
if (!Number.isSafeInteger(payments) || payments < 1) throw new Error('--payments takes a whole number from 1')

const settings = readSettings(['kafka', 'schemaRegistry', 'topics'])
const kafka = connectKafka(kafkaConnection(settings.kafka), pino({ level: 'silent' }))
const topics = topicNames(settings.topics.prefix)
const partitions = await assertCoPartitioned(kafka, [topics.state])
const codec = await AvroCodec.connect(settings.schemaRegistry.url)
const began = performance.now()
await fillChangelog({ kafka, codec, topics }, { payments, partitions, are: values.open ? 'open' : 'closed' })
const seconds = ((performance.now() - began) / 1000).toFixed(1)
console.log(`${payments} payments on ${topics.state}, ${partitions} partitions (${seconds} s)`)
