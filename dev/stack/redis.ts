import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { redisAnswers } from './answers.ts'
import type { PartOptions } from './part.ts'
import type { Running } from './processes.ts'

export interface RedisPart {
  readonly running: Running
  readonly url: string
}

/**
 * Starts Redis.
 *
 * @throws StackError when it does not answer within 15 s
 */
export async function startRedis(
  { dataDir, processes, dist, disposable }: PartOptions,
  { port, password }: { readonly port: number; readonly password: string }
): Promise<RedisPart> {
  const home = join(dataDir, 'redis')
  const settings = join(home, 'redis.conf')
  mkdirSync(home, { recursive: true })
  // In a file rather than on the command line, where every user of the machine could read the password.
  writeFileSync(
    settings,
    [
      'bind 127.0.0.1',
      `port ${port}`,
      `requirepass ${password}`,
      `dir "${home}"`,
      'save ""',
      `appendonly ${disposable ? 'no' : 'yes'}`
    ].join('\n'),
    { mode: 0o600 }
  )
  const running = processes.start({ name: 'redis', command: dist.redisServer, args: [settings] })
  const url = `redis://:${password}@127.0.0.1:${port}`
  await running.untilReady(() => redisAnswers(url), 15_000)
  return { running, url }
}
