// The command line. Output goes to stdout, what is told on the way to stderr; exit codes: 0 done, 1 failed, 2 misused
// or, of a check, that it could not be made.
import './platform/next-tick.ts'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { flushCompileCache } from 'node:module'
import packageJson from '../package.json' with { type: 'json' }
import { drawSecret } from './api-key.ts'
import { addAuditCommand } from './cli/audit.ts'
import { addChaosCommand } from './cli/chaos.ts'
import { addControlCommand } from './cli/control.ts'
import { addDlqCommand } from './cli/dlq.ts'
import { addEraseCommand } from './cli/erase.ts'
import { addKeysCommand } from './cli/keys.ts'
import { addLagCommand } from './cli/lag.ts'
import { reachKafka } from './cli/reach-kafka.ts'
import { addReplayCommand } from './cli/replay.ts'
import { addTopicsCommand } from './cli/topics.ts'
import { UncheckedError } from './cli/unchecked.ts'
import { seedDemo } from './control/seed.ts'
import { ControlWriter } from './control/writer.ts'
import { ApiError } from './errors.ts'
import { queueNames } from './delivery/queues.ts'
import { registerSchemas } from './platform/avro/codec.ts'
import { readSettings, SettingsError } from './platform/config/read-settings.ts'
import { setUpJobQueues } from './platform/job-queue.ts'
import { createTopics } from './platform/kafka/admin.ts'
import { BatchingProducer } from './platform/kafka/batching-producer.ts'
import { runUntilSignal } from './platform/lifecycle.ts'
import { createLog, stderr } from './platform/log.ts'
import { migrate } from './platform/postgres.ts'
import { isRoleName, roleNames } from './platform/role.ts'
import { SharedClients } from './shared-clients.ts'
import { topicNames } from './topics.ts'

/** Milliseconds that the brokers may take to confirm a record of the seed. */
const SEED_TIMEOUT_MS = 10_000

const program = new Command('aegispay')
  .description('A Kafka-native payment orchestrator.')
  .version(packageJson.version)
  .exitOverride()

program
  .command('start')
  .description('run roles until SIGTERM or SIGINT')
  .option('--role <names>', `of ${roleNames.join(', ')}; all unless given`, rolesIn)
  .action(async ({ role }: { role?: ReturnType<typeof rolesIn> }) => {
    const groups = ['kafka', 'schemaRegistry', 'postgres', 'redis', 'http', 'topics'] as const
    const own = ['processing', 'gateways', 'hooks', 'webhooks', 'mail', 'audit', 'log', 'tracing'] as const
    const settings = readSettings([...groups, ...own])
    const log = createLog(settings.log)
    process.exitCode = await runUntilSignal(async () => {
      // Its HTTP takes longer to load than all that the other commands need.
      const { startRoles } = await import('./main.ts')
      const names = role ?? roleNames
      const running = await startRoles(settings, names, log)
      log.info({ url: running.url, roles: names }, 'listening')
      void running.started.then(() => {
        log.info('ready')
        // Where NODE_COMPILE_CACHE says so, and also for those who come after one that is killed.
        flushCompileCache()
      })
      return running
    }, log)
  })

program
  .command('setup')
  .description('create topics, register schemas and migrate the database; may be run again at any time')
  .action(async () => {
    const settings = readSettings(['kafka', 'schemaRegistry', 'postgres', 'topics', 'log'])
    const log = createLog(settings.log, stderr())
    const created = await createTopics(await reachKafka(settings.kafka, log), settings.topics, log)
    console.log(created.length === 0 ? 'all topics are there' : `created the topics ${created.join(', ')}`)
    await registerSchemas(settings.schemaRegistry.url)
    console.log('all schemas are registered')
    await migrate(settings.postgres, log)
    await setUpJobQueues(settings.postgres, queueNames, log)
    console.log('the database is up to date')
  })

program
  .command('seed')
  .description('write a merchant to try things out with, its API key and the sandbox gateways')
  .requiredOption('--demo', 'only there to be said: no installation that takes real money wants this')
  .action(async () => {
    const settings = readSettings([
      ...(['kafka', 'schemaRegistry', 'postgres', 'redis', 'topics'] as const),
      ...(['demo', 'log'] as const)
    ])
    const log = createLog(settings.log, stderr())
    await reachKafka(settings.kafka, log)
    const clients = new SharedClients(settings, log)
    const producer = await BatchingProducer.start(clients.kafka, log, { sendTimeoutMs: SEED_TIMEOUT_MS })
    try {
      const topic = topicNames(settings.topics.prefix).control
      const { merchant, apiKey, adminKey } = await seedDemo({
        writer: new ControlWriter(producer, await clients.codec(), topic),
        table: await clients.control(),
        sandboxUrl: settings.demo.sandboxUrl.replace(/\/$/, ''),
        keySecret: settings.demo.keySecret ?? drawSecret(),
        adminSecret: settings.demo.adminSecret ?? drawSecret()
      })
      console.log(JSON.stringify({ merchant: merchant.id, apiKey, adminKey }))
    } finally {
      await producer.stop()
      await clients.close()
    }
  })

addTopicsCommand(program)
addLagCommand(program)
addControlCommand(program)
addKeysCommand(program)
addEraseCommand(program)
addDlqCommand(program)
addReplayCommand(program)
addAuditCommand(program)
addChaosCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

function rolesIn(list: string) {
  const unknown = list.split(',').find(name => !isRoleName(name))
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no role "${unknown}".`)
  return list.split(',').filter(isRoleName)
}

/** One line for each thing that is wrong; returns the exit code. */
function explain(error: unknown): number {
  // The command line's own errors have been printed.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { message, errors } = error as Error & { errors?: Error[] }
  // A refused connection to a name with several addresses has its messages inside.
  const text = message === '' && errors?.[0] !== undefined ? errors[0].message : message
  for (const line of text.split('\n')) console.error(`aegispay: ${line}`)
  if (error instanceof ApiError) {
    for (const { path, message } of error.faults) console.error(`aegispay:   ${path} ${message}`)
  }
  return error instanceof SettingsError || error instanceof UncheckedError ? 2 : 1
}
