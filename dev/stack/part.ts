import type { Distribution } from './distribution.ts'
import type { StackOptions } from './stack.ts'

/** What every part of the local stack is started with. */
export type PartOptions = Pick<StackOptions, 'dataDir' | 'processes' | 'disposable'> & {
  readonly dist: Distribution
}

/** A small server's JVM: a cheap collector and the quick compiler alone start faster and need less. */
export const smallJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
