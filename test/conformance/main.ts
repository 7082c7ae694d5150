// `npm run conformance`: what takes longer than a test may. Each part has a stack of its own.
import { Command, InvalidArgumentError } from 'commander'
import { randomInt } from 'node:crypto'
import { onDisposableStack, type StackRun } from '../../dev/on-stack.ts'
import { temporaryDataDir } from '../../dev/temporary.ts'
import { StackError } from '../../dev/stack/stack-error.ts'
import { disturbBrokers } from './brokers.ts'
import { failOver } from './failover.ts'
import { checkHttp } from './http.ts'
import { plantedBugs } from './planted-bugs.ts'
import { catchPlantedBugs } from './planted.ts'
import { simulatedBugs } from './simulated-bugs.ts'
import { catchSimulatedBugs } from './simulated.ts'
import { checkStripe } from './stripe.ts'
import { takeOver } from './takeovers.ts'

const TAKEOVERS = 10_000
const PAYMENTS = 20_000

const onStack = (work: (run: StackRun) => Promise<boolean>) =>
  onDisposableStack('aegispay-conformance-', work)

const http = (seed = String(randomInt(1_000_000))) => onStack(run => checkHttp(run, seed))
const takeovers = (count = TAKEOVERS) => onStack(run => takeOver(run, count))
const failover = (count = PAYMENTS) => onStack(run => failOver(run, count))
const brokers = () => onStack(disturbBrokers)
const planted = (names: readonly string[] = []) => onStack(run => catchPlantedBugs(run, names))

const stripe = async () => {
  const temporary = await temporaryDataDir('aegispay-stripe-')
  try {
    return await checkStripe(temporary)
  } finally {
    await temporary.remove()
  }
}

const simulated = (names: readonly string[] = []) => catchSimulatedBugs(names)

const program = new Command('npm run conformance --')
  .description('What takes longer than a test may. Without the name of a part all run, one after the other.')
  .action(() => conclude(http, stripe, takeovers, failover, brokers, planted, simulated))

program
  .command('http')
  .description('Schemathesis, which is not ours, against /openapi.json; needs python3 (3.9) and PyPI')
  .option('--seed <number>', 'draws the same requests again')
  .action(({ seed }: { seed?: string }) => conclude(() => http(seed)))

program
  .command('stripe')
  .description("the adapter's requests against stripe-mock, Stripe's own; needs Go and its module proxy")
  .action(() => conclude(stripe))

program
  .command('takeovers')
  .description('partitions that change hands, each time right after a commit')
  .option('--count <number>', 'how often', positive, TAKEOVERS)
  .action(({ count }: { count: number }) => conclude(() => takeovers(count)))

program
  .command('failover')
  .description('payments that go on from gateway to gateway, with all that gateways do wrong')
  .option('--count <number>', 'how many', positive, PAYMENTS)
  .action(({ count }: { count: number }) => conclude(() => failover(count)))

program
  .command('brokers')
  .description('three brokers, each killed under load; they run as local processes, which takes a JDK')
  .action(() => conclude(brokers))

program
  .command('planted')
  .description('bugs planted in a copy of the source, one at a time: each has to be caught by its test')
  .argument('[name...]', `of ${plantedBugs.map(({ name }) => name).join(', ')}; all unless given`)
  .action((names: string[]) => conclude(() => planted(names)))

program
  .command('simulated')
  .description(
    'bugs planted in a copy of the source, one at a time: each has to break a rule of the simulation'
  )
  .argument('[name...]', `of ${simulatedBugs.map(({ name }) => name).join(', ')}; all unless given`)
  .action((names: string[]) => conclude(() => simulated(names)))

await program.parseAsync()
process.exit()

/** Runs parts, also after one failed. */
async function conclude(...parts: (() => Promise<boolean>)[]): Promise<void> {
  for (const part of parts) {
    try {
      if (!(await part())) process.exitCode = 1
    } catch (error) {
      console.error(error instanceof StackError ? error.message : error)
      process.exitCode = 1
    }
  }
}

function positive(given: string): number {
  const number = Number(given)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('a number above 0 is needed')
  return number
}
