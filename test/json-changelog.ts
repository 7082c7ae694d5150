import type { Changelog, ChangelogEntry } from '../src/processors/core/logic.ts'

/** A changelog whose records say in JSON what they are: for tests of the core, which knows no payment. */
export function jsonChangelog<State>(topic: string): Changelog<State> {
  const entry = (key: string, content: ChangelogEntry<State>) => ({
    key,
    value: Buffer.from(JSON.stringify(content))
  })
  const decode = (value: Buffer) => JSON.parse(value.toString()) as ChangelogEntry<State>
  return {
    topic,
    encodeState: (key, state) => entry(key, { type: 'state', key, state }),
    encodeCheckpoint: (positions, changelogId) =>
      entry('checkpoint', { type: 'checkpoint', positions, changelogId }),
    encodeFence: () => entry('fence', { type: 'fence' }),
    prepare: () => Promise.resolve(),
    kindOf: value => decode(value).type,
    decode
  }
}
