import { dockerStack } from './docker.ts'
import { stackFromEnvironment } from './environment.ts'
import { localStack } from './local.ts'
import type { Stack, StackOptions } from './stack.ts'

/**
 * Brings up the stack: at the addresses in the environment when they are given, else through a Docker engine, else as
 * local processes.
 *
 * @throws StackError when none of them is possible, with what to do about it
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const given = await stackFromEnvironment(process.env)
  if (given !== undefined) return given
  const { stack, refusal } = await dockerStack(options)
  return stack ?? (await localStack(options, refusal))
}
